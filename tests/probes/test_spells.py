"""How confirmed spells change when a check turns: never two on a day, nothing before the day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from registry.common.periods import holds
from registry.probes.rules.confirmation import Held
from registry.probes.rules.spells import Standing, first_day_without, held_on, turn

DAY = date(2026, 7, 1)


def span(start, until=None) -> DateRange:
    return DateRange(start, until, "[)")


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def apply(spells: list[Standing], held: Held, day: date, until: date | None) -> list[Standing]:
    """What the database would hold afterwards."""
    changes = turn(spells, held=held, day=day, until=until)
    kept = [
        Standing(s.pk, s.result, changes.resize.get(s.pk, s.period))
        for s in spells
        if s.pk not in changes.delete
    ]
    if changes.create:
        result, period = changes.create
        kept.append(Standing(max([s.pk for s in spells], default=0) + 1, result, period))
    return kept


def test_a_first_pass_begins_today():
    assert apply([], Held.PASS, DAY, None) == [Standing(1, "pass", span(DAY))]


def test_a_failure_ends_the_pass_today():
    passing = [Standing(1, "pass", span(days(-30)))]
    assert apply(passing, Held.FAIL, DAY, None) == [
        Standing(1, "pass", span(days(-30), DAY)),
        Standing(2, "fail", span(DAY)),
    ]


def test_a_failure_mended_on_its_day_leaves_the_pass_whole():
    passing = [Standing(1, "pass", span(days(-30)))]
    failed = apply(passing, Held.FAIL, DAY, None)
    assert apply(failed, Held.PASS, DAY, None) == passing


def test_a_renewed_certificate_moves_the_end():
    passing = [Standing(1, "pass", span(days(-30), days(5)))]
    assert apply(passing, Held.PASS, DAY, days(90)) == [
        Standing(1, "pass", span(days(-30), days(90)))
    ]


def test_a_pass_that_has_ended_already_is_not_begun():
    assert apply([], Held.PASS, DAY, DAY) == []


def test_a_certificate_proves_only_days_that_it_covers_wholly():
    assert first_day_without(None) is None
    # 23:59:59 UTC is past midnight in London's summer: the 1st is covered, the 2nd is not.
    assert first_day_without(datetime(2026, 7, 1, 23, 59, 59, tzinfo=UTC)) == days(1)
    assert first_day_without(datetime(2026, 7, 1, 12, tzinfo=UTC)) == DAY
    assert first_day_without(datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)) == date(2026, 12, 2)


turns = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=3),
        st.sampled_from(list(Held)),
        st.one_of(st.none(), st.integers(min_value=-2, max_value=6)),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(turns)
def test_every_day_has_at_most_one_result_and_the_past_stays(history):
    spells: list[Standing] = []
    day = DAY
    for gap, held, ahead in history:
        day += timedelta(days=gap)
        until = day + timedelta(days=ahead) if ahead is not None and held is Held.PASS else None
        before = spells
        spells = apply(spells, held, day, until)
        window = [DAY + timedelta(days=n) for n in range(-1, 60)]
        for each in window:
            assert sum(holds(s.period, each) for s in spells) <= 1
            if each < day:
                assert held_on(spells, each) == held_on(before, each)
            elif until is None or each < until:
                assert held_on(spells, each) is held
            else:
                assert held_on(spells, each) is Held.UNKNOWN
        assert all(not s.period.isempty for s in spells)
