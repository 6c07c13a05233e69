"""How an endpoint has fared: availability and incidents, a statement each whatever the visits."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from registry.probes.models import Endpoint
from registry.probes.rules.standing import (
    LONGEST_WINDOW,
    WINDOWS,
    Availability,
    Incident,
    Stretch,
)

# What came back of a visit: rules/standing.py, Came. An answer to an old handshake alone has no
# status, and is one. What fell into announced maintenance is set apart, whatever it was.
_CAME = """
    CASE
        WHEN EXISTS (SELECT FROM maintained AS m WHERE m.during @> p.at) THEN 'maintenance'
        WHEN p.outcome IN ('error', 'refused') THEN 'ours'
        WHEN p.outcome = 'unreachable' THEN 'unreachable'
        WHEN jsonb_path_exists(p.captures, '$.*.status ? (@ < 500 && @ != 429)') THEN 'answered'
        WHEN jsonb_path_exists(p.captures, '$.*.status ? (@ >= 500)') THEN 'broken'
        WHEN jsonb_path_exists(p.captures, '$.*.status ? (@ == 429)') THEN 'held'
        ELSE 'answered'
    END
"""

# The supplier's maintenance at the endpoint's host.
_MAINTAINED = """
maintained AS MATERIALIZED (
    SELECT o.during
    FROM probes_endpoint AS e
    JOIN catalogue_product AS p ON p.id = e.product_id
    JOIN probes_maintenancewindow AS w ON w.host = e.host AND w.supplier_id = p.supplier_id
    JOIN probes_occurrence AS o ON o.window_id = w.id
    WHERE e.id = %(endpoint)s AND o.during && tstzrange(%(since)s, %(now)s, '[]')
)"""

_AVAILABILITY = f"""
WITH {_MAINTAINED},
visit AS (
    SELECT p.at, {_CAME} AS came
    FROM probes_probe AS p
    WHERE p.endpoint_id = %(endpoint)s AND p.scheduled AND p.at > %(since)s AND p.at <= %(now)s
)
SELECT
    count(visit.at) FILTER (WHERE came = 'answered'),
    count(visit.at) FILTER (WHERE came = 'unreachable'),
    count(visit.at) FILTER (WHERE came = 'broken'),
    count(visit.at) FILTER (WHERE came = 'held'),
    count(visit.at) FILTER (WHERE came = 'ours'),
    count(visit.at) FILTER (WHERE came = 'maintenance'),
    (
        -- Two windows may overlap; what they share is counted once.
        SELECT coalesce(sum(upper(part) - lower(part)), interval '0')
        FROM unnest((
            SELECT range_agg(m.during * tstzrange(span.start, %(now)s)) FROM maintained AS m
        )) AS part
        WHERE NOT isempty(part)
    )
FROM unnest(%(starts)s::timestamptz[]) WITH ORDINALITY AS span (start, place)
LEFT JOIN visit ON visit.at > span.start
GROUP BY span.place, span.start
ORDER BY span.place
"""


def availability(endpoint: Endpoint, *, now: datetime) -> list[Availability]:
    """The scheduled visits of each window that ends at `now`, by what came back of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _AVAILABILITY,
            {
                "endpoint": endpoint.pk,
                "since": now - LONGEST_WINDOW,
                "now": now,
                "starts": [now - window for window in WINDOWS],
            },
        )
        rows = cursor.fetchall()
    return [Availability(window, *row) for window, row in zip(WINDOWS, rows, strict=True)]


# Visits that tell nothing of the endpoint neither end a stretch nor belong to one.
_INCIDENTS = f"""
WITH {_MAINTAINED},
visit AS (
    SELECT p.id, p.at, {_CAME} AS came,
        jsonb_path_query_array(p.findings, '$[*] ? (@.result == "fail").check') AS failed,
        coalesce(
            nullif(p.tls ->> 'detail', ''),
            'HTTP ' || (jsonb_path_query_first(p.captures, '$.*.status ? (@ >= 500)') #>> '{{}}'),
            jsonb_path_query_first(p.captures, '$.*.error ? (@ != "")') #>> '{{}}'
        ) AS why
    FROM probes_probe AS p
    WHERE p.endpoint_id = %(endpoint)s AND p.at > %(since)s AND p.at <= %(now)s
),
told AS (
    SELECT id, at, failed, why,
        CASE
            WHEN came IN ('unreachable', 'broken') THEN came
            WHEN failed <> '[]' THEN 'failing'
            ELSE 'well'
        END AS state
    FROM visit
    WHERE came NOT IN ('ours', 'held', 'maintenance')
),
numbered AS (
    SELECT *,
        row_number() OVER (ORDER BY at, id)
            - row_number() OVER (PARTITION BY state ORDER BY at, id) AS stretch
    FROM told
),
stretches AS (
    SELECT state, min(at) AS begun, count(DISTINCT id) AS visits,
        (array_agg(why ORDER BY at) FILTER (WHERE why IS NOT NULL))[1] AS why,
        array_agg(DISTINCT check_id) FILTER (WHERE check_id IS NOT NULL) AS checks
    FROM numbered
    LEFT JOIN LATERAL jsonb_array_elements_text(failed) AS each (check_id) ON true
    GROUP BY state, stretch
),
placed AS (
    SELECT *, lead(begun) OVER by_time AS ended, row_number() OVER by_time AS place
    FROM stretches
    WINDOW by_time AS (ORDER BY begun)
)
SELECT state, begun, ended, visits, why, checks,
    place = 1 AND EXISTS (
        SELECT FROM probes_probe AS p
        WHERE p.endpoint_id = %(endpoint)s AND p.at <= %(since)s
    ),
    count(*) OVER ()
FROM placed
WHERE state <> 'well'
ORDER BY begun DESC
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Incidents:
    """The latest stretches of trouble, newest first, and how many there were in all."""

    stretches: list[Stretch]
    total: int


def incidents(endpoint: Endpoint, *, now: datetime, most: int) -> Incidents:
    """What went on for a while within the longest window that ends at `now`."""
    parameters = {
        "endpoint": endpoint.pk,
        "since": now - LONGEST_WINDOW,
        "now": now,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INCIDENTS, parameters)
        rows = cursor.fetchall()
    return Incidents([_stretch(*row) for row in rows], rows[0][-1] if rows else 0)


def _stretch(state, begun, ended, visits, why, checks, earlier, _total) -> Stretch:
    kind = Incident(state)
    return Stretch(
        kind=kind,
        begun=begun,
        ended=ended,
        visits=visits,
        why="" if kind is Incident.FAILING else why or "",
        checks=tuple(checks or ()) if kind is Incident.FAILING else (),
        earlier=earlier,
    )
