"""When a product next stops, and next starts, being compliant: its line of verdicts, read ahead.

Decided in docs/adr/0064. A day is compliant when its verdict is `compliant`; exempt days and days
on which nothing is required are not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from psycopg2.extras import DateRange

COMPLIANT, NOTHING_REQUIRED = "compliant", "nothing_required"


@dataclass(frozen=True, slots=True)
class Turn:
    """On `day` the verdict is `verdict`, and on the day before it was `before`."""

    day: date
    before: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The verdict on a day, and the next two turns after it; `None` where none is known.

    On a compliant day `stops` comes first, and `starts` is the first compliant day after it. On
    any other day `starts` comes first, and `stops` is the first day after it that is not compliant.
    """

    verdict: str
    stops: Turn | None = None
    starts: Turn | None = None


def forecast(line: Iterable[tuple[str, DateRange]], day: date) -> Forecast:
    """Read a product's verdicts, (verdict, period) that partition time, from `day` on.

    What ended by `day` may be left out. A product without verdicts has nothing required of it.
    """
    ahead = [(span.lower, verdict) for verdict, span in line if not span.upper or span.upper > day]
    ahead.sort(key=lambda spell: spell[0] or date.min)
    if not ahead:
        return Forecast(NOTHING_REQUIRED)
    verdict = ahead[0][1]
    turns = [
        Turn(start, before, after)
        for (_, before), (start, after) in zip(ahead, ahead[1:], strict=False)
    ]
    if verdict == COMPLIANT:
        stops = _next(turns, after=day, compliant=False)
        starts = _next(turns, after=stops.day, compliant=True) if stops else None
    else:
        starts = _next(turns, after=day, compliant=True)
        stops = _next(turns, after=starts.day, compliant=False) if starts else None
    return Forecast(verdict, stops, starts)


def _next(turns: list[Turn], *, after: date, compliant: bool) -> Turn | None:
    return next(
        (turn for turn in turns if turn.day > after and (turn.verdict == COMPLIANT) is compliant),
        None,
    )
