"""Run checks over a visit. A check that breaks is our error and stops no other."""

import logging
from collections.abc import Iterable
from typing import Any

from registry.probes.checks.base import Check, Seen, all_checks
from registry.probes.rules.observation import Observation
from registry.probes.rules.results import Finding, Judgement, Point, Result, severity, shorten

logger = logging.getLogger(__name__)


def judge(
    visit: Observation, checks: Iterable[tuple[Check, dict[str, Any]]] | None = None
) -> list[Finding]:
    """The findings of `checks`, each with its parameters, that speak of the visit's profile.

    Without `checks`: every one whose defaults ask for something. Parameters are complete.
    """
    if checks is None:
        checks = ((each, each.complete({})) for each in all_checks() if not each.on_demand)
    return [
        judge_one(visit, each, params) for each, params in checks if each.applies_to(visit.profile)
    ]


def judge_one(visit: Observation, each: Check, params: dict[str, Any]) -> Finding:
    """One check's finding."""
    try:
        judgement = _as_judgement(each.judge(Seen(visit, params)))
    except Exception as error:  # noqa: BLE001 - any defect of a check is our error, never theirs
        logger.exception("check %s broke at %s", each.id, visit.url)
        judgement = Judgement((Point(Result.ERROR, f"Our check broke: {shorten(error)}"),))
    worst = judgement.worst
    return Finding(
        check=each.id,
        version=each.version,
        result=worst.result,
        message=worst.message,
        expected=worst.expected,
        actual=worst.actual,
        where=worst.where,
        params=each.told(params),
        points=judgement.points,
        known_end=judgement.known_end if worst.result.passes else None,
    )


def worst_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a check: where several criteria ask it differently, all must be content."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        known = worst.get(finding.check)
        if known is None or severity(finding.result) < severity(known.result):
            worst[finding.check] = finding
    return list(worst.values())


def _as_judgement(answer: Judgement | Point | list[Point]) -> Judgement:
    if isinstance(answer, Judgement):
        return answer
    return Judgement(tuple(answer) if isinstance(answer, list) else (answer,))
