"""Months of UTC, in which visits are kept together, and how long visits are kept."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS_AHEAD = 3
_NAME = re.compile(r"probes_probe_(\d{4})_(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of UTC."""

    year: int
    month: int

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.next().begins

    @property
    def table(self) -> str:
        """The name of the partition that holds its visits."""
        return f"probes_probe_{self.year:04}_{self.month:02}"

    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)


def month_of(moment: datetime) -> Month:
    """The month that an aware `moment` lies in."""
    moment = moment.astimezone(UTC)
    return Month(moment.year, moment.month)


def month_named(table: str) -> Month | None:
    """The month whose partition is called so; `None` for any other table."""
    match = _NAME.fullmatch(table)
    return Month(int(match[1]), int(match[2])) if match else None


def months_ahead(now: datetime) -> list[Month]:
    """This month and those that there must be room for already."""
    months = [month_of(now)]
    for _ in range(MONTHS_AHEAD):
        months.append(months[-1].next())
    return months


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days visits are kept: those at which nothing failed, and the others."""

    successes: int
    failures: int

    def __post_init__(self) -> None:
        if not 0 < self.successes <= self.failures:
            raise ValueError("successes are kept for a day at least, and failures no shorter")

    def success_until(self, now: datetime) -> datetime:
        """Visits before this moment may go if nothing failed at them."""
        return now - timedelta(days=self.successes)

    def failure_until(self, now: datetime) -> datetime:
        """Visits before this moment may go whatever happened at them."""
        return now - timedelta(days=self.failures)
