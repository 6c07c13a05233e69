"""The clocks and the legal steps of a phase-out case (product.md). Pure: no Django, no clock.

Days are civil days in Europe/London; England's bank holidays count as days off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from holidays import country_holidays
from psycopg2.extras import DateRange, DateTimeTZRange

from registry.common import periods

TRIAGE_WORKING_DAYS = 5
NOTICE_MIN_DAYS = 28

# From which state a case may go to which. The database holds the same (Case.Meta.triggers).
TRANSITIONS = [
    ("flagged", "triage"),
    ("flagged", "closed_compliant"),
    ("triage", "dismissed"),
    ("triage", "notice_issued"),
    ("triage", "closed_compliant"),
    ("notice_issued", "closed_compliant"),
]

_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of `year`, the days in lieu included."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start`; `start` itself is never counted."""
    day = start
    while count > 0:
        day += _DAY
        count -= is_working_day(day)
    return day


def working_days_between(start: date, until: date) -> int:
    """How many working days lie after `start`, up to and including `until`."""
    days = (start + _DAY * n for n in range(1, (until - start).days + 1))
    return sum(map(is_working_day, days))


def triage_due(flagged_on: date) -> date:
    """The last day to decide in triage: five working days after the flag."""
    return add_working_days(flagged_on, TRIAGE_WORKING_DAYS)


def earliest_respond_by(issued_on: date) -> date:
    """A notice gives at least 28 days: the first last day that it may name."""
    return issued_on + _DAY * NOTICE_MIN_DAYS


@dataclass(frozen=True)
class Clock:
    """What a case waits for, until which day, and how that stands on the day asked about."""

    waits_for: str
    due: date
    words: str
    overdue: bool


def clock(*, state: str, triage_due: date, respond_by: date | None, on: date) -> Clock | None:
    """The clock that runs in `state` on the day `on`; `None` when none does."""
    if state in ("flagged", "triage"):
        return Clock("Triage", triage_due, *_left_in_working_days(on, triage_due))
    if state == "notice_issued" and respond_by:
        return Clock("Supplier’s response", respond_by, *_left_in_days(on, respond_by))
    return None


def _left_in_working_days(on: date, due: date) -> tuple[str, bool]:
    if on > due:
        late = working_days_between(due, on)
        # The weekend after the last day is late too, by no working day yet.
        return (f"{_count(late, 'working day')} overdue" if late else "overdue"), True
    if on == due:
        return "due today", False
    return f"{_count(working_days_between(on, due), 'working day')} left", False


def _left_in_days(on: date, due: date) -> tuple[str, bool]:
    if on > due:
        return f"{_count((on - due).days, 'day')} overdue", True
    return ("due today" if on == due else f"{_count((due - on).days, 'day')} left"), False


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Dismissal:
    """An officer dismissed a case at this moment; its cause began on this day (`None`: ever)."""

    at: datetime
    began: date | None


def answered(
    began: date | None,
    *,
    on: date,
    dismissals: Iterable[Dismissal],
    relief: Iterable[tuple[DateRange, DateTimeTZRange]],
) -> bool:
    """Whether a dismissal answers a `not_met` spell that began on `began` (ADR 0030).

    It does when the spell began on the same day as its cause, and the register has held the
    spell's first day that is not over as `not_met` ever since. `relief` is what the register
    held otherwise: (days, moments during which it held that).
    """
    day = max(began or on, on)
    since = max((one.at for one in dismissals if one.began == began), default=None)
    if since is None:
        return False
    return not any(
        periods.holds(days, day) and (moments.upper is None or moments.upper > since)
        for days, moments in relief
    )
