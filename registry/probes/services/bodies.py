"""Bodies into the database, as the octets they are."""

import io
import struct
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from registry.probes.models import CaptureBody
from registry.probes.rules.observation import Exchange

# COPY cannot pass over what is there already, so bodies arrive in a table of the session's own.
_ARRIVE = """
CREATE TEMPORARY TABLE IF NOT EXISTS arriving_bodies
    (sha256 text, sent_sha256 text, content bytea) ON COMMIT DELETE ROWS
"""
_COPY = "COPY pg_temp.arriving_bodies FROM STDIN (FORMAT binary)"
# Another batch may see the same body at the same moment.
_STORE = """
INSERT INTO probes_capturebody (sha256, sent_sha256, content, size, first_seen)
SELECT sha256, sent_sha256, content, length(content), %s FROM pg_temp.arriving_bodies
ORDER BY sha256
ON CONFLICT DO NOTHING
"""
# PostgreSQL's documentation, COPY, "Binary Format": signature, flags, length of an extension.
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_TRAILER = struct.pack("!h", -1)


def store_bodies(exchanges: Iterable[Exchange], *, now: datetime) -> None:
    """Keep every body that is not kept yet, under the hash of its canonical form."""
    bodies = {exchange.sha256: exchange for exchange in exchanges if exchange.body}
    known = CaptureBody.objects.filter(pk__in=bodies).values_list("pk", flat=True)
    fresh = [bodies[sha256] for sha256 in bodies.keys() - set(known)]
    if not fresh:
        return
    octets = io.BytesIO(_HEADER + b"".join(map(_tuple, fresh)) + _TRAILER)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE)
        cursor.copy_expert(_COPY, octets, size=1 << 20)
        cursor.execute(_STORE, [now])


def _tuple(exchange: Exchange) -> bytes:
    values = (exchange.sha256.encode(), exchange.sent_sha256.encode(), exchange.body)
    fields = b"".join(struct.pack("!i", len(value)) + value for value in values)
    return struct.pack("!h", len(values)) + fields
