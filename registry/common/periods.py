"""Half-open civil periods `[from, until)` in Europe/London (compliance.md).

A period is psycopg2's `DateRange` with bounds "[)"; a `None` end is open.
"""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from psycopg2.extras import DateRange

LONDON = ZoneInfo("Europe/London")


def period(start: date | None, until: date | None) -> DateRange:
    """The period `[start, until)`; `ValueError` when it holds no day."""
    if start is not None and until is not None and start >= until:
        raise ValueError(f"the period ends on {until}, which is not after its start on {start}")
    return DateRange(start, until, "[)")


def civil_date(moment: datetime) -> date:
    """The day it is in Europe/London at an aware `moment`."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(LONDON).date()


def holds(span: DateRange | None, day: date) -> bool:
    """Whether `day` lies in `span`. An empty or missing span holds no day."""
    if span is None or span.isempty:
        return False
    return (span.lower is None or span.lower <= day) and (span.upper is None or day < span.upper)


def overlap(one: DateRange, other: DateRange) -> DateRange | None:
    """The days in both periods, or `None` when there are none."""
    if one.isempty or other.isempty:
        return None
    lowers = [d for d in (one.lower, other.lower) if d is not None]
    uppers = [d for d in (one.upper, other.upper) if d is not None]
    lower, upper = max(lowers, default=None), min(uppers, default=None)
    if lower is not None and upper is not None and lower >= upper:
        return None
    return DateRange(lower, upper, "[)")


def as_pair(span: DateRange) -> list[str | None]:
    """`["2024-01-01", null]`, as the register format writes a period."""
    return [end.isoformat() if end else None for end in (span.lower, span.upper)]


def first_day(spans: Iterable[DateRange], *, on: date) -> date | None:
    """The first day, `on` or later, that any of `spans` holds."""
    days = [
        max(span.lower or on, on)
        for span in spans
        if not span.isempty and (span.upper is None or span.upper > on)
    ]
    return min(days, default=None)
