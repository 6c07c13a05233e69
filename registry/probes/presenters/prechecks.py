"""What the pages of a pre-check show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.common.formatting import format_plural
from registry.probes.checks import Check, get_check, title_of
from registry.probes.checks.base import UnknownCheck
from registry.probes.enums import Outcome
from registry.probes.models import Precheck
from registry.probes.presenters import Chain, chain_of
from registry.probes.presenters.changes import document_name
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.progress import (
    CONNECT,
    HANDSHAKE,
    OLDER_TLS,
    RESOLVE,
    Step,
    StepState,
    standing,
)
from registry.probes.rules.results import Result, severity

_STEPS = {
    RESOLVE: "Look up the host’s name",
    CONNECT: "Connect",
    HANDSHAKE: "Agree on TLS",
    OLDER_TLS: "Ask for older TLS",
}
_PASSES = {Result.PASS, Result.WARN}
_AS_IT_IS = "Registered as it stands, and once control of its host is known"
# Failures are named in the verdict up to so many.
FAILURES_NAMED = 3


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One check's finding in a report."""

    check_id: str
    check: Check | None
    finding: dict[str, Any]
    result: Result

    @property
    def title(self) -> str:
        """What people call the check."""
        return title_of(self.check_id)

    @property
    def explained(self) -> bool:
        """Whether each point is told, and how to mend it: of all but plain passes."""
        return self.result is not Result.PASS and bool(self.finding.get("points"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pre-check has come, in one sentence and step by step."""

    words: str
    steps: list[tuple[str, Step]]
    done: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report, as its pages show it."""

    verdict: str
    outlook: str
    outcome: str
    at: datetime
    lines: list[FindingLine]
    captures: Mapping[str, dict[str, Any]]
    chain: Chain | None
    encryption: str


def step_name(name: str) -> str:
    """What people call a step of a visit."""
    return _STEPS.get(name) or f"Fetch the {_inside(document_name(name))}"


def _inside(words: str) -> str:
    """The name of a document within a sentence."""
    first = words.partition(" ")[0]
    return words[:1].lower() + words[1:] if first[1:].islower() else words


def progress_of(precheck: Precheck) -> Progress:
    """How far it is."""
    profile = Profile(precheck.profile)
    steps = standing(profile, precheck.progress, ended=precheck.is_over)
    over = (StepState.DONE, StepState.FAILED)
    done = sum(step.state in over for step in steps)
    under_way = next((step for step in steps if step.state is StepState.UNDER_WAY), None)
    return Progress(
        words=_words(precheck, under_way, done, len(steps)),
        steps=[(step_name(step.name), step) for step in steps],
        done=done,
    )


def _words(precheck: Precheck, under_way: Step | None, done: int, steps: int) -> str:
    if precheck.is_over:
        return "The pre-check has ended."
    if precheck.claim is None:
        return "Waiting for a worker, or for the host to be free."
    if under_way is None:
        return f"{done} of {format_plural(steps, 'step')} done."
    return f"Step {done + 1} of {steps}: {_inside(step_name(under_way.name))}."


def report_of(precheck: Precheck, *, now: datetime) -> Report | None:
    """Its report for a page; `None` while there is none."""
    report = precheck.report
    if not report:
        return None
    # What is to be mended stands first.
    lines = sorted(map(_line, report["findings"]), key=lambda line: severity(line.result))
    at, tls = datetime.fromisoformat(report["at"]), report["tls"]
    return Report(
        verdict=verdict(report),
        outlook=outlook(report),
        outcome=Outcome(report["outcome"]).label,
        at=at,
        lines=lines,
        captures=_in_order(report["captures"]),
        chain=chain_of(tls, seen_at=at, now=now),
        encryption=" ".join(filter(None, (tls.get("version"), tls.get("cipher")))),
    )


def _line(finding: dict[str, Any]) -> FindingLine:
    try:
        check = get_check(finding["check"])
    except UnknownCheck:
        check = None
    return FindingLine(finding["check"], check, finding, Result(finding["result"]))


def _in_order(captures: Mapping[str, dict]) -> dict[str, dict]:
    """The documents as they were asked for; PostgreSQL keeps another order."""
    return {name.value: captures[name.value] for name in CaptureName if name.value in captures}


def verdict(report: Mapping[str, Any]) -> str:
    """One sentence: how many checks pass, which fail, and what could not be told."""
    if report["outcome"] != Outcome.ANSWERED:
        detail = report["detail"].rstrip(".")
        return f"Nothing could be judged: {detail or 'nothing was answered'}."
    results = Counter(Result(finding["result"]) for finding in report["findings"])
    asked = sum(results.values()) - results[Result.NOT_APPLICABLE]
    passing = results[Result.PASS] + results[Result.WARN]
    parts = [f"{passing} of {format_plural(asked, 'check')} {_verb(passing, 'pass')}"]
    if results[Result.FAIL]:
        failing = results[Result.FAIL]
        parts.append(f"{failing} {_verb(failing, 'fail')}: {_named(report)}")
    if untold := results[Result.UNKNOWN] + results[Result.ERROR]:
        parts.append(f"{untold} could not be told")
    return "; ".join(parts) + "."


def _verb(count: int, verb: str) -> str:
    return f"{verb}{'es' if verb.endswith('s') else 's'}" if count == 1 else verb


def _named(report: Mapping[str, Any]) -> str:
    failing = [each["check"] for each in report["findings"] if each["result"] == Result.FAIL]
    named = ", ".join(f"“{title_of(check)}”" for check in failing[:FAILURES_NAMED])
    more = len(failing) - FAILURES_NAMED
    return f"{named} and {more} more" if more > 0 else named


def outlook(report: Mapping[str, Any]) -> str:
    """What registering it as it stands would come to; no more is said than is known."""
    results = {Result(finding["result"]) for finding in report["findings"]}
    if report["outcome"] != Outcome.ANSWERED or not results & {Result.FAIL, *_PASSES}:
        return f"{_AS_IT_IS}, it would prove nothing: what cannot be told is not met."
    if Result.FAIL in results:
        return (
            f"{_AS_IT_IS}, what passes would count from the first visit. What fails would prove "
            "nothing, and would count as failing once scheduled visits have confirmed it."
        )
    if results & {Result.UNKNOWN, Result.ERROR}:
        return (
            f"{_AS_IT_IS}, what passes would count from the first visit. What could not be told "
            "would prove nothing."
        )
    return f"{_AS_IT_IS}, all of this would count from the first visit."
