"""Days at the ends of the calendar, which some write for "always" and "open"."""

from datetime import date

import pytest

from registry.common.formatting import format_period
from registry.common.timeline_svg import Row, Spell, draw, window_of
from registry.compliance.enums import Status

ON = date(2026, 7, 1)
NEAR = date(2024, 1, 1)


@pytest.mark.parametrize("far", [date.min, date(1, 1, 2), date(9999, 12, 31)])
def test_a_far_day_stays_outside_the_window(far):
    assert window_of([NEAR, far], on=ON, after=3) == (date(2023, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize("on", [date.min, date.max])
def test_the_window_ends_where_the_calendar_does(on):
    since, until = window_of([on], on=on, after=3)
    bars = [Row("Edition 1", [Spell(Status.MET, None, None)])]

    assert since < until
    assert "Edition 1" in draw(bars, on=on, title="Editions", since=since, until=until)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((None, date.min), "until 1 January 1"),
        ((date(9999, 12, 31), None), "from 31 December 9999"),
        ((date.min, date(1, 1, 2)), "on 1 January 1"),
    ],
)
def test_a_period_at_an_end_of_the_calendar_has_words(span, words):
    assert format_period(span) == words
