"""When a maintenance window is open, minute by minute, the nights the clocks change included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from registry.common.periods import LONDON
from registry.probes.rules.windows import Pattern, merged, most_within

FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def walked(pattern: Pattern, day: date):
    """From the first to the last minute at which the clock shows a time of the window."""
    start = datetime.combine(day, pattern.starts)
    minutes = [utc(day - DAY, 20) + number * MINUTE for number in range(56 * 60)]
    shown = [
        at
        for at in minutes
        if start <= at.astimezone(LONDON).replace(tzinfo=None, fold=0) < start + pattern.length
    ]
    return (shown[0], shown[-1] + MINUTE) if shown else None


@pytest.mark.parametrize("day", [FORWARD, BACK], ids=["forward", "back"])
def test_a_window_is_what_a_clock_on_the_wall_shows(day):
    for start in ("00:00", "00:15", "00:59", "01:00", "01:15", "01:30", "01:45", "02:00", "02:30"):
        for minutes in (1, 15, 30, 45, 60, 90, 1440):
            pattern = Pattern(day, time.fromisoformat(start), timedelta(minutes=minutes))
            assert pattern.on(day) == walked(pattern, day), (start, minutes)


@pytest.mark.parametrize(
    ("day", "starts", "length", "expected"),
    [
        # 1:30am to 2:30am: half of it is skipped, or the half hour before it is there twice.
        (FORWARD, time(1, 30), HOUR, (utc(FORWARD, 1), utc(FORWARD, 1, 30))),
        (BACK, time(1, 30), HOUR, (utc(BACK, 0, 30), utc(BACK, 2, 30))),
        (FORWARD, time(1, 15), 30 * MINUTE, None),
        (BACK, time(0, 30), 30 * MINUTE, (utc(BACK - DAY, 23, 30), utc(BACK, 0))),
    ],
)
def test_the_nights_the_clocks_change(day, starts, length, expected):
    assert Pattern(day, starts, length).on(day) == expected


def test_a_weekly_window_keeps_to_the_clock_over_both_changes():
    pattern = Pattern(date(2026, 3, 22), time(1, 15), 30 * MINUTE, weekly=True)
    found = list(pattern.occurrences(since=utc(date(2026, 3, 1), 0), until=utc(BACK + 8 * DAY, 0)))

    assert found[:2] == [
        (utc(date(2026, 3, 22), 1, 15), utc(date(2026, 3, 22), 1, 45)),
        # Not on the 29th, when there is no such time.
        (utc(date(2026, 4, 5), 0, 15), utc(date(2026, 4, 5), 0, 45)),
    ]
    assert found[-2:] == [
        (utc(BACK, 0, 15), utc(BACK, 1, 45)),
        (utc(BACK + 7 * DAY, 1, 15), utc(BACK + 7 * DAY, 1, 45)),
    ]
    late = list(pattern.occurrences(since=utc(BACK, 0, 16), until=utc(BACK + 8 * DAY, 0)))
    assert late == found[-1:]


def test_time_that_two_windows_share_counts_once_and_days_slide():
    start = utc(date(2026, 7, 1), 0)
    one, other = (start, start + 3 * HOUR), (start + HOUR, start + 4 * HOUR)
    later = (start + 28 * DAY - HOUR, start + 28 * DAY + HOUR)
    after = (start + 40 * DAY, start + 40 * DAY + 2 * HOUR)

    assert merged([other, one]) == [(start, start + 4 * HOUR)]
    assert most_within([one, other]) == 4 * HOUR
    # The 28 days that begin an hour later hold an hour less of the first and all of the last.
    assert most_within([one, other, later]) == 5 * HOUR
    assert most_within([one, other], near=[after]) == timedelta()
    assert most_within([]) == timedelta()
