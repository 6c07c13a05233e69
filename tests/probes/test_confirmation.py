"""Confirm before flipping, as stories and as laws that hold for every history."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.probes.enums import Outcome, SpellResult
from registry.probes.rules.confirmation import (
    REMEMBERED_RESULTS,
    Confirmation,
    Held,
    State,
    advance,
    sweep,
)
from registry.probes.rules.records import VisitOutcome
from registry.probes.rules.results import Result

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
RULE = Confirmation(failures=3, over=timedelta(hours=24))
FRESH = timedelta(days=14)


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


_NOTHING_HELD = State()


def after(*history, state: State = _NOTHING_HELD) -> State:
    """The state after (hour, result[, scheduled]) in turn."""
    for hour, result, *scheduled in history:
        state = advance(
            state,
            result=result,
            at=hours(hour),
            scheduled=scheduled[0] if scheduled else True,
            confirmation=RULE,
        ).state
    return state


PASS, FAIL, WARN = Result.PASS, Result.FAIL, Result.WARN
PASSING = (0, PASS)


def test_one_pass_is_enough_to_pass():
    assert after(PASSING).held is Held.PASS
    assert after((0, WARN)).held is Held.PASS


def test_three_failures_over_a_day_are_a_failure():
    state = after(PASSING, (6, FAIL), (12, FAIL), (30, FAIL))
    assert (state.held, state.failing_since) == (Held.FAIL, hours(6))


def test_three_failures_within_the_day_are_not():
    assert after(PASSING, (6, FAIL), (12, FAIL), (29.9, FAIL)).held is Held.PASS


def test_two_failures_over_two_days_are_not():
    assert after(PASSING, (6, FAIL), (54, FAIL)).held is Held.PASS


def test_what_never_passed_is_unknown_until_its_failure_is_confirmed():
    assert after((0, FAIL), (12, FAIL)).held is Held.UNKNOWN
    assert after((0, FAIL), (12, FAIL), (24, FAIL)).held is Held.FAIL


def test_a_pass_between_starts_the_count_anew():
    assert after(PASSING, (6, FAIL), (12, FAIL), (18, PASS), (30, FAIL)).failures == 1


def test_one_pass_flips_back():
    state = after((0, FAIL), (12, FAIL), (24, FAIL), (25, PASS))
    assert (state.held, state.failures, state.failing_since) == (Held.PASS, 0, None)


def test_a_failure_that_somebody_asked_for_does_not_count():
    asked = [(hour, FAIL, False) for hour in range(1, 60)]
    assert after(PASSING, *asked) == after(PASSING)


def test_a_pass_that_somebody_asked_for_flips_back():
    failing = after((0, FAIL), (12, FAIL), (24, FAIL))
    assert after((25, PASS, False), state=failing).held is Held.PASS


def test_the_first_failure_and_no_other_asks_for_a_quick_retry():
    def first(state):
        step = advance(state, result=FAIL, at=hours(40), scheduled=True, confirmation=RULE)
        return step.first_failure

    assert first(after(PASSING))
    assert not first(after(PASSING, (6, FAIL)))


def test_a_result_older_than_one_already_counted_is_left_out():
    state = after(PASSING, (6, FAIL))
    assert after((3, PASS), state=state) == state


def test_a_new_known_end_is_a_turn_and_the_same_one_is_not():
    def passing(state, end):
        return advance(
            state, result=PASS, at=hours(1), scheduled=True, confirmation=RULE, known_end=end
        )

    first = passing(State(), hours(100))
    assert first.turned
    assert not passing(first.state, hours(100)).turned
    assert passing(first.state, hours(2000)).turned


def test_results_that_turn_all_the_time_are_flapping():
    turning = [(n, FAIL if n % 2 else PASS) for n in range(6)]
    assert after(*turning).flapping
    assert not after(PASSING, (1, FAIL), (2, FAIL), (3, PASS), (4, PASS)).flapping


def test_a_pass_goes_stale_only_after_its_freshness():
    state = after(PASSING)
    assert not sweep(state, at=NOON + FRESH, freshness=FRESH).turned
    swept = sweep(state, at=NOON + FRESH + timedelta(seconds=1), freshness=FRESH)
    assert (swept.turned, swept.state.held) == (True, Held.UNKNOWN)


def test_a_pass_ends_at_its_known_end():
    state = State(held=Held.PASS, last_conclusive_at=NOON, known_end=hours(5))
    assert not sweep(state, at=hours(4), freshness=FRESH).turned
    assert sweep(state, at=hours(5), freshness=FRESH).state.held is Held.UNKNOWN


def test_a_loaded_pass_is_not_swept():
    assert not sweep(State(held=Held.PASS), at=hours(9999), freshness=FRESH).turned


def test_the_words_of_the_rules_and_of_the_tables_are_the_same():
    assert [held.value for held in Held] == SpellResult.values
    assert {outcome.value for outcome in VisitOutcome} == set(Outcome.values)


histories = st.lists(
    st.tuples(
        st.floats(min_value=0.1, max_value=30, allow_nan=False),
        st.sampled_from(list(Result)),
        st.booleans(),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(histories)
def test_laws_of_every_history(history):
    """A slow, obvious account of the same history says what may be held at its end."""
    state, hour = State(), 0.0
    run: list[float] = []  # the hours of the scheduled failures since the last pass
    held = Held.UNKNOWN
    for gap, result, scheduled in history:
        hour += gap
        step = advance(state, result=result, at=hours(hour), scheduled=scheduled, confirmation=RULE)
        before = held
        if result.passes:
            run, held = [], Held.PASS
        elif result is FAIL and scheduled:
            run.append(hour)
            if len(run) >= 3 and hours(run[-1]) - hours(run[0]) >= timedelta(hours=24):
                held = Held.FAIL
        assert step.state.held is held
        assert step.turned == (held is not before)
        assert step.state.failures == len(run)
        assert len(step.state.recent) <= REMEMBERED_RESULTS
        if not result.conclusive or (result is FAIL and not scheduled):
            assert step.state == state
        state = step.state


@settings(deadline=None)
@given(histories, st.booleans())
def test_what_is_inconclusive_changes_nothing_wherever_it_stands(history, scheduled):
    with_noise, without = State(), State()
    hour = 0.0
    for gap, result, wanted in history:
        hour += gap
        for noise in (Result.UNKNOWN, Result.ERROR, Result.NOT_APPLICABLE):
            with_noise = advance(
                with_noise, result=noise, at=hours(hour), scheduled=scheduled, confirmation=RULE
            ).state
        step = {"result": result, "at": hours(hour), "scheduled": wanted, "confirmation": RULE}
        with_noise = advance(with_noise, **step).state
        without = advance(without, **step).state
    assert with_noise == without
