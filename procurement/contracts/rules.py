"""What a contract's term and its products' timelines say together. Pure: no Django, no clock.

Periods are half-open civil dates `[from, until)`; people read and type the last day.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from psycopg2.extras import DateRange

from registry.common import periods

_DAY = timedelta(days=1)


def last_day(term: DateRange) -> date | None:
    """The last day of a term; `None` when it has no end."""
    return None if term.upper is None else term.upper - _DAY


def term_from_days(first: date, last: date | None) -> DateRange:
    """The term from its first to its last day, both included: one day is `first == last`.

    `ValueError` when the last day lies before the first.
    """
    return periods.period(first, None if last is None else last + _DAY)


def term_to_day(term: DateRange, last: date) -> DateRange:
    """The same term with another last day; `ValueError` when that leaves no day."""
    return periods.period(term.lower, last + _DAY)


def rest_of_term(term: DateRange, *, on: date) -> DateRange | None:
    """The days of the term from `on` on; `None` when it is over."""
    return periods.overlap(term, periods.period(on, None))


def merged(spans: Iterable[DateRange]) -> list[DateRange]:
    """The same days as maximal periods in order. Every span has a first day."""
    joined: list[DateRange] = []
    for span in sorted(spans, key=lambda span: span.lower):
        if joined and (joined[-1].upper is None or span.lower <= joined[-1].upper):
            ends = (joined[-1].upper, span.upper)
            upper = None if None in ends else max(ends)
            joined[-1] = DateRange(joined[-1].lower, upper, "[)")
        else:
            joined.append(span)
    return joined


def days_in(spans: Sequence[DateRange]) -> int | None:
    """How many days the spans hold together; `None` when that has no end."""
    joined = merged(spans)
    if any(span.upper is None for span in joined):
        return None
    return sum((span.upper - span.lower).days for span in joined)


def outlives_by(rest: DateRange, failing: Sequence[DateRange]) -> int | None:
    """By how many days the term outlives compliance.

    That is the length of the failing days that reach the end of the term: 0 when it ends
    compliant, or when it has no end.
    """
    if rest.upper is None or not failing:
        return 0
    final = merged(failing)[-1]
    return (final.upper - final.lower).days if final.upper == rest.upper else 0


def covers(rest: DateRange, spans: Iterable[DateRange]) -> bool:
    """Whether the spans leave no day of `rest` out."""
    joined = merged(spans)
    return len(joined) == 1 and joined[0] == rest
