"""What the page of an endpoint shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.probes.checks import Check, get_check, title_of
from registry.probes.checks.base import UnknownCheck
from registry.probes.enums import Outcome, SpellResult
from registry.probes.models import CheckSpell, CheckState, Endpoint, Probe
from registry.probes.rules.confirmation import turns_often
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result


@dataclass(frozen=True, slots=True)
class Remark:
    """A tag beside a state."""

    label: str
    colour: str


FLAPPING = Remark("Flapping", "orange")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check at the endpoint: what is held, since when, and the last finding."""

    check_id: str
    check: Check | None
    held: SpellResult
    since: date
    finding: dict
    result: Result | None
    flapping: bool
    # Failures that are not confirmed yet, in words; empty when there are none.
    doubt: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's certificate at the last visit that saw one."""

    subject: str
    issuer: str
    not_after: datetime
    days_left: int


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Everything the page shows."""

    profile_label: str
    lines: list[CheckLine]
    certificate: Certificate | None
    last: Probe | None
    visits: Sequence[Probe]
    sparkline: list[bool | None]
    # (name of the check, result, first day, first day after it or None), by check and time.
    history: list[tuple[str, SpellResult, date | None, date | None]]


def page(
    endpoint: Endpoint,
    *,
    states: Sequence[CheckState],
    spells: Sequence[CheckSpell],
    visits: Sequence[Probe],
    now: datetime,
) -> EndpointPage:
    """The page of an endpoint; `visits` newest first."""
    return EndpointPage(
        profile_label=Profile(endpoint.profile).label,
        lines=[_line(state) for state in states],
        certificate=_certificate(visits, now),
        last=visits[0] if visits else None,
        visits=visits,
        sparkline=[_met(visit) for visit in reversed(visits)],
        history=[
            (
                title_of(each.check_id),
                SpellResult(each.result),
                each.period.lower,
                each.period.upper,
            )
            for each in spells
        ],
    )


def _line(row: CheckState) -> CheckLine:
    try:
        check = get_check(row.check_id)
    except UnknownCheck:
        check = None
    return CheckLine(
        check_id=row.check_id,
        check=check,
        held=SpellResult(row.result),
        since=row.since,
        finding=row.finding,
        result=Result(row.finding["result"]) if row.finding else None,
        flapping=turns_often(row.recent),
        doubt=_doubt(row, check),
    )


def _doubt(row: CheckState, check: Check | None) -> str:
    if not row.failures or row.result == SpellResult.FAIL or check is None:
        return ""
    wanted = check.confirmation
    hours = int(wanted.over / timedelta(hours=1))
    return (
        f"Failed {row.failures} of the {wanted.failures} times, over at least {hours} hours, "
        "that confirm a failure"
    )


def _certificate(visits: Sequence[Probe], now: datetime) -> Certificate | None:
    for visit in visits:
        chain = visit.tls.get("chain")
        if chain:
            not_after = datetime.fromisoformat(chain[0]["not_after"])
            return Certificate(
                subject=chain[0]["subject"],
                issuer=chain[0]["issuer"],
                not_after=not_after,
                days_left=(not_after - now).days,
            )
    return None


def _met(visit: Probe) -> bool | None:
    """Whether everything conclusive passed; `None` when nothing was answered."""
    if visit.outcome != Outcome.ANSWERED:
        return None
    return not any(finding["result"] == Result.FAIL for finding in visit.findings)
