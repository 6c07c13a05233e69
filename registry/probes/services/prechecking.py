"""Running pre-checks: claimed like visits, told while they run, stored by compare-and-set.

What is found is a report and nothing else: no visit, no state, no spell, no evidence.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from registry.common import locks
from registry.probes.checks import Check
from registry.probes.client import Event, Job, Visitor, watch
from registry.probes.models import Endpoint, Precheck
from registry.probes.querysets import HOST_QUIET
from registry.probes.rules.observation import Observation
from registry.probes.rules.profiles import Profile
from registry.probes.rules.progress import noted
from registry.probes.selectors import asked_checks
from registry.probes.selectors.quiet import quiet_hosts
from registry.probes.services.judging import findings, report_of

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
ATTEMPTS = 2
_STOPPED = (
    "Our worker stopped in the middle of this pre-check, twice. That is our fault and says "
    "nothing of the endpoint. Check again."
)
_BUSY = (
    "The host was busy with scheduled visits, or left alone, for so long that it was not "
    "pre-checked. Check again later."
)
_BROKEN = (
    "The visit was made, and our own report of it broke. That is our fault and says nothing of "
    "the endpoint. Tell the national team if it happens again."
)

# A host at which scheduled visits are under way is waited for, as they wait for it.
_CLAIM = f"""
WITH owed AS (
    SELECT e.id
    FROM probes_precheck AS e
    WHERE e.finished_at IS NULL AND e.attempts < %(attempts)s
        AND (e.claimed_until IS NULL OR e.claimed_until <= %(now)s)
        AND NOT EXISTS (
            SELECT FROM probes_endpoint AS busy
            WHERE busy.host = e.host AND busy.claimed_until > %(now)s)
        AND NOT {HOST_QUIET}
    ORDER BY e.asked_at, e.id
    LIMIT %(most)s
    FOR UPDATE OF e SKIP LOCKED
)
UPDATE probes_precheck AS e
SET claim = %(claim)s, claimed_until = %(until)s, attempts = e.attempts + 1, progress = '[]'
FROM owed
WHERE e.id = owed.id
RETURNING e.id, e.url, e.host, e.profile
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How many pre-checks were reported on, given up, and claimed but lost to another worker."""

    reported: int = 0
    given_up: int = 0
    too_late: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """Pre-checks that a worker has to itself until the claim lapses, each of another host."""

    claim: UUID
    jobs: tuple[Job, ...]


def run_owed(*, visitor: Visitor, now: datetime, most: int = MOST_AT_ONCE) -> Ran:
    """Run up to `most` of the pre-checks that are owed, and give up those that cannot be."""
    if not Precheck.objects.unfinished().exists():
        return Ran()
    claimed = claim_owed(now=now, most=most)
    given_up = give_up(now=now)
    stored = _run(claimed, visitor, now) if claimed.jobs else []
    return Ran(reported=sum(stored), given_up=given_up, too_late=len(stored) - sum(stored))


@transaction.atomic
def claim_owed(*, now: datetime, most: int = MOST_AT_ONCE) -> Claimed:
    """Claim up to `most` pre-checks, the longest waiting first."""
    # The lock that scheduled visits are claimed under: the two cannot share a host.
    locks.advisory("probes claim")
    claim = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "until": now + timedelta(seconds=settings.PRECHECK_CLAIM_SECONDS),
                "claim": claim.hex,
                "most": most,
                "attempts": ATTEMPTS,
            },
        )
        rows = sorted(cursor.fetchall())
    jobs = (Job(key=pk, url=url, host=host, profile=Profile(kind)) for pk, url, host, kind in rows)
    return Claimed(claim, tuple(jobs))


@transaction.atomic
def give_up(*, now: datetime) -> int:
    """End in words what was tried twice, or whose host is busy for too long. Returns how many."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    owed = Precheck.objects.unfinished().filter(free)
    ended = {"finished_at": now, "claim": None, "claimed_until": None}
    stopped = owed.filter(attempts__gte=ATTEMPTS).update(trouble=_STOPPED, **ended)
    patience = now - timedelta(seconds=settings.PRECHECK_PATIENCE_SECONDS)
    # What only waits for a worker is run by the next one, however long that takes.
    busy = Endpoint.objects.filter(claimed_until__gt=now).values("host")
    alone = Q(host__in=busy) | Q(host__in=quiet_hosts(now=now))
    waited = owed.filter(alone, asked_at__lte=patience)
    return stopped + waited.update(trouble=_BUSY, **ended)


@dataclass
class _Running:
    """The pre-checks of one claim, and what their visits have told so far."""

    claim: UUID
    now: datetime
    asked: Sequence[tuple[Check, dict[str, Any]]]
    steps: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def hear(self, event: Event) -> bool | None:
        """Write down what came in; of a visit that ended, whether it was stored."""
        at = self.now + timedelta(seconds=event.after)
        if event.seen is not None:
            return store(precheck_id=event.key, claim=self.claim, now=at, **self._made(event.seen))
        self.steps[event.key] = noted(self.steps.get(event.key, []), event.told, at=at)
        try:
            rows = Precheck.objects.filter(pk=event.key, claim=self.claim)
            rows.update(progress=self.steps[event.key])
        except DatabaseError as error:
            # How far it is may be missed; what it finds may not.
            logger.warning("the progress of pre-check %s was not kept: %s", event.key, error)
        return None

    def _made(self, seen: Observation) -> dict[str, Any]:
        try:
            return {"report": report_of(seen, findings(seen, self.asked)), "trouble": ""}
        except Exception:
            logger.exception("the report of %s broke", seen.url)
            return {"report": None, "trouble": _BROKEN}


def _run(claimed: Claimed, visitor: Visitor, now: datetime) -> list[bool]:
    """Visit, outside every transaction; whether each was stored."""
    running = _Running(claimed.claim, now, asked_checks())
    heard = map(running.hear, watch(visitor, claimed.jobs, at=now))
    return [stored for stored in heard if stored is not None]


@transaction.atomic
def store(
    *, precheck_id: int, claim: UUID, report: dict[str, Any] | None, trouble: str, now: datetime
) -> bool:
    """End a pre-check with its report, if `claim` still holds it; otherwise it came too late."""
    rows = Precheck.objects.unfinished().filter(pk=precheck_id, claim=claim)
    return bool(
        rows.update(report=report, trouble=trouble, finished_at=now, claim=None, claimed_until=None)
    )
