"""Every change of what the register holds becomes known at one moment."""

from datetime import datetime

from django.db import connection


def tick(*, now: datetime) -> datetime:
    """From here on, what this transaction has written so far is known. Returns since when.

    That is `now`, or a microsecond after the last change where `now` is not later. Called by
    whoever has taken the audit's turn (`audit.record`, a refresh), so that one change follows
    the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT history.tick(%s)", [now])
        return cursor.fetchone()[0]


def close_moment() -> None:
    """What this transaction does from here on is a later change, even if it says the same `now`."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE history_clock SET transaction = 0")
