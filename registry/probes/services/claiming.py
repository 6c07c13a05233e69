"""Claiming the endpoints that are owed a visit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from registry.common import locks
from registry.common.periods import civil_date
from registry.probes.querysets import LEFT_ALONE

# Longer than the time limit of the task that visits: a dead worker's claim lapses by itself.
CLAIM_FOR = timedelta(seconds=settings.PROBE_CLAIM_SECONDS)
MOST_AT_ONCE = 500
# Of one host at once: somewhat more than are visited before the batch ends (client/limits.py).
MOST_OF_A_HOST = 50
BATCH_SIZE = 250


@dataclass(frozen=True, slots=True)
class Batch:
    """Endpoints to visit together. All that was claimed of a host is in one batch."""

    claim: UUID
    ids: tuple[int, ...]


# A host that is being visited, or pre-checked, is left alone until its claims are answered or
# lapse. So is what is paused, in maintenance, or of a host that asked for peace: it stays due, and
# nothing is lost.
_CLAIM = f"""
WITH due AS (
    SELECT e.id, e.due_at,
        row_number() OVER (PARTITION BY e.host ORDER BY e.due_at, e.id) AS place
    FROM probes_endpoint AS e
    WHERE (e.due_at <= %(now)s
            OR (e.asked_at IS NOT NULL
                AND (e.last_probed_at IS NULL OR e.asked_at > e.last_probed_at)))
        AND e.control <> 'unproved' AND e.in_service @> %(today)s::date
        AND NOT {LEFT_ALONE}
        AND NOT EXISTS (
            SELECT FROM probes_endpoint AS busy
            WHERE busy.host = e.host AND busy.claimed_until > %(now)s)
        AND NOT EXISTS (
            SELECT FROM probes_precheck AS running
            WHERE running.host = e.host AND running.finished_at IS NULL
                AND running.claimed_until > %(now)s)
),
chosen AS (
    SELECT e.id
    FROM probes_endpoint AS e
    JOIN due ON due.id = e.id
    WHERE due.place <= %(of_a_host)s AND (e.claimed_until IS NULL OR e.claimed_until <= %(now)s)
    ORDER BY e.due_at, e.id
    LIMIT %(most)s
    FOR UPDATE OF e SKIP LOCKED
)
UPDATE probes_endpoint AS e
SET claim = %(claim)s, claimed_until = %(until)s
FROM chosen
WHERE e.id = chosen.id
RETURNING e.host, e.id
"""


@transaction.atomic
def claim_due(*, now: datetime, most: int = MOST_AT_ONCE) -> list[Batch]:
    """Claim up to `most` endpoints that are owed a visit, in batches for workers."""
    # The rows' locks keep two claims apart; this one keeps two from sharing a host.
    locks.advisory("probes claim")
    claim = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "today": civil_date(now),
                "until": now + CLAIM_FOR,
                "claim": claim.hex,
                "most": most,
                "of_a_host": MOST_OF_A_HOST,
            },
        )
        return _batches(claim, cursor.fetchall())


def _batches(claim: UUID, rows: list[tuple[str, int]]) -> list[Batch]:
    hosts: dict[str, list[int]] = defaultdict(list)
    for host, pk in sorted(rows):
        hosts[host].append(pk)
    batches: list[list[int]] = [[]]
    for ids in hosts.values():
        if batches[-1] and len(batches[-1]) + len(ids) > BATCH_SIZE:
            batches.append([])
        batches[-1] += ids
    return [Batch(claim, tuple(ids)) for ids in batches if ids]
