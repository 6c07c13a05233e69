"""Which weeks a burn-down shows (docs/adr/0065)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(weeks=1)
YEAR = timedelta(weeks=52)
# What is shown before and after a day on which the standard becomes mandatory.
AROUND = timedelta(weeks=26)
# The longest window that may be asked for: five years, however many of them are leap years.
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Window:
    """The weeks whose Mondays lie in `[since, until)`; `since` is a Monday."""

    since: date
    until: date

    @property
    def mondays(self) -> Iterator[date]:
        """The Mondays, in order; at least one."""
        return (self.since + week * WEEK for week in range(self.weeks))

    @property
    def weeks(self) -> int:
        """How many."""
        return -((self.since - self.until).days // 7)


def window(since: date, until: date) -> Window:
    """The weeks from the one that holds `since` to the last that begins before `until`."""
    return Window(since - timedelta(days=since.weekday()), until)


def chosen(
    since: date | None, until: date | None, *, on: date, mandatory: Iterable[date]
) -> Window:
    """The window that was asked for: two years from, or until, the one day that was named;
    without any the one that shows `on` and how the standard becomes `mandatory`.
    """
    if since is None and until is None:
        return around(on, mandatory)
    return window(since or until - 2 * YEAR, until or since + 2 * YEAR)


def around(on: date, mandatory: Iterable[date]) -> Window:
    """A year before `on` to a year after it, and half a year around the next day on which the
    standard becomes mandatory, or else the last such day, where five years hold both.
    """
    since, until = on - YEAR, on + YEAR + WEEK
    near = sorted(day for day in mandatory if abs(day - on) <= LONGEST)
    day = next((day for day in near if day > on), near[-1] if near else None)
    if day is not None:
        wide = window(min(since, day - AROUND), max(until, day + AROUND))
        if wide.until - wide.since <= LONGEST:
            return wide
    return window(since, until)
