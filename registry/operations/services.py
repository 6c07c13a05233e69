"""Writes of the operations room."""

from datetime import datetime

from registry.operations.models import Heartbeat


def beat(*, task: str, expected_every: int, now: datetime, detail: dict | None = None) -> None:
    """Note that `task` finished at `now`; it is expected again within `expected_every` seconds."""
    Heartbeat.objects.update_or_create(
        task=task,
        defaults={"beat_at": now, "expected_every": expected_every, "detail": detail or {}},
    )
