"""How long a claim lasts. Pure."""

from datetime import datetime, time, timedelta

from registry.common.periods import LONDON, civil_date


def ends(*, now: datetime, days: int) -> datetime:
    """The moment at which a claim of `days` ends: midnight in London after the last of them."""
    last = civil_date(now) + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time(), LONDON)


def runs(until: datetime | None, *, now: datetime) -> bool:
    """Whether a claim that ends at `until` still holds."""
    return until is not None and now < until


def last_day_words(until: datetime) -> str:
    """ "Thursday 3 December 2026": the last day of a claim that ends at `until`."""
    day = civil_date(until - timedelta(microseconds=1))
    return f"{day:%A} {day.day} {day:%B} {day.year}"
