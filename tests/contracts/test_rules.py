"""Terms and days: half-open inside, the last day for people."""

from datetime import date

import pytest
from psycopg2.extras import DateRange

from procurement.contracts import rules

D = DateRange


def _span(start, until):
    return D(start and date.fromisoformat(start), until and date.fromisoformat(until), "[)")


def test_a_contract_of_one_day_has_one_day():
    day = date(2026, 7, 1)
    term = rules.term_from_days(day, day)
    assert term == _span("2026-07-01", "2026-07-02")
    assert rules.last_day(term) == day
    assert rules.days_in([term]) == 1


def test_a_term_may_end_on_29_february():
    term = rules.term_from_days(date(2027, 3, 1), date(2028, 2, 29))
    assert (term.upper, rules.last_day(term)) == (date(2028, 3, 1), date(2028, 2, 29))


def test_a_term_does_not_end_before_it_starts():
    with pytest.raises(ValueError):
        rules.term_from_days(date(2026, 7, 2), date(2026, 7, 1))
    with pytest.raises(ValueError):
        rules.term_to_day(_span("2026-07-01", None), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("on", "rest"),
    [
        ("2026-06-30", _span("2026-07-01", "2026-07-03")),
        ("2026-07-02", _span("2026-07-02", "2026-07-03")),
        ("2026-07-03", None),
    ],
)
def test_the_rest_of_a_term_ends_with_its_last_day(on, rest):
    term = _span("2026-07-01", "2026-07-03")
    assert rules.rest_of_term(term, on=date.fromisoformat(on)) == rest


def test_days_that_overlap_or_touch_count_once():
    spans = [
        _span("2026-07-10", "2026-07-12"),
        _span("2026-07-01", "2026-07-05"),
        _span("2026-07-03", "2026-07-08"),
        _span("2026-07-08", "2026-07-09"),
    ]
    assert rules.merged(spans) == [
        _span("2026-07-01", "2026-07-09"), _span("2026-07-10", "2026-07-12")
    ]  # fmt: skip
    assert rules.days_in(spans) == 10
    assert rules.days_in([*spans, _span("2027-01-01", None)]) is None


@pytest.mark.parametrize(
    ("failing", "days"),
    [
        ([], 0),
        ([_span("2026-07-10", "2026-07-20")], 0),  # compliant again at the end
        ([_span("2026-07-20", "2026-08-01")], 12),
        ([_span("2026-07-05", "2026-07-10"), _span("2026-07-20", "2026-08-01")], 12),
        ([_span("2026-07-20", "2026-07-25"), _span("2026-07-25", "2026-08-01")], 12),
    ],
)
def test_a_term_outlives_compliance_by_the_failing_days_at_its_end(failing, days):
    assert rules.outlives_by(_span("2026-07-01", "2026-08-01"), failing) == days


def test_a_term_without_end_outlives_nothing_that_can_be_counted():
    assert rules.outlives_by(_span("2026-07-01", None), [_span("2026-07-02", None)]) == 0


def test_spans_cover_a_term_only_without_gaps():
    rest = _span("2026-07-01", "2026-08-01")
    halves = [_span("2026-07-15", "2026-08-01"), _span("2026-07-01", "2026-07-15")]
    assert rules.covers(rest, halves)
    assert not rules.covers(rest, halves[:1])
    assert not rules.covers(rest, [])
