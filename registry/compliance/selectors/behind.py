"""What lies behind a reason: the visit that confirmed a failure, the decision on evidence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from registry.common.periods import LONDON, civil_date
from registry.evidence.enums import Outcome
from registry.evidence.models import Decision
from registry.probes.models import Probe

# An endpoint's id, a check's id, and the day from which the check fails.
Failure = tuple[int, str, date]


@dataclass(frozen=True, slots=True)
class Found:
    """What a visit found that a check holds against an endpoint.

    `captures` are the names of what was fetched, each with the SHA-256 of its canonical form.
    """

    at: datetime
    message: str
    expected: str
    actual: str
    captures: tuple[tuple[str, str], ...]


def failures_found(
    failures: Collection[Failure], *, known_at: datetime | None
) -> dict[Failure, Found]:
    """The last visit of the day from which each check fails: a failure counts from the day of
    the visit that confirms it (docs/adr/0051). One query; without an entry where none is kept.
    """
    wanted = Q(pk__in=[])
    for endpoint_id, _, day in failures:
        wanted |= Q(endpoint=endpoint_id, at__gte=_midnight(day), at__lt=_midnight(day, days=1))
    visits = Probe.objects.filter(wanted).order_by("at", "pk")
    if known_at is not None:
        visits = visits.filter(at__lte=known_at)
    found = {}
    for visit in visits.only("endpoint", "at", "findings", "captures"):
        for finding in visit.findings:
            key = (visit.endpoint_id, finding.get("check"), civil_date(visit.at))
            if key in failures and finding.get("result") == "fail":
                found[key] = _found(visit, finding)
    return found


def _midnight(day: date, *, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=LONDON)


def _found(visit: Probe, finding: dict) -> Found:
    captures = [
        (name.replace("_", " "), capture["sha256"])
        for name, capture in sorted(visit.captures.items())
        if capture.get("sha256")
    ]
    words = [str(finding.get(name) or "") for name in ("message", "expected", "actual")]
    return Found(visit.at, *words, captures=tuple(captures))


def decisions_behind(refs: Collection[str], *, known_at: datetime | None) -> dict[str, Decision]:
    """The last return or revocation of the submissions of these references. One query."""
    rows = (
        Decision.objects.filter(
            submission__ref__in=refs, outcome__in=[Outcome.RETURNED, Outcome.REVOKED]
        )
        .select_related("submission")
        .order_by("decided_at", "pk")
    )
    if known_at is not None:
        rows = rows.filter(decided_at__lte=known_at)
    return {row.submission.ref: row for row in rows}
