"""What goes wrong while evidence waits, and in which order it is to be looked at. Pure.

The order of harm (ADR 0027): first the band of days until a product stops meeting a standard
without this evidence, then what buyers have at stake, then how long it has waited.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

_NO_DAY = date.max


class Band(IntEnum):
    """How soon the product does not meet a standard of the evidence without it."""

    NOW = 0
    WEEK = 7
    MONTH = 30
    QUARTER = 90
    LATER = 100_000
    # On no day that the register knows of.
    NEVER = 100_001


@dataclass(frozen=True, slots=True)
class Harm:
    """What rests on one submission.

    `lapses_on` is the first day, today or later, on which the product does not meet a standard
    and one of the MUST criteria that the evidence speaks to is unproved; `None`: there is none.
    `buyers` answer for contracts on the product that run or are to begin; `value` is in pounds
    over their whole terms, `None` when no value is known.
    """

    lapses_on: date | None = None
    buyers: int = 0
    value: Decimal | None = None

    def days(self, *, on: date) -> int | None:
        """Days from `on` until then; 0 when it is so already, `None` when it never is."""
        return None if self.lapses_on is None else max((self.lapses_on - on).days, 0)

    def band(self, *, on: date) -> Band:
        """The band of those days."""
        days = self.days(on=on)
        if days is None:
            return Band.NEVER
        return next(band for band in Band if days <= band)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission in the queue, as far as its place depends on it."""

    pk: int
    submitted_at: datetime
    harm: Harm


SORTS = ("harm", "lapse", "value", "oldest")


def place(one: Waiting, *, sort: str, on: date) -> tuple:
    """What to order by, the smallest first; no two submissions share a place."""
    stake = (-(one.harm.value or 0), -one.harm.buyers)
    age = (one.submitted_at, one.pk)
    lapse = one.harm.lapses_on or _NO_DAY
    return {
        "harm": (one.harm.band(on=on), *stake, lapse, *age),
        "lapse": (lapse, *stake, *age),
        "value": (*stake, lapse, *age),
        "oldest": age,
    }[sort]
