"""Rows of a batch into the database: one statement a table, however many visits."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from registry.probes.rules.observation import Observation
from registry.probes.rules.records import (
    captures_record,
    outcome_of,
    timings_record,
    tls_record,
)
from registry.probes.services.judging import Judged, as_json

_PROBES = (
    "COPY probes_probe"
    " (endpoint_id, at, recorded_at, scheduled, outcome, timings, tls, captures, findings)"
    " FROM STDIN"
)
# What rules/confirmation.py's `advance` makes of a pass of what passes already and is known to
# end when it was: nothing turns. The rows that are not returned are for `advance` itself.
_PASS_AGAIN = """
UPDATE probes_checkstate AS s
SET last_conclusive_at = v.at, failures = 0, failing_since = NULL,
    recent = right(s.recent || 'P', %(remembered)s)
FROM unnest(%(endpoints)s::bigint[], %(checks)s::text[], %(at)s::timestamptz[],
            %(ends)s::timestamptz[]) AS v (endpoint_id, check_id, at, known_end)
WHERE s.endpoint_id = v.endpoint_id AND s.check_id = v.check_id AND s.result = 'pass'
    AND s.known_end IS NOT DISTINCT FROM v.known_end
    AND (s.last_conclusive_at IS NULL OR s.last_conclusive_at <= v.at)
RETURNING s.endpoint_id, s.check_id
"""
_FINDINGS = """
UPDATE probes_checkstate AS s
SET finding = v.finding, basis = v.basis
FROM unnest(%(endpoints)s::bigint[], %(checks)s::text[], %(findings)s::jsonb[],
            %(bases)s::text[]) AS v (endpoint_id, check_id, finding, basis)
WHERE s.endpoint_id = v.endpoint_id AND s.check_id = v.check_id
"""
_RELEASE = """
UPDATE probes_endpoint AS e
SET due_at = v.due_at, claim = NULL, claimed_until = NULL,
    last_probed_at = v.at, last_outcome = v.outcome
FROM unnest(%(endpoints)s::bigint[], %(due)s::timestamptz[], %(at)s::timestamptz[],
            %(outcomes)s::text[]) AS v (id, due_at, at, outcome)
WHERE e.id = v.id
"""
# One statement: hosts that asked for peace, and the endpoints that were not visited for it, whose
# due times stay. A host that asked for longer before still gets that.
_LEAVE_ALONE = """
WITH released AS (
    UPDATE probes_endpoint AS e SET claim = NULL, claimed_until = NULL
    WHERE e.id = ANY(%(endpoints)s::bigint[])
)
INSERT INTO probes_host (name, not_before)
SELECT * FROM unnest(%(hosts)s::text[], %(moments)s::timestamptz[])
ON CONFLICT (name) DO UPDATE
SET not_before = greatest(probes_host.not_before, excluded.not_before)
"""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A visit that is to be stored."""

    endpoint_id: int
    seen: Observation
    judged: Sequence[Judged]
    scheduled: bool


def add_probes(rows: Sequence[Row], *, recorded_at: datetime) -> None:
    """Add the visits, known from `recorded_at` on."""
    known = recorded_at.isoformat()
    text = "".join(_probe(row, known) for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(_PROBES, io.StringIO(text))


def _probe(row: Row, known: str) -> str:
    seen = row.seen
    fields = (
        str(row.endpoint_id),
        seen.at.isoformat(),
        known,
        "t" if row.scheduled else "f",
        outcome_of(seen).value,
        as_json(timings_record(seen.timings)),
        as_json(tls_record(seen)),
        as_json(captures_record(seen)),
        f"[{','.join(each.text for each in row.judged)}]",
    )
    # JSON has no tab or line break of its own; a backslash stands for itself in COPY's text.
    return "\t".join(fields).replace("\\", "\\\\") + "\n"


def pass_again(passes: Iterable[tuple[int, Judged, datetime]], *, remembered: int) -> set[Key]:
    """Count passes of what passes already. Returns those for which that was all there was to do.

    `remembered` is how many results a state remembers.
    """
    passes = list(passes)
    if not passes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            _PASS_AGAIN,
            {
                "endpoints": [endpoint_id for endpoint_id, _, _ in passes],
                "checks": [judged.check for _, judged, _ in passes],
                "at": [at for _, _, at in passes],
                "ends": [judged.known_end for _, judged, _ in passes],
                "remembered": remembered,
            },
        )
        return set(cursor.fetchall())


def put_findings(found: Iterable[tuple[int, Judged]]) -> None:
    """Let these findings stand with the states."""
    found = list(found)
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _FINDINGS,
            {
                "endpoints": [endpoint_id for endpoint_id, _ in found],
                "checks": [judged.check for _, judged in found],
                "findings": [judged.text for _, judged in found],
                "bases": [judged.basis for _, judged in found],
            },
        )


def release(rows: Sequence[tuple[int, datetime, datetime, str]]) -> None:
    """Give the claims back: endpoint, when it is due next, when it was visited, how that ended."""
    endpoints, due, at, outcomes = zip(*rows, strict=True) if rows else ([], [], [], [])
    with connection.cursor() as cursor:
        cursor.execute(
            _RELEASE,
            {
                "endpoints": list(endpoints),
                "due": list(due),
                "at": list(at),
                "outcomes": list(outcomes),
            },
        )


def leave_alone(hosts: Mapping[str, datetime], *, unvisited: Sequence[int]) -> None:
    """Leave these hosts alone until then, and give back the claims of what was not visited."""
    if not hosts and not unvisited:
        return
    named = sorted(hosts)
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAVE_ALONE,
            {
                "endpoints": list(unvisited),
                "hosts": named,
                "moments": [hosts[name] for name in named],
            },
        )
