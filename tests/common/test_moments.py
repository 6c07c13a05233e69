"""A moment that somebody types is the one they mean, or they are told what to add."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from registry.common.moments import MomentField

FIELD = MomentField(label="Known at")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-07-01T12:00", "2026-07-01T12:00+01:00"),
        ("2026-01-01", "2026-01-01T00:00+00:00"),
        ("2026-10-25T01:30+01:00", "2026-10-25T01:30+01:00"),
        ("2026-10-25T01:30+00:00", "2026-10-25T01:30+00:00"),
        ("2026-10-25T01:30 01:00", "2026-10-25T01:30+01:00"),
        ("2026-10-25T00:59", "2026-10-25T00:59+01:00"),
        ("2026-10-25T02:00", "2026-10-25T02:00+00:00"),
        ("2026-03-29T02:00", "2026-03-29T02:00+01:00"),
    ],
)
def test_london_time_unless_a_zone_is_said(typed, meant):
    assert FIELD.clean(typed) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-10-25T01:30", "The clocks change then: say the zone too"),
        ("2026-03-29T01:30", "The clocks change then: say the zone too"),
        ("0001-01-01", "Known at must have a year from 1948 to 2199"),
        ("9999-12-31T23:59:59Z", "Known at must have a year from 1948 to 2199"),
        ("noon", "Known at must be a real date and time, like 2026-07-01T12:00"),
        ("2026-02-29T12:00", "Known at must be a real date and time, like 2026-07-01T12:00"),
    ],
)
def test_what_is_no_moment_is_told_what_to_do(typed, words):
    with pytest.raises(ValidationError, match=words.replace("+", r"\+")):
        FIELD.clean(typed)
