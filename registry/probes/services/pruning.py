"""Old visits go, by month, but for those that something rests on (docs/adr/0097)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from registry.probes.models import Ask, OlderTlsRefusal, Precheck
from registry.probes.outfitting import prechecks_kept_for
from registry.probes.rules.months import Keeping
from registry.probes.services.bodies import NAMED_ANEW_AFTER
from registry.probes.services.partitions import OTHER, months_kept

logger = logging.getLogger(__name__)

# Failures before a turn lie within this of it, whatever could not be told in between.
STREAK_DAYS = 31
# Milliseconds: nobody who reads visits waits long for a partition that goes; it goes another day.
PATIENCE = 5000
# Spells as they are, and as they ever were: a permanent link explains by what was known then.
_TURNS = """
turns AS MATERIALIZED (
    SELECT DISTINCT endpoint_id, check_id, result,
        (lower(period)::timestamp AT TIME ZONE 'Europe/London') AS begins,
        ((lower(period) + 1)::timestamp AT TIME ZONE 'Europe/London') AS ends
    FROM (
        SELECT endpoint_id, check_id, result, period FROM public.probes_checkspell
        UNION ALL
        SELECT endpoint_id, check_id, result, period FROM history.probes_checkspell
    ) AS spells
    WHERE NOT isempty(period) AND NOT lower_inf(period)
)
"""
_FAILED = "p.findings @> jsonb_build_array(jsonb_build_object('check', {}, 'result', 'fail'))"
_MAY_GO = f"""
p.at < %(success_until)s
AND (p.at < %(failure_until)s
    OR (p.outcome = 'answered' AND NOT p.findings @> '[{{"result": "fail"}}]'))
AND EXISTS (
    SELECT FROM public.probes_probe AS newer
    WHERE newer.endpoint_id = p.endpoint_id AND newer.at > p.at)
AND NOT EXISTS (
    SELECT FROM turns AS t
    WHERE t.endpoint_id = p.endpoint_id AND p.at < t.ends
        AND (p.at >= t.begins
            OR (t.result = 'fail' AND p.at >= t.begins - interval '{STREAK_DAYS} days'
                AND {_FAILED.format("t.check_id")})))
AND NOT EXISTS (
    SELECT FROM public.probes_checkstate AS s
    WHERE s.endpoint_id = p.endpoint_id AND s.failing_since <= p.at
        AND {_FAILED.format("s.check_id")})
"""
_ANY_STAYS = f"WITH {_TURNS} SELECT EXISTS (SELECT FROM TABLE_ AS p WHERE NOT ({_MAY_GO}))"
_DELETE = f"WITH {_TURNS} DELETE FROM TABLE_ AS p WHERE {_MAY_GO}"
_DROP = """
ALTER TABLE probes_probe DETACH PARTITION TABLE_;
DROP TABLE TABLE_;
"""
# A visit names a body within a day of `last_named`, so only old visits can name an old body.
_BODIES = """
WITH named AS MATERIALIZED (
    SELECT DISTINCT capture.value ->> 'sha256' AS sha256
    FROM public.probes_probe AS p, jsonb_each(p.captures) AS capture
    WHERE p.at < %(named_until)s
)
DELETE FROM public.probes_capturebody AS b
WHERE b.last_named < %(success_until)s
    AND NOT EXISTS (SELECT FROM named WHERE named.sha256 = b.sha256)
"""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many visits were removed one by one, which months went whole, how many bodies and
    pre-checks went."""

    visits: int
    months: tuple[str, ...]
    bodies: int
    prechecks: int = 0


def prune(*, now: datetime, keeping: Keeping, patience: int = PATIENCE) -> Pruned:
    """Remove the visits that may go, then the bodies that no visit names any more, and old
    pre-checks.

    A month is looked at once it is over for successes, each in a transaction of its own; one
    that is in use for longer than `patience` milliseconds is left for the next time.
    """
    until = {
        "success_until": keeping.success_until(now),
        "failure_until": keeping.failure_until(now),
    }
    old = [month for month in months_kept() if month.ends <= until["success_until"]]
    whole, visits = [], 0
    for month in old:
        gone = _prune_month(month.table, until, patience)
        if gone is None:
            whole.append(month.table)
        else:
            visits += gone
    with transaction.atomic():
        visits += _run(_of(OTHER, _DELETE), until)
        named_until = until["success_until"] + 2 * NAMED_ANEW_AFTER
        bodies = _run(_BODIES, until | {"named_until": named_until})
        OlderTlsRefusal.objects.filter(asked_at__lt=now - timedelta(days=31)).delete()
        # They count towards limits of an hour at the most; the audit keeps who asked.
        Ask.objects.filter(at__lt=now - timedelta(days=1)).delete()
    prechecks = _prune_prechecks(now)
    return Pruned(visits, tuple(whole), bodies, prechecks)


def _prune_prechecks(now: datetime) -> int:
    old = Precheck.objects.filter(asked_at__lt=now - timedelta(days=prechecks_kept_for()))
    return old.delete()[0]


def _prune_month(table: str, until: dict[str, datetime], patience: int) -> int | None:
    """How many visits went; `None` when the month went whole."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {patience:d}")
            cursor.execute(_of(table, _ANY_STAYS), until)
            if cursor.fetchone()[0]:
                return _run(_of(table, _DELETE), until)
            cursor.execute(_of(table, _DROP))
            return None
    except OperationalError as error:
        logger.warning("%s is in use and goes another day: %s", table, error)
        return 0


def _of(table: str, statement: str) -> str:
    # Not `format`: the statements hold JSON, with braces of its own.
    return statement.replace("TABLE_", table)


def _run(statement: str, parameters: dict[str, datetime]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
