"""The chain's arithmetic."""

import hashlib
import json
from datetime import UTC, datetime


def chain_hash(
    *, previous: str, at: datetime, actor: str, action: str, subject: str, detail: dict
) -> str:
    """SHA-256 of the event's canonical JSON, the previous event's hash included."""
    text = json.dumps(
        [previous, at.astimezone(UTC).isoformat(), actor, action, subject, detail],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()
