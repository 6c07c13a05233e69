"""How what an endpoint says of itself has changed: each time the hash of a capture did (ADR 0107).

Only what was answered well counts (2xx): the page of an error is not what an endpoint declares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from registry.probes.models import CaptureBody, Endpoint
from registry.probes.rules.differences import Difference, difference

# So much of a hash names a body in an address, among the bodies of one capture of one endpoint.
SHORT_HASH = 16

_SEEN = """
seen AS (
    SELECT p.id, p.at, capture.key AS capture, capture.value ->> 'sha256' AS sha256
    FROM probes_probe AS p
    CROSS JOIN LATERAL jsonb_each(p.captures) AS capture
    WHERE p.endpoint_id = %(endpoint)s AND p.at <= %(now)s
        AND capture.value ->> 'sha256' <> ''
        AND jsonb_path_exists(capture.value, '$.status ? (@ >= 200 && @ < 300)')
),
turned AS (
    SELECT *, lag(sha256) OVER before AS was, lag(at) OVER before AS last_seen
    FROM seen
    WINDOW before AS (PARTITION BY capture ORDER BY at, id)
)
"""

_CHANGES = f"""
WITH {_SEEN}
SELECT capture, at, sha256, was, last_seen, count(*) OVER ()
FROM turned
WHERE was IS DISTINCT FROM sha256
ORDER BY at DESC, id DESC, capture
LIMIT %(most)s OFFSET %(start)s
"""

_ONE = f"""
WITH {_SEEN}
SELECT capture, at, sha256, was, last_seen,
    (SELECT min(at) FROM seen AS s WHERE s.capture = t.capture AND s.sha256 = t.was)
FROM turned AS t
WHERE capture = %(capture)s AND left(was, {SHORT_HASH}) = %(before)s
    AND left(sha256, {SHORT_HASH}) = %(after)s AND was <> sha256
ORDER BY at DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A capture that was answered with another body than the time before.

    `at` is when the body was first seen, `last_seen` when the one before was seen last. Both of
    the one before are empty for the first body of all.
    """

    capture: str
    at: datetime
    after: str
    before: str = ""
    last_seen: datetime | None = None

    @property
    def short(self) -> tuple[str, str]:
        """The two bodies as an address names them."""
        return self.before[:SHORT_HASH], self.after[:SHORT_HASH]


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """Some of the changes, newest first, and how many there are in all."""

    changes: list[Change]
    total: int


@dataclass(frozen=True, slots=True)
class OneChange:
    """A change from one body to another, each time that it happened, and what differs.

    `difference` is `None` when a body is no longer kept.
    """

    times: list[Change]
    before_first_seen: datetime
    difference: Difference | None


def change_log(endpoint: Endpoint, *, now: datetime, most: int, start: int = 0) -> ChangeLog:
    """`most` changes that were seen until `now`, from place `start`; in one statement."""
    parameters = {"endpoint": endpoint.pk, "now": now, "most": most, "start": start}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, parameters)
        rows = cursor.fetchall()
    return ChangeLog([_change(*row) for row in rows], rows[0][-1] if rows else 0)


class Changes(Sequence[Change]):
    """All changes that were seen until `now`, newest first, read by the page."""

    def __init__(self, endpoint: Endpoint, *, now: datetime):
        self._endpoint, self._now = endpoint, now

    def __len__(self) -> int:
        return change_log(self._endpoint, now=self._now, most=1).total

    def __getitem__(self, place: slice) -> list[Change]:
        """The changes of a slice with both ends and no step."""
        most = place.stop - place.start
        return change_log(self._endpoint, now=self._now, most=most, start=place.start).changes


def differences_of(
    changes: Iterable[Change], *, no_larger_than: int
) -> dict[tuple[str, str, str], Difference]:
    """What differs at each change whose bodies are kept and small enough, in bytes; one query."""
    changes = [change for change in changes if change.before]
    bodies = _bodies(
        {sha256 for change in changes for sha256 in (change.before, change.after)},
        no_larger_than=no_larger_than,
    )
    return {
        (change.capture, change.before, change.after): difference(
            change.capture, bodies[change.before], bodies[change.after]
        )
        for change in changes
        if change.before in bodies and change.after in bodies
    }


def one_change(
    endpoint: Endpoint, *, capture: str, before: str, after: str, now: datetime
) -> OneChange | None:
    """The change of `capture` between two bodies by their short hashes, as seen until `now`.

    `None` when this endpoint never answered so.
    """
    parameters = {
        "endpoint": endpoint.pk,
        "now": now,
        "capture": capture,
        "before": before,
        "after": after,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ONE, parameters)
        rows = cursor.fetchall()
    if not rows:
        return None
    times = [_change(*row) for row in rows]
    bodies = _bodies({times[0].before, times[0].after})
    told = None
    if len(bodies) == 2:
        told = difference(capture, bodies[times[0].before], bodies[times[0].after])
    return OneChange(times, rows[0][-1], told)


def _change(capture, at, sha256, was, last_seen, _of_all) -> Change:
    return Change(capture, at, sha256, was or "", last_seen)


def _bodies(hashes: set[str], *, no_larger_than: int | None = None) -> dict[str, bytes]:
    rows = CaptureBody.objects.filter(pk__in=hashes)
    if no_larger_than is not None:
        rows = rows.filter(size__lte=no_larger_than)
    return {sha256: bytes(content) for sha256, content in rows.values_list("pk", "content")}
