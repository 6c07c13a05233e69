"""Half-open civil periods in London's days."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from registry.common import periods
from registry.common.periods import civil_date, first_day, holds, overlap, period

DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 10))
SPANS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(
    lambda ends: None in ends or ends[0] < ends[1]
)


def test_a_period_holds_its_first_day_and_not_its_last():
    july = period(date(2026, 7, 1), date(2026, 8, 1))
    assert holds(july, date(2026, 7, 1))
    assert holds(july, date(2026, 7, 31))
    assert not holds(july, date(2026, 8, 1))
    assert not holds(july, date(2026, 6, 30))


def test_a_period_of_no_day_is_refused():
    with pytest.raises(ValueError, match="ends on 2026-07-01"):
        period(date(2026, 7, 1), date(2026, 7, 1))


def test_nothing_holds_no_day():
    assert not holds(None, date(2026, 7, 1))
    assert not holds(DateRange(empty=True), date(2026, 7, 1))
    assert overlap(DateRange(empty=True), period(None, None)) is None


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 1, 1, 23, 59, tzinfo=UTC), date(2026, 1, 1)),
        # The hour that comes twice when the clocks go back.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_is_londons(moment, day):
    assert civil_date(moment) == day


def test_a_moment_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        civil_date(datetime(2026, 7, 1, 12))  # noqa: DTZ001 - the naive one is the point


@given(SPANS, SPANS, DAYS)
def test_overlap_holds_the_days_that_both_hold(one, other, day):
    both = overlap(period(*one), period(*other))
    assert holds(both, day) == (holds(period(*one), day) and holds(period(*other), day))


@given(st.lists(SPANS, max_size=4), DAYS)
def test_the_first_day_is_held_and_none_before_it_is(spans, on):
    spans = [period(*span) for span in spans]
    first = first_day(spans, on=on)
    if first is None:
        assert not any(span.upper is None or span.upper > on for span in spans)
        return
    assert first >= on
    assert any(holds(span, first) for span in spans)
    earlier = [date.fromordinal(n) for n in range(on.toordinal(), first.toordinal())]
    assert not any(holds(span, day) for span in spans for day in earlier)


def test_a_pair_is_written_as_the_register_format_writes_it():
    assert periods.as_pair(period(date(2024, 1, 1), None)) == ["2024-01-01", None]
