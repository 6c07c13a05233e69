"""When a product next stops, and next starts, being compliant, and who is to blame."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from registry.catalogue.models import Product
from registry.common.causes import Cause, CauseKind
from registry.common.periods import period
from registry.compliance import rules, selectors, services
from registry.compliance.enums import Verdict
from registry.compliance.rules import Forecast, Turn, forecast
from registry.evidence.models import Submission
from registry.standards.models import Standard
from tests import factories
from tests.compliance.test_worlds import asked_days, generated, in_a_world
from tests.compliance.worlds import WorldSpec, build, worlds

DAY = timedelta(days=1)
ON = date(2026, 7, 1)
JANUARY, AUTUMN, SPRING = date(2026, 1, 1), date(2026, 9, 1), date(2027, 3, 1)
GOOD, BAD, EXCUSED, NOTHING = "compliant", "non_compliant", "exempt", "nothing_required"


def line(*spells: tuple) -> list[tuple]:
    """A line of verdicts, each with its last boundary: (verdict, first day after it)."""
    starts = [None, *[until for _, until in spells]]
    return [
        (verdict, period(since, until))
        for (verdict, until), since in zip(spells, starts, strict=False)
    ]


@pytest.mark.parametrize(
    ("spells", "stops", "starts"),
    [
        # Compliant for ever; never; of no interest to any standard.
        ([(GOOD, None)], None, None),
        ([(BAD, None)], None, None),
        ([(NOTHING, None)], None, None),
        ([], None, None),
        # It stops, and what follows is said.
        ([(GOOD, AUTUMN), (BAD, None)], Turn(AUTUMN, GOOD, BAD), None),
        ([(GOOD, AUTUMN), (EXCUSED, None)], Turn(AUTUMN, GOOD, EXCUSED), None),
        ([(GOOD, AUTUMN), (NOTHING, None)], Turn(AUTUMN, GOOD, NOTHING), None),
        # And starts again, whatever stands between.
        (
            [(GOOD, AUTUMN), (EXCUSED, date(2026, 12, 1)), (BAD, SPRING), (GOOD, None)],
            Turn(AUTUMN, GOOD, EXCUSED),
            Turn(SPRING, BAD, GOOD),
        ),
        # Not compliant: it starts first, and stops after that.
        ([(BAD, AUTUMN), (GOOD, None)], None, Turn(AUTUMN, BAD, GOOD)),
        (
            [(EXCUSED, AUTUMN), (BAD, date(2026, 12, 1)), (GOOD, SPRING), (EXCUSED, None)],
            Turn(SPRING, GOOD, EXCUSED),
            Turn(date(2026, 12, 1), BAD, GOOD),
        ),
        ([(NOTHING, AUTUMN), (GOOD, None)], None, Turn(AUTUMN, NOTHING, GOOD)),
        # The day itself is the day asked about; the first after it is not.
        ([(BAD, ON), (GOOD, ON + DAY), (BAD, None)], Turn(ON + DAY, GOOD, BAD), None),
        ([(GOOD, ON), (BAD, ON + DAY), (GOOD, None)], None, Turn(ON + DAY, BAD, GOOD)),
    ],
)
def test_the_next_turns(spells, stops, starts):
    told = forecast(line(*spells), ON)
    assert (told.stops, told.starts) == (stops, starts)
    # In any order, and without what is over.
    ahead = [spell for spell in line(*spells) if not spell[1].upper or spell[1].upper > ON]
    assert forecast(reversed(ahead), ON) == told


def walked(verdict_on, days: list[date], on: date) -> Forecast:
    """The same by looking at every day on which anything could change."""
    ahead = [day for day in days if day > on]

    def first(after: date, compliant: bool) -> Turn | None:
        for day in ahead:
            if day > after and (verdict_on(day) == GOOD) is compliant:
                return Turn(day, verdict_on(day - DAY), verdict_on(day))
        return None

    if verdict_on(on) == GOOD:
        stops = first(on, compliant=False)
        starts = first(stops.day, compliant=True) if stops else None
    else:
        starts = first(on, compliant=True)
        stops = first(starts.day, compliant=False) if starts else None
    return Forecast(verdict_on(on), stops, starts)


@pytest.mark.django_db
@generated
@given(spec=worlds)
def test_the_outlook_is_what_a_walk_through_the_days_finds(spec: WorldSpec, now):
    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        facts = selectors.facts_of(product_ids=world.product_ids, standard_ids=world.standard_ids)
        for on in (date(2024, 2, 20), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 20)):
            told = selectors.outlooks(product_ids=world.product_ids, on=on, known_at=None)
            for pk in world.product_ids:
                of_product = {pair[1]: each for pair, each in facts.items() if pair[0] == pk}
                assert_walked(told[pk], of_product, on)
            assert_sets_agree(told, on)

    in_a_world(check)


def assert_walked(told: selectors.Outlook, of_product: dict, on: date) -> None:
    pairs = list(of_product.values())
    days = sorted({day for each in pairs for day in asked_days(each)})

    def verdict_on(day: date) -> str:
        return rules.verdict_on(pairs, day)

    assert told.forecast == walked(verdict_on, days, on)
    bad = next((day for day in sorted({on, *days}) if day >= on and verdict_on(day) == BAD), None)
    assert told.not_met_from == bad
    assert told.not_met == (blamed(of_product, bad, "not_met") if bad else ())
    stops = told.forecast.stops
    status = {BAD: "not_met", EXCUSED: "exempt"}.get(stops and stops.verdict)
    assert told.because == (blamed(of_product, stops.day, status) if status else ())


def blamed(of_product: dict, day: date, status: str) -> tuple[str, ...]:
    ids = [pk for pk, facts in of_product.items() if rules.status_on(facts, day) == status]
    return tuple(sorted(Standard.objects.filter(pk__in=ids).values_list("code", flat=True)))


def assert_sets_agree(told: dict, on: date) -> None:
    """The filter and the order of the database say what the outlooks say."""
    stops = {
        pk: one.forecast.stops.day
        for pk, one in told.items()
        if one.verdict == Verdict.COMPLIANT and one.forecast.stops
    }
    # An excuse that ends in non-compliance is warned of like an end of compliance.
    excused = {pk: one for pk, one in told.items() if one.verdict == Verdict.EXEMPT}
    stops |= {pk: one.not_met_from for pk, one in excused.items() if one.not_met_from}
    for day in {on, on + DAY, *stops.values(), *[day + DAY for day in stops.values()]}:
        asked = {"day": day, "on": on, "known_at": None}
        found = selectors.stopping_before(Product.objects.all(), **asked)
        assert {each.pk for each in found} == {pk for pk, end in stops.items() if end < day}
    ordered = selectors.soonest_first(Product.objects.all(), on=on, known_at=None)
    places = {
        pk: (one.verdict not in (Verdict.COMPLIANT, Verdict.EXEMPT), stops.get(pk, date.max))
        for pk, one in told.items()
    }
    assert [each.pk for each in ordered] == sorted(told, key=lambda pk: (*places[pk], pk))


@pytest.mark.django_db
class TestStory:
    """One product whose safety case lapses on 1 September and is renewed on 1 March."""

    @pytest.fixture
    def safety(self):
        return factories.make_standard("DCB0129", required=(JANUARY, None))

    @pytest.fixture
    def record(self, safety, now):
        case = factories.make_criterion(factories.make_version(safety, "4.2"), "CSCR")
        record = factories.make_product("record")
        factories.make_proof(record, case, valid=(JANUARY, AUTUMN), ref="old-case")
        factories.make_proof(record, case, valid=(SPRING, None), ref="new-case")
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        return record

    def test_as_the_register_knew_it(self, record, safety, now):
        later = now + DAY
        Submission.objects.filter(ref="old-case").update(revoked_from=date(2026, 8, 1))
        services.refresh(
            product_ids=[record.pk], now=later, cause=Cause(CauseKind.RECOMPUTED, "revoked")
        )
        ask = {"product_ids": [record.pk], "on": ON}
        assert selectors.outlooks(**ask, known_at=None)[record.pk].forecast.stops.day == date(
            2026, 8, 1
        )
        then = selectors.outlooks(**ask, known_at=now)[record.pk]
        assert then.forecast == Forecast(GOOD, Turn(AUTUMN, GOOD, BAD), Turn(SPRING, BAD, GOOD))
        assert (then.not_met_from, then.not_met, then.because) == (
            AUTUMN, (safety.code,), (safety.code,)
        )  # fmt: skip
        before = selectors.outlooks(**ask, known_at=now - DAY)[record.pk]
        assert before.forecast == Forecast(NOTHING)

    def test_the_last_day_of_february_of_a_leap_year(self, safety, now):
        case = factories.make_criterion(factories.make_version(safety, "4.2"), "CSCR")
        product = factories.make_product()
        leap = date(2028, 2, 29)
        factories.make_proof(product, case, valid=(JANUARY, leap + DAY))
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        ask = {"product_ids": [product.pk], "known_at": None}
        on_it = selectors.outlooks(**ask, on=leap)[product.pk].forecast
        assert on_it == Forecast(GOOD, Turn(date(2028, 3, 1), GOOD, BAD))
        after = selectors.outlooks(**ask, on=leap + DAY)[product.pk].forecast
        assert after == Forecast(BAD)

    @pytest.mark.parametrize("more", [1, 50])
    def test_two_questions_for_one_product_as_for_fifty(
        self, record, now, more, django_assert_num_queries
    ):
        for number in range(more):
            factories.make_product(f"other-{number}")
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        ids = list(Product.objects.values_list("pk", flat=True))
        with django_assert_num_queries(2):
            told = selectors.outlooks(product_ids=ids, on=ON, known_at=None)
        assert len(told) == more + 1
        with django_assert_num_queries(1):
            list(selectors.soonest_first(Product.objects.all(), on=ON, known_at=None))
        with django_assert_num_queries(1):
            list(selectors.stopping_before(Product.objects.all(), day=SPRING, on=ON, known_at=None))
