"""The order of harm, on its own."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from procurement.assessment.rules import SORTS, Band, Harm, Waiting, place

ON = date(2026, 7, 1)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def waiting(pk, *, days=None, buyers=0, value=None, age=0):
    lapses_on = None if days is None else ON + timedelta(days=days)
    return Waiting(pk, MONDAY - timedelta(days=age), Harm(lapses_on, buyers, value))


def ordered(rows, sort="harm"):
    return [one.pk for one in sorted(rows, key=lambda one: place(one, sort=sort, on=ON))]


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (-400, Band.NOW),
        (0, Band.NOW),
        (1, Band.WEEK),
        (7, Band.WEEK),
        (8, Band.MONTH),
        (30, Band.MONTH),
        (31, Band.QUARTER),
        (90, Band.QUARTER),
        (91, Band.LATER),
        (20_000, Band.LATER),
        (None, Band.NEVER),
    ],
)
def test_days_fall_into_bands(days, band):
    assert waiting(1, days=days).harm.band(on=ON) is band


def test_the_band_comes_first_then_value_then_buyers_then_the_day_then_age():
    rows = [
        waiting(1, days=None, buyers=9, value=Decimal(10**9)),
        waiting(2, days=5, buyers=1, value=Decimal(10**9)),
        waiting(3, days=0),
        waiting(4, days=0, buyers=2),
        waiting(5, days=0, buyers=1, value=Decimal(100)),
        waiting(6, days=3, buyers=1, value=Decimal(10**9)),
        waiting(7, days=0, age=1),
    ]
    assert ordered(rows) == [5, 4, 7, 3, 6, 2, 1]


def test_other_orders_are_chosen():
    rows = [
        waiting(1, days=40, value=Decimal(500), age=3),
        waiting(2, days=2, value=Decimal(5), age=1),
        waiting(3, age=9),
    ]
    assert ordered(rows, "lapse") == [2, 1, 3]
    assert ordered(rows, "value") == [1, 2, 3]
    assert ordered(rows, "oldest") == [3, 1, 2]


@pytest.mark.parametrize("sort", SORTS)
def test_no_two_share_a_place(sort):
    places = [place(waiting(pk), sort=sort, on=ON) for pk in range(9)]
    assert len(set(places)) == 9
