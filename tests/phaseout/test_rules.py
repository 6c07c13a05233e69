"""The clocks: working days in England, whatever the calendar does."""

from datetime import UTC, date, datetime

import pytest
from psycopg2.extras import DateRange, DateTimeTZRange

from procurement.phaseout import rules
from procurement.phaseout.enums import OPEN_STATES
from procurement.phaseout.rules import Dismissal


@pytest.mark.parametrize(
    ("flagged", "due"),
    [
        (date(2026, 7, 1), date(2026, 7, 8)),  # a Wednesday: over one weekend
        (date(2026, 7, 3), date(2026, 7, 10)),  # a Friday
        (date(2026, 7, 4), date(2026, 7, 10)),  # a Saturday counts from Monday
        (date(2026, 7, 5), date(2026, 7, 10)),  # a Sunday too
        (date(2026, 8, 28), date(2026, 9, 7)),  # over the late summer bank holiday
        (date(2026, 4, 2), date(2026, 4, 13)),  # over Good Friday and Easter Monday
        (date(2026, 12, 24), date(2027, 1, 5)),  # 25th, Boxing Day in lieu on 28th, 1 January
        (date(2028, 2, 24), date(2028, 3, 2)),  # over 29 February, a working day
    ],
)
def test_triage_is_due_after_five_working_days(flagged, due):
    assert rules.triage_due(flagged) == due


def test_a_bank_holiday_of_scotland_is_a_working_day_in_england():
    assert rules.is_working_day(date(2026, 11, 30))  # Saint Andrew's Day, a Monday
    assert not rules.is_working_day(date(2026, 8, 31))  # England's late summer holiday
    assert not rules.is_working_day(date(2022, 9, 19))  # once, for a state funeral


def test_a_notice_gives_28_days():
    assert rules.earliest_respond_by(date(2026, 7, 1)) == date(2026, 7, 29)
    assert rules.earliest_respond_by(date(2028, 2, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("on", "words", "overdue"),
    [
        (date(2026, 7, 1), "5 working days left", False),
        (date(2026, 7, 7), "1 working day left", False),
        (date(2026, 7, 8), "due today", False),
        (date(2026, 7, 9), "1 working day overdue", True),
        (date(2026, 7, 12), "2 working days overdue", True),  # Sunday: Thursday and Friday
    ],
)
def test_the_triage_clock_counts_working_days(on, words, overdue):
    clock = rules.clock(state="triage", triage_due=date(2026, 7, 8), respond_by=None, on=on)
    assert (clock.waits_for, clock.due) == ("Triage", date(2026, 7, 8))
    assert (clock.words, clock.overdue) == (words, overdue)


def test_a_weekend_after_the_last_day_is_overdue_by_no_working_day():
    clock = rules.clock(
        state="flagged", triage_due=date(2026, 7, 10), respond_by=None, on=date(2026, 7, 11)
    )
    assert (clock.words, clock.overdue) == ("overdue", True)


def test_the_suppliers_clock_counts_days():
    def words(on):
        return rules.clock(
            state="notice_issued", triage_due=date(2026, 7, 8), respond_by=date(2026, 8, 3), on=on
        ).words

    assert words(date(2026, 7, 4)) == "30 days left"
    assert words(date(2026, 8, 3)) == "due today"
    assert words(date(2026, 8, 4)) == "1 day overdue"


@pytest.mark.parametrize("state", ["dismissed", "closed_compliant"])
def test_no_clock_runs_on_an_ended_case(state):
    found = rules.clock(
        state=state, triage_due=date(2026, 7, 8), respond_by=date(2026, 8, 3), on=date(2026, 7, 1)
    )
    assert found is None


def test_nothing_leads_out_of_an_ended_case():
    assert {start for start, _ in rules.TRANSITIONS} == set(OPEN_STATES)


DISMISSED_AT = datetime(2026, 7, 2, 9, tzinfo=UTC)
ON = date(2026, 7, 10)


def _answered(began, *relief, dismissed_for=date(2026, 6, 1)):
    return rules.answered(
        began, on=ON, dismissals=[Dismissal(DISMISSED_AT, dismissed_for)], relief=relief
    )


def test_a_dismissal_answers_its_own_cause():
    assert _answered(date(2026, 6, 1))


def test_a_dismissal_does_not_answer_a_spell_that_began_on_another_day():
    assert not _answered(date(2026, 6, 2))
    assert not _answered(None)


def test_a_cause_without_first_day_is_answered_like_any_other():
    assert _answered(None, dismissed_for=None)


def test_a_relapse_after_the_dismissal_is_a_new_cause():
    met_today = DateRange(date(2026, 7, 5), None)
    known = DateTimeTZRange(datetime(2026, 7, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC))
    assert not _answered(date(2026, 6, 1), (met_today, known))


def test_what_healed_and_relapsed_before_the_dismissal_was_part_of_it():
    met_today = DateRange(date(2026, 6, 5), None)
    known = DateTimeTZRange(datetime(2026, 6, 5, tzinfo=UTC), datetime(2026, 6, 6, tzinfo=UTC))
    assert _answered(date(2026, 6, 1), (met_today, known))


def test_relief_on_other_days_changes_nothing():
    met_next_year = DateRange(date(2027, 1, 1), None)
    known = DateTimeTZRange(datetime(2026, 7, 5, tzinfo=UTC), None)
    assert _answered(date(2026, 6, 1), (met_next_year, known))
