"""The burn-down of a standard: who stands how, Monday by Monday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.models import Product
from registry.common.causes import Cause, CauseKind
from registry.compliance import rules, selectors, services
from registry.compliance.enums import Progress
from registry.compliance.rules import burn_down as rule
from registry.evidence.models import Submission
from tests import factories
from tests.compliance.test_worlds import asked_days, generated, in_a_world
from tests.compliance.worlds import WorldSpec, build, worlds

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MANDATORY = date(2027, 4, 1)


class TestWindow:
    def test_it_begins_with_the_monday_of_its_week(self):
        assert list(rule.window(date(2028, 2, 29), date(2028, 3, 13)).mondays) == [
            date(2028, 2, 28), date(2028, 3, 6)
        ]  # fmt: skip
        assert list(rule.window(date(2028, 2, 28), date(2028, 2, 29)).mondays) == [
            date(2028, 2, 28)
        ]
        # Over the end of a year that has 53 weeks.
        assert list(rule.window(date(2026, 12, 28), date(2027, 1, 5)).mondays) == [
            date(2026, 12, 28), date(2027, 1, 4)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("mandatory", "since", "until"),
        [
            # A year each way.
            ([], date(2025, 6, 30), date(2027, 7, 7)),
            # The next mandatory day is within it; it has half a year after it.
            ([MANDATORY], date(2025, 6, 30), date(2027, 9, 30)),
            # The last one, where none is to come.
            ([date(2024, 1, 1)], date(2023, 7, 3), date(2027, 7, 7)),
            ([date(2024, 1, 1), MANDATORY, date(2028, 1, 1)], date(2025, 6, 30), date(2027, 9, 30)),
            # Too far off to be shown with today.
            ([date(2018, 5, 2)], date(2025, 6, 30), date(2027, 7, 7)),
            ([date(2030, 12, 31)], date(2025, 6, 30), date(2027, 7, 7)),
            ([date.min, date.max], date(2025, 6, 30), date(2027, 7, 7)),
        ],
    )
    def test_unasked_it_shows_today_and_the_mandatory_day(self, mandatory, since, until):
        found = rule.chosen(None, None, on=date(2026, 7, 1), mandatory=mandatory)
        assert (found.since, found.until) == (since, until)
        assert found.until - found.since <= rule.LONGEST

    def test_one_end_alone_asks_for_two_years(self):
        asked = {"on": date(2026, 7, 1), "mandatory": []}
        day = date(2020, 2, 29)
        since = rule.chosen(day, None, **asked)
        assert (since.since, since.until) == (date(2020, 2, 24), date(2022, 2, 26))
        until = rule.chosen(None, day, **asked)
        assert (until.since, until.until) == (date(2018, 2, 26), day)


def progress_on(facts, day: date, days: list[date]) -> Progress:
    """What docs/adr/0065 says, day by day."""
    status = rules.status_on(facts, day)
    if status != "not_required":
        return Progress(status)
    later = any(rules.status_on(facts, each) != "not_required" for each in days if each > day)
    return Progress.NOT_YET if later else Progress.NO_LONGER


def in_scope(facts, window: rule.Window, days: list[date]) -> bool:
    inside = {window.since, *[day for day in days if window.since <= day < window.until]}
    return any(rules.status_on(facts, day) != "not_required" for day in inside)


@pytest.mark.django_db
@generated
@given(
    spec=worlds,
    since=st.dates(date(2024, 2, 1), date(2024, 3, 20)),
    length=st.integers(1, 40),
)
def test_the_counts_are_what_a_walk_through_the_days_finds(spec: WorldSpec, since, length, now):
    window = rule.window(since, since + length * DAY)

    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        facts = selectors.facts_of(product_ids=world.product_ids, standard_ids=world.standard_ids)
        for standard in world.standards:
            pairs = [each for (_, pk), each in facts.items() if pk == standard.pk]
            weeks = selectors.burn_down(
                standard, Product.objects.all(), window=window, known_at=None
            )
            assert [week.monday for week in weeks] == list(window.mondays)
            assert [week.counts for week in weeks] == walked(pairs, window)

    in_a_world(check)


def walked(pairs: list, window: rule.Window) -> list[dict]:
    found = [dict.fromkeys(Progress, 0) for _ in window.mondays]
    for facts in pairs:
        days = asked_days(facts)
        if in_scope(facts, window, days):
            for counts, monday in zip(found, window.mondays, strict=True):
                counts[progress_on(facts, monday, days)] += 1
    return found


def told(weeks: list[selectors.Week]) -> list[tuple]:
    """Each Monday on which a number changes: the day, then the numbers in order."""
    rows = [(week.monday, *[week.counts[each] for each in Progress]) for week in weeks]
    return [row for place, row in enumerate(rows) if not place or row[1:] != rows[place - 1][1:]]


@pytest.mark.django_db
class TestStory:
    """A standard is required of all from 1 April 2027, a Thursday."""

    @pytest.fixture
    def standard(self):
        return factories.make_standard("DCB3051", required=(MANDATORY, None))

    @pytest.fixture
    def criterion(self, standard):
        return factories.make_criterion(factories.make_version(standard), "DECLARED")

    @pytest.fixture
    def products(self, standard, criterion, approver, now):
        early, late, excused, never = [
            factories.make_product(ref) for ref in ("early", "late", "excused", "never")
        ]
        # On a Monday: it counts that very week.
        factories.make_proof(early, criterion, valid=(date(2027, 3, 22), date(2028, 2, 29)))
        # On a Friday: it counts from the Monday after.
        factories.make_proof(late, criterion, valid=(date(2027, 4, 16), None), ref="late-proof")
        factories.make_dispensation(excused, standard, (MANDATORY, date(2027, 6, 1)), by=approver)
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))

    def ask(self, standard, *, since=date(2027, 1, 1), until=date(2028, 4, 1), known_at=None):
        return selectors.burn_down(
            standard,
            Product.objects.all(),
            window=rule.window(since, until),
            known_at=known_at,
        )

    def test_the_weeks_to_the_mandatory_day_and_after(self, standard, products):
        # In order: met, exempt, not yet, not met, no longer.
        assert told(self.ask(standard)) == [
            (date(2026, 12, 28), 0, 0, 4, 0, 0),
            (date(2027, 3, 22), 1, 0, 3, 0, 0),
            (date(2027, 4, 5), 1, 1, 0, 2, 0),
            (date(2027, 4, 19), 2, 1, 0, 1, 0),
            (date(2027, 6, 7), 2, 0, 0, 2, 0),
            # The proof's last day is 28 February 2028, a Monday.
            (date(2028, 3, 6), 1, 0, 0, 3, 0),
        ]

    def test_before_the_standard_comes_nobody_is_counted(self, standard, products):
        weeks = self.ask(standard, since=date(2020, 1, 1), until=date(2021, 1, 1))
        assert told(weeks) == [(date(2019, 12, 30), 0, 0, 0, 0, 0)]
        assert len(weeks) == 53

    def test_as_the_register_knew_it(self, standard, products, now):
        Submission.objects.filter(ref="late-proof").update(revoked_from=date(2027, 4, 16))
        services.refresh(
            product_ids=None, now=now + DAY, cause=Cause(CauseKind.RECOMPUTED, "revoked")
        )
        day = {"since": date(2027, 4, 19), "until": date(2027, 4, 20)}
        assert told(self.ask(standard, **day)) == [(date(2027, 4, 19), 1, 1, 0, 2, 0)]
        assert told(self.ask(standard, **day, known_at=now)) == [(date(2027, 4, 19), 2, 1, 0, 1, 0)]
        nothing = (date(2027, 4, 19), 0, 0, 0, 0, 0)
        assert told(self.ask(standard, **day, known_at=now - DAY)) == [nothing]

    def test_what_is_advisory_can_be_met_and_lapses(self, now):
        advisory = factories.make_standard("ADVICE", required=None)
        criterion = factories.make_criterion(factories.make_version(advisory))
        product = factories.make_product()
        factories.make_product("indifferent")
        factories.make_proof(product, criterion, valid=(date(2027, 2, 1), date(2027, 3, 1)))
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        assert told(self.ask(advisory, until=date(2027, 4, 1))) == [
            (date(2026, 12, 28), 0, 0, 1, 0, 0),
            (date(2027, 2, 1), 1, 0, 0, 0, 0),
            (date(2027, 3, 1), 0, 0, 0, 0, 1),
        ]

    def test_only_the_products_that_are_asked_about(self, standard, products):
        window = rule.window(date(2027, 4, 5), date(2027, 4, 6))
        some = Product.objects.filter(ref__in=["early", "never"])
        (week,) = selectors.burn_down(standard, some, window=window, known_at=None)
        assert week.counts == {
            Progress.MET: 1,
            Progress.EXEMPT: 0,
            Progress.NOT_YET: 0,
            Progress.NOT_MET: 1,
            Progress.NO_LONGER: 0,
        }

    @pytest.mark.parametrize("more", [1, 50])
    def test_one_question_for_one_product_as_for_fifty(
        self, standard, now, more, django_assert_num_queries
    ):
        for number in range(more):
            factories.make_product(f"product-{number}")
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        with django_assert_num_queries(1):
            weeks = self.ask(standard)
        assert weeks[-1].counts[Progress.NOT_MET] == more
