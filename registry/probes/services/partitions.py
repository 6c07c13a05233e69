"""Visits are kept by month: room for those to come, made ahead (docs/adr/0096)."""

from datetime import datetime

from django.db import connection, transaction

from registry.common import locks
from registry.probes.rules.months import Month, month_named, month_of, months_ahead

# Whatever no month's partition takes.
OTHER = "probes_probe_other"
_PARTITIONS = """
SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass('probes_probe') ORDER BY c.relname
"""
_STRAYS = f"SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') FROM {OTHER}"
# No visit can come into the month between these statements: the other partition is locked.
_MAKE = """
LOCK TABLE {other} IN ACCESS EXCLUSIVE MODE;
CREATE TABLE {table} (LIKE probes_probe INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
WITH moved AS (
    DELETE FROM {other} WHERE at >= '{begins}' AND at < '{ends}' RETURNING *
)
INSERT INTO {table} SELECT * FROM moved;
ALTER TABLE probes_probe ATTACH PARTITION {table} FOR VALUES FROM ('{begins}') TO ('{ends}');
"""


def months_kept() -> list[Month]:
    """The months that have a partition, oldest first; none where the table is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        found = [month_named(name) for (name,) in cursor.fetchall()]
    return sorted(month for month in found if month)


@transaction.atomic
def make_room(*, now: datetime) -> list[str]:
    """Make the partitions of this month and the next ones, and of visits that had none.

    Returns the names of those that were made. Safe to run twice at once.
    """
    locks.advisory("probes partitions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [OTHER])
        if cursor.fetchone()[0] is None:
            return []
        cursor.execute(_STRAYS)
        strays = {Month(first.year, first.month) for (first,) in cursor.fetchall()}
        wanted = strays | set(months_ahead(now))
        made = sorted(wanted - set(months_kept()))
        for month in made:
            begins, ends = month.begins.isoformat(), month.ends.isoformat()
            cursor.execute(_MAKE.format(other=OTHER, table=month.table, begins=begins, ends=ends))
    return [month.table for month in made]


def has_room_for(moment: datetime) -> bool:
    """Whether the month of `moment` has its partition."""
    return month_of(moment) in months_kept()
