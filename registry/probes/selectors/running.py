"""How the prober runs: for the status page and for Prometheus. One statement, told twice.

Everything is counted in the database: workers are many processes, on many machines. Visits are
many, so they are looked up by the endpoints that were visited lately, and the counter of all
visits is the last number that was given to one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from registry.common.formatting import format_datetime, format_plural
from registry.common.periods import civil_date
from registry.operations.backlogs import Figure
from registry.operations.rules import Metric, Sample, metric
from registry.probes.enums import Outcome
from registry.probes.querysets import HELD, IN_WINDOW, LEFT_ALONE, PAUSED

# Of the endpoints in service. A claim that lapsed is one whose worker died, or is very slow.
# What is left alone because somebody asked for it is no lag of ours, and counted by itself.
_RUNNING = f"""
WITH serving AS (
    SELECT e.*,
        e.control <> 'unproved' AND e.due_at <= %(now)s AND NOT {LEFT_ALONE} AS due,
        e.control <> 'unproved' AND e.due_at <= %(now)s AND {LEFT_ALONE} AS waiting,
        {PAUSED} AS paused,
        {HELD} AS asked_for_peace,
        {IN_WINDOW} AS in_maintenance,
        e.claimed_until > %(now)s AS held,
        e.last_probed_at > %(since)s AS lately
    FROM probes_endpoint AS e
    WHERE e.in_service @> %(today)s::date
)
SELECT
    count(*) AS serving,
    count(*) FILTER (WHERE paused) AS paused,
    count(*) FILTER (WHERE asked_for_peace) AS asked_for_peace,
    count(DISTINCT host) FILTER (WHERE asked_for_peace) AS peaceful_hosts,
    count(*) FILTER (WHERE in_maintenance) AS in_maintenance,
    count(*) FILTER (WHERE waiting) AS waiting,
    count(*) FILTER (WHERE due) AS due,
    min(due_at) FILTER (WHERE due AND held IS NOT TRUE) AS oldest_due,
    count(*) FILTER (WHERE held) AS claimed,
    count(DISTINCT claim) FILTER (WHERE held) AS claims,
    count(DISTINCT host) FILTER (WHERE held) AS claimed_hosts,
    count(*) FILTER (WHERE claimed_until <= %(now)s) AS lapsed,
    count(*) FILTER (WHERE lately) AS visited,
    count(*) FILTER (WHERE lately AND last_outcome = 'answered') AS visited_answered,
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM probes_checkstate AS s WHERE s.endpoint_id = serving.id AND s.result = 'fail'
    )) AS failing,
    (
        SELECT count(*)
        FROM serving AS e
        JOIN probes_probe AS p ON p.endpoint_id = e.id AND p.at > %(since)s
        WHERE e.lately
    ) AS visits,
    (
        -- PostgreSQL numbers the name of a sequence when another one has it.
        SELECT max(last_value) FROM pg_sequences
        WHERE sequencename ~ '^probes_probe_id_seq[0-9]*$'
    ) AS ever,
    count(*) FILTER (WHERE last_outcome = 'answered') AS answered,
    count(*) FILTER (WHERE last_outcome = 'unreachable') AS unreachable,
    count(*) FILTER (WHERE last_outcome = 'refused') AS refused,
    count(*) FILTER (WHERE last_outcome = 'error') AS error
FROM serving
"""


@dataclass(frozen=True, slots=True)
class Running:
    """Counts of endpoints in service; of visits, where they are called so.

    `oldest_due` is when the visit that is most overdue was due; `None` when none is owed.
    """

    serving: int
    paused: int
    # Their host asked to be left alone, at so many hosts.
    asked_for_peace: int
    peaceful_hosts: int
    in_maintenance: int
    # Due, and left alone for one of these: no lag of ours.
    waiting: int
    due: int
    oldest_due: datetime | None
    claimed: int
    claims: int
    claimed_hosts: int
    lapsed: int
    visited: int
    visited_answered: int
    failing: int
    visits: int
    # Since the database was made; `None` while no visit was stored.
    ever: int | None
    answered: int
    unreachable: int
    refused: int
    error: int

    def lag(self, now: datetime) -> timedelta:
        """How late the oldest visit that is due is."""
        return max(now - self.oldest_due, timedelta()) if self.oldest_due else timedelta()


def running(*, now: datetime) -> Running:
    """How the prober runs at `now`."""
    parameters = {"now": now, "since": now - timedelta(hours=1), "today": civil_date(now)}
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, parameters)
        return Running(*cursor.fetchone())


def figures(*, now: datetime) -> list[Figure]:
    """The same for the status page."""
    at = running(now=now)
    return [
        Figure("Endpoints in service", f"{at.serving:,}"),
        Figure("Paused by an officer", f"{at.paused:,}"),
        Figure(
            "Left alone because their host asked for it",
            f"{format_plural(at.asked_for_peace, 'endpoint')} of "
            f"{format_plural(at.peaceful_hosts, 'host')}",
        ),
        Figure("In announced maintenance", f"{at.in_maintenance:,}"),
        Figure("Due, but left alone for one of these", f"{at.waiting:,}"),
        Figure("Due for a visit now", f"{at.due:,}"),
        Figure("Oldest due since", format_datetime(at.oldest_due, "none is due")),
        Figure("Lag", _length(at.lag(now))),
        Figure("Visits stored in the last hour", f"{at.visits:,}"),
        Figure("Endpoints visited in the last hour", f"{at.visited:,}"),
        Figure("Of these answered", f"{at.visited_answered:,}"),
        Figure(
            "Claimed by workers now",
            f"{format_plural(at.claimed, 'endpoint')} of "
            f"{format_plural(at.claimed_hosts, 'host')}, in {format_plural(at.claims, 'claim')}",
        ),
        Figure("Claims that lapsed and are free again", f"{at.lapsed:,}"),
        Figure("Failing at least one check", f"{at.failing:,}"),
    ]


def _length(lag: timedelta) -> str:
    minutes = int(lag.total_seconds() // 60)
    if minutes < 120:
        return format_plural(minutes, "minute")
    return format_plural(minutes // 60, "hour")


def metrics(*, now: datetime) -> list[Metric]:
    """The same for Prometheus."""
    at = running(now=now)
    outcomes = tuple(
        Sample(getattr(at, outcome.value), {"outcome": outcome.value}) for outcome in Outcome
    )
    return [
        metric("registry_probes_endpoints", "Endpoints in service.", at.serving),
        *_left_alone(at),
        metric("registry_probes_endpoints_due", "Endpoints due for a visit.", at.due),
        metric("registry_probes_endpoints_failing", "Endpoints failing a check.", at.failing),
        Metric(
            "registry_probes_endpoints_by_last_outcome",
            "Endpoints by how their last visit ended.",
            outcomes,
        ),
        metric(
            "registry_probes_oldest_due_timestamp_seconds",
            "When the visit that is most overdue was due.",
            at.oldest_due and at.oldest_due.timestamp(),
        ),
        metric(
            "registry_probes_lag_seconds",
            "How late the oldest visit that is due is.",
            at.lag(now).total_seconds(),
        ),
        metric("registry_probes_endpoints_claimed", "Endpoints that workers hold now.", at.claimed),
        metric("registry_probes_claims", "Claims that workers hold now.", at.claims),
        metric(
            "registry_probes_endpoints_lapsed", "Endpoints whose worker never answered.", at.lapsed
        ),
        metric("registry_probes_visits_last_hour", "Visits of the last hour.", at.visits),
        metric(
            "registry_probes_visits_total",
            "Visits ever stored, by the numbers given to them.",
            at.ever,
            kind="counter",
        ),
    ]


def _left_alone(at: Running) -> list[Metric]:
    return [
        metric("registry_probes_endpoints_paused", "Endpoints that are paused.", at.paused),
        metric(
            "registry_probes_endpoints_asked_for_peace",
            "Endpoints whose host asked to be left alone.",
            at.asked_for_peace,
        ),
        metric(
            "registry_probes_hosts_asked_for_peace",
            "Hosts that asked to be left alone.",
            at.peaceful_hosts,
        ),
        metric(
            "registry_probes_endpoints_in_maintenance",
            "Endpoints in announced maintenance.",
            at.in_maintenance,
        ),
        metric(
            "registry_probes_endpoints_left_alone",
            "Endpoints due for a visit that are paused, in maintenance or asked for peace.",
            at.waiting,
        ),
    ]
