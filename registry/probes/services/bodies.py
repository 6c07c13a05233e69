"""Bodies into the database, as the octets they are."""

import io
import struct
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from registry.probes.models import CaptureBody
from registry.probes.rules.observation import Exchange

# COPY cannot pass over what is there already, so bodies arrive in a table of the session's own.
_ARRIVE = """
CREATE TEMPORARY TABLE IF NOT EXISTS arriving_bodies
    (sha256 text, sent_sha256 text, content bytea) ON COMMIT DELETE ROWS
"""
_COPY = "COPY pg_temp.arriving_bodies FROM STDIN (FORMAT binary)"
# Another batch may see the same body at the same moment, or have just removed it as nobody's.
_STORE = """
INSERT INTO probes_capturebody (sha256, sent_sha256, content, size, first_seen, last_named)
SELECT sha256, sent_sha256, content, length(content), %(now)s, %(now)s
FROM pg_temp.arriving_bodies
ORDER BY sha256
ON CONFLICT (sha256) DO UPDATE SET last_named = greatest(probes_capturebody.last_named, %(now)s)
"""
# That a body is named is noted once a day. The row is locked by it, so what is being removed as
# nobody's at the same moment is either noted first, and stays, or not found, and stored again.
NAMED_ANEW_AFTER = timedelta(days=1)
_NAME = """
UPDATE probes_capturebody SET last_named = %(now)s
WHERE sha256 IN (
    SELECT sha256 FROM probes_capturebody WHERE sha256 = ANY (%(names)s)
    ORDER BY sha256 FOR NO KEY UPDATE)
RETURNING sha256
"""
# PostgreSQL's documentation, COPY, "Binary Format": signature, flags, length of an extension.
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_TRAILER = struct.pack("!h", -1)


def store_bodies(exchanges: Iterable[Exchange], *, now: datetime) -> None:
    """Keep every body that is not kept yet, under the hash of its canonical form."""
    bodies = {exchange.sha256: exchange for exchange in exchanges if exchange.body}
    named = dict(CaptureBody.objects.filter(pk__in=bodies).values_list("pk", "last_named"))
    due = [sha256 for sha256, last in named.items() if last <= now - NAMED_ANEW_AFTER]
    known = named.keys() - (set(due) - _name(due, now))
    fresh = [bodies[sha256] for sha256 in bodies.keys() - known]
    if fresh:
        _add(fresh, now)


def _name(due: list[str], now: datetime) -> set[str]:
    """Note that these bodies are named again. Returns those that are there still."""
    if not due:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NAME, {"now": now, "names": due})
        return {sha256 for (sha256,) in cursor.fetchall()}


def _add(fresh: list[Exchange], now: datetime) -> None:
    octets = io.BytesIO(_HEADER + b"".join(map(_tuple, fresh)) + _TRAILER)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE)
        cursor.copy_expert(_COPY, octets, size=1 << 20)
        cursor.execute(_STORE, {"now": now})


def _tuple(exchange: Exchange) -> bytes:
    values = (exchange.sha256.encode(), exchange.sent_sha256.encode(), exchange.body)
    fields = b"".join(struct.pack("!i", len(value)) + value for value in values)
    return struct.pack("!h", len(values)) + fields
