"""How dates, periods, money and counts are written on every page.

Pure functions: no clock, no settings. Dates follow the NHS service manual
("1 July 2026", "2:05pm"); periods are half-open and shown by their last day.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from registry.common.periods import LONDON

_DAY = timedelta(days=1)
# "12:00am" is read as either.
_NAMED_HOURS = {"12:00am": "midnight", "12:00pm": "midday"}


def format_date(day: date | datetime | None, empty: str = "no end") -> str:
    """ "1 July 2026"; a moment is shown as its day in London; `None` as `empty`."""
    return _day(day, "%B") if day else empty


def format_date_short(day: date | datetime | None, empty: str = "no end") -> str:
    """ "1 Jul 2026", for narrow columns."""
    return _day(day, "%b") if day else empty


@lru_cache(maxsize=10_000)
def _day(day: date | datetime, month: str) -> str:
    if isinstance(day, datetime):
        day = day.astimezone(LONDON)
    return f"{day.day} {day.strftime(month)} {day.year}"


def format_datetime(moment: datetime | None, empty: str = "never") -> str:
    """ "1 July 2026 at 2:05pm", or "at midday", in London's time."""
    if moment is None:
        return empty
    local = moment.astimezone(LONDON)
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    return f"{format_date(local)} at {_NAMED_HOURS.get(clock, clock)}"


def format_moment(moment: datetime) -> str:
    """As `format_datetime`, for a moment that was asked about: a day alone is its first moment,
    and that is said.
    """
    words = format_datetime(moment)
    return f"{words}, when that day began" if words.endswith("midnight") else words


def format_ago(moment: datetime | None, now: datetime, empty: str = "never") -> str:
    """ "3 hours ago" or "in 2 days", in the largest whole unit."""
    if moment is None:
        return empty
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if size >= length:
            count = format_plural(int(size // length), unit)
            return f"{count} ago" if seconds > 0 else f"in {count}"
    return "just now" if seconds >= 0 else "in a moment"


def format_left(left: timedelta | None) -> str:
    """ "about 3 minutes left"; `None`, while no pace is known, is nothing."""
    if left is None:
        return ""
    if left < timedelta(minutes=1):
        return "less than a minute left"
    minutes = round(left.total_seconds() / 60)
    if minutes < 120:
        return f"about {format_plural(minutes, 'minute')} left"
    return f"about {format_plural(round(minutes / 60), 'hour')} left"


def format_period(span) -> str:
    """A half-open period in words; its last day is the day before its end.

    `span` is a DateRange, a pair of dates, or `None` (no days).
    """
    if span is None or getattr(span, "isempty", False):
        return "no days"
    start, until = (span.lower, span.upper) if hasattr(span, "lower") else span
    last = last_day(until)
    if start is None and last is None:
        return "always"
    if start is None:
        return f"until {format_date(last)}"
    if last is None:
        return f"from {format_date(start)}"
    if start == last:
        return f"on {format_date(start)}"
    return f"{format_date(start)} to {format_date(last)}"


def last_day(until: date | None) -> date | None:
    """The last day of a half-open period; `None` when it has no end.

    What ends on the calendar's first day has no day before it to name, so that day is named.
    """
    return until and (until if until == date.min else until - _DAY)


def format_money(amount: Decimal | int | float | None, pence: bool = False) -> str | Markup:
    """ "£1,234,567" (pounds), with pence when asked; `None` is a dash."""
    if amount is None:
        return format_nothing(None)
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.{2 if pence else 0}f}"


def format_number(number: int | float | Decimal | None) -> str | Markup:
    """ "12,345"; `None` is a dash."""
    return format_nothing(None) if number is None else f"{number:,}"


def format_plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 contract", "2 contracts", "0 people"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def format_nothing(value) -> object:
    """The value itself, or a dash that a screen reader hears as "none"."""
    if value not in (None, ""):
        return value
    return Markup(
        '<span aria-hidden="true">–</span><span class="nhsuk-u-visually-hidden">none</span>'
    )


# ODS publishes most names in capitals; these words keep theirs.
_ABBREVIATIONS = frozenset(
    {"CCG", "CIC", "CSU", "GP", "HQ", "ICB", "ICS", "IT", "LLP", "NHS", "ODS", "PCN", "UK"}
)
_SMALL_WORDS = frozenset(
    {"AND", "AT", "BY", "FOR", "IN", "LE", "OF", "ON", "THE", "TO", "UNDER", "UPON", "WITH"}
)
_ROMAN = re.compile(r"(?:X{0,3})(?:IX|IV|V?I{1,3}|VI{0,3}|X)")
_WORD = re.compile(r"[\w&'’]+")


def format_organisation(name: str | None) -> str:
    """ "NHS Devon Integrated Care Board" for ODS's "NHS DEVON INTEGRATED CARE BOARD".

    Only for showing: the data keep what ODS publishes. A name with a small letter in it was
    written by somebody who chose its case, and stays. Codes ("02Y", "H&J") stay too.
    """
    name = name or ""
    if name != name.upper():
        return name
    return _WORD.sub(lambda found: _cased(found.group(), first=found.start() == 0), name)


def _cased(word: str, *, first: bool) -> str:
    if word in _ABBREVIATIONS or not re.fullmatch(r"[^\W\d_]+(?:['’][^\W\d_]*)?", word):
        return word
    if len(word) > 1 and _ROMAN.fullmatch(word):
        return word
    if word in _SMALL_WORDS and not first:
        return word.lower()
    # "O'NEILL" is O'Neill, and "WOMEN'S" is Women's.
    if re.match(r"[OD]['’]\w{2}", word):
        return word[:2] + word[2:].capitalize()
    return word.capitalize()


# The colours of the NHS tag component.
TAG_COLOURS = frozenset(
    {
        *("white", "grey", "green", "aqua-green", "blue"),
        *("purple", "pink", "red", "orange", "yellow"),
    }
)


def tag_colour(status) -> str:
    """The tag colour of an enum member; `TypeError` for a plain string, which has none."""
    colour = getattr(status, "colour", None)
    if colour not in TAG_COLOURS or not hasattr(status, "label"):
        raise TypeError(f"a status needs a label and a tag colour, got {status!r}")
    return colour


# Typed, because members of two enums that share a value are equal.
@lru_cache(maxsize=1_000, typed=True)
def draw_tag(status, hidden: str = "") -> Markup:
    """The NHS tag of an enum member; `hidden` is read out after it, not shown."""
    more = Markup('<span class="nhsuk-u-visually-hidden"> {}</span>').format(hidden)
    tag = Markup('<strong class="nhsuk-tag nhsuk-tag--{}">{}{}</strong>')
    return tag.format(tag_colour(status), status.label, more if hidden else "")
