"""Maintenance windows: when a window is open by the clock in London, and how much is allowed.

A window is open at the moments between the first and the last at which a clock on the wall in
London shows a time in [start, end). So on the night the clocks go back a window that begins or
ends in the repeated hour takes in both of them, and on the night they go forward what lies in
the hour that is left out does not happen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from psycopg2.extras import DateTimeTZRange

from registry.common.periods import LONDON

LONGEST = timedelta(hours=24)
# Of one supplier's maintenance at one host, within any of such days: more could hide a failure.
MOST = timedelta(hours=48)
WITHIN = timedelta(days=28)
# How long ahead a window may be declared, and for how long weekly ones are worked out: so much
# longer that the days around every window are known when it is declared.
DECLARED_AHEAD = timedelta(days=154)
KNOWN_AHEAD = DECLARED_AHEAD + WITHIN

_MINUTE = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)
_WEEK = timedelta(days=7)

Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a window is open, by the clock in London: once, or every week from then on."""

    first_day: date
    starts: time
    length: timedelta
    weekly: bool = False

    def on(self, day: date) -> Moments | None:
        """The moments [from, until) of the window that begins on `day`, in UTC; `None` when the
        clocks go forward over all of it."""
        start = datetime.combine(day, self.starts)
        begun, ended = first_moment(start), last_moment(start + self.length)
        return (begun, ended) if begun < ended else None

    def occurrences(self, *, since: datetime, until: datetime) -> Iterator[Moments]:
        """Every time that it begins in [since, until), in order."""
        day = self.first_day
        if self.weekly:
            missed = (since.astimezone(LONDON).date() - day) // _WEEK - 1
            day += max(missed, 0) * _WEEK
        while (found := self.on(day)) is None or found[0] < until:
            if found is not None and found[0] >= since:
                yield found
            if not self.weekly:
                return
            day += _WEEK


def first_moment(civil: datetime) -> datetime:
    """The first moment at which the clock shows `civil` (naive), or, where it never does, that
    at which it goes past it."""
    while not _exists(civil):
        civil = _next_minute(civil)
    return civil.replace(tzinfo=LONDON, fold=0).astimezone(UTC)


def last_moment(civil: datetime) -> datetime:
    """The end of the last moments at which the clock shows less than `civil` (naive), just
    before it shows it; or, where it never does, that at which it goes past it."""
    if not _exists(civil):
        return first_moment(civil)
    before = civil - _TICK
    if not _exists(before):
        return civil.replace(tzinfo=LONDON).astimezone(UTC)
    return before.replace(tzinfo=LONDON, fold=1).astimezone(UTC) + _TICK


def _exists(civil: datetime) -> bool:
    there = civil.replace(tzinfo=LONDON).astimezone(UTC)
    return there.astimezone(LONDON).replace(tzinfo=None) == civil.replace(fold=0)


def _next_minute(civil: datetime) -> datetime:
    return civil.replace(second=0, microsecond=0) + _MINUTE


def merged(spans: Iterable[Moments]) -> list[Moments]:
    """The same moments in order, those that touch or overlap put together."""
    found: list[Moments] = []
    for begun, ended in sorted(spans):
        if found and begun <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((begun, ended))
    return found


def most_within(spans: Iterable[Moments], *, near: Iterable[Moments] = ()) -> timedelta:
    """The longest time that `spans` take of any 28 days; with `near`, of any that meets one."""
    spans, near = merged(spans), list(near)
    # It is longest where the days begin with a span or end with one.
    starts = [begun for begun, _ in spans] + [ended - WITHIN for _, ended in spans]
    # And, near something, where they just reach it.
    starts += [at for begun, ended in near for at in (begun - WITHIN + _MINUTE, ended - _MINUTE)]
    if near:
        starts = [at for at in starts if any(_meets(at, span) for span in near)]
    return max((_taken(spans, at) for at in starts), default=timedelta())


def _meets(start: datetime, span: Moments) -> bool:
    return span[0] < start + WITHIN and start < span[1]


def _taken(spans: list[Moments], start: datetime) -> timedelta:
    until = start + WITHIN
    inside = (min(ended, until) - max(begun, start) for begun, ended in spans)
    return sum((length for length in inside if length > timedelta()), timedelta())


def as_range(span: Moments) -> DateTimeTZRange:
    """As the database keeps it."""
    return DateTimeTZRange(*span, "[)")
