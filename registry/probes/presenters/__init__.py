"""What the page of an endpoint shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.probes.checks import Check, get_check, title_of
from registry.probes.checks.base import UnknownCheck
from registry.probes.enums import Outcome, SpellResult
from registry.probes.models import CheckSpell, CheckState, Endpoint, Probe
from registry.probes.presenters.timings import Timings, timings_of
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

    @property
    def explained(self) -> bool:
        """Whether each point of the last finding is told: what fails, is held to, or is noted."""
        is_told = self.held != SpellResult.PASS or self.result in (Result.FAIL, Result.WARN)
        return is_told and bool(self.finding.get("points"))


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of the chain at the last visit that saw one."""

    role: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    days_left: int
    key: str
    signature: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain that the server sent, its own certificate first, and what was wrong with it."""

    seen_at: datetime
    encryption: str
    certificates: list[Certificate]
    problems: list[str]

    @property
    def own(self) -> Certificate:
        """The server's own certificate."""
        return self.certificates[0]

    @property
    def first_to_end(self) -> Certificate:
        """The one that ends first, with which the whole chain ends."""
        return min(self.certificates, key=lambda each: each.not_after)


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Everything the page shows."""

    profile_label: str
    lines: list[CheckLine]
    chain: Chain | None
    last: Probe | None
    timings: Timings
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
        chain=_chain(visits, now),
        last=visits[0] if visits else None,
        timings=timings_of(visits),
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


def _chain(visits: Sequence[Probe], now: datetime) -> Chain | None:
    chains = (chain_of(visit.tls, seen_at=visit.at, now=now) for visit in visits)
    return next(filter(None, chains), None)


def chain_of(tls: dict, *, seen_at: datetime, now: datetime) -> Chain | None:
    """The chain of one visit, by what is stored of its handshake; `None` when it saw none."""
    facts = tls.get("chain")
    if not facts:
        return None
    problems = [each["message"] for each in tls.get("problems", ())]
    if not tls.get("name_matches", True):
        problems.append("the certificate is for another host")
    return Chain(
        seen_at=seen_at,
        encryption=f"{tls.get('version', '')} {tls.get('cipher', '')}".strip(),
        certificates=[_certificate(each, place, now) for place, each in enumerate(facts)],
        problems=problems,
    )


def _certificate(facts: dict, place: int, now: datetime) -> Certificate:
    not_after = datetime.fromisoformat(facts["not_after"])
    return Certificate(
        role="Server" if place == 0 else f"Issuer {place}",
        subject=facts["subject"],
        issuer=facts["issuer"],
        not_before=datetime.fromisoformat(facts["not_before"]),
        not_after=not_after,
        days_left=(not_after - now).days,
        key=facts["key"],
        signature=facts["signature"],
        sha256=facts["sha256"],
    )


def _met(visit: Probe) -> bool | None:
    """Whether everything conclusive passed; `None` when nothing was answered."""
    if visit.outcome != Outcome.ANSWERED:
        return None
    return not any(finding["result"] == Result.FAIL for finding in visit.findings)
