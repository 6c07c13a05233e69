"""From a day, until when? The walk of days, the rule over spells and the SQL say the same."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.models import Product
from registry.common.causes import Cause, CauseKind
from registry.common.periods import period
from registry.compliance import rules, selectors, services
from registry.compliance.models import Dispensation
from registry.compliance.rules import Stay, Term
from tests import factories
from tests.compliance.test_worlds import generated, in_a_world
from tests.compliance.worlds import DAYS, World, WorldSpec, build, worlds

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# Before anything happens, every day of the generated worlds (29 February among them), and after.
STARTS = [DAYS[0] - 2 * DAY, *DAYS, DAYS[-1] + 2 * DAY]
LAST = DAYS[-1] + 5 * DAY


def walked(pairs: list, term: Term) -> tuple[date | None, date | None]:
    """Day by day: the first that does not pass, and, if that is the start, the next that does.

    Nothing changes after the last day of the world, so the walk ends a little later.
    """
    days = [term.start + step * DAY for step in range((LAST - term.start).days)]
    passes = [rules.verdict_on(pairs, day) in term.good for day in days]
    fails_on = days[passes.index(False)] if False in passes else None
    resumes = days[passes.index(True)] if fails_on == term.start and True in passes else None
    return fails_on, resumes


def assert_stays_agree(world: World, term: Term) -> None:
    facts = selectors.facts_of(product_ids=world.product_ids, standard_ids=world.standard_ids)
    held = selectors.stays(dict.fromkeys(world.product_ids, term), known_at=None)
    annotated = selectors.compliant_until(
        Product.objects.all(), start=term.start, allow_exempt=term.allow_exempt, known_at=None
    )
    in_sql = dict(annotated.values_list("pk", "compliant_until"))
    throughout = selectors.compliant_throughout(
        Product.objects.all(),
        start=term.start,
        until=term.until,
        allow_exempt=term.allow_exempt,
        known_at=None,
    )
    whole = set(throughout.values_list("pk", flat=True))
    for pk in world.product_ids:
        pairs = {key[1]: pair for key, pair in facts.items() if key[0] == pk}
        stay = held[pk]
        assert (stay.fails_on, stay.resumes) == walked(list(pairs.values()), term)
        assert in_sql[pk] == stay.fails_on
        assert stay.at_start == rules.verdict_on(pairs.values(), term.start)
        assert stay.throughout == (pk in whole)
        if stay.fails_on is not None:
            assert stay.verdict == rules.verdict_on(pairs.values(), stay.fails_on)
            status = rules.TO_BLAME.get(stay.verdict)
            assert stay.because == tuple(
                standard.code
                for standard in world.standards
                if standard.pk in pairs
                and rules.status_on(pairs[standard.pk], stay.fails_on) == status
            )


@generated
@given(
    spec=worlds,
    start=st.sampled_from(STARTS),
    length=st.one_of(st.none(), st.integers(1, 9)),
    allow_exempt=st.booleans(),
)
def test_the_walk_the_rule_and_the_sql_agree(spec: WorldSpec, start, length, allow_exempt, now):
    until = None if length is None else start + length * DAY

    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        assert_stays_agree(world, Term(start, until, allow_exempt))

    in_a_world(check)


JANUARY, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)
LINE = [
    ("nothing_required", period(None, JANUARY)),
    ("compliant", period(JANUARY, JUNE)),
    ("exempt", period(JUNE, DECEMBER)),
    ("compliant", period(DECEMBER, None)),
]


@pytest.mark.parametrize(
    ("start", "allow_exempt", "fails_on", "verdict", "resumes"),
    [
        (JANUARY, False, JUNE, "exempt", None),
        # Compliant, exempt, compliant again: with exempt days let pass it is one stay.
        (JANUARY, True, None, None, None),
        (JUNE, False, JUNE, "exempt", DECEMBER),
        (JUNE, True, None, None, None),
        (DECEMBER - DAY, False, DECEMBER - DAY, "exempt", DECEMBER),
        (DECEMBER, False, None, None, None),
        (JANUARY - DAY, True, JANUARY - DAY, "nothing_required", JANUARY),
    ],
)
def test_a_stay_ends_with_the_first_day_that_does_not_pass(
    start, allow_exempt, fails_on, verdict, resumes
):
    asked = Term(start, allow_exempt=allow_exempt)
    found = rules.stay(LINE, asked)
    assert (found.fails_on, found.verdict, found.resumes) == (fails_on, verdict, resumes)
    assert found.begins is (fails_on != start)


@pytest.mark.parametrize("allow_exempt", [True, False])
def test_without_verdicts_nothing_was_ever_required_which_proves_nothing(allow_exempt):
    asked = Term(JUNE, allow_exempt=allow_exempt)
    assert rules.stay([], asked) == Stay(asked, "nothing_required", JUNE, "nothing_required")


@pytest.mark.parametrize(
    ("until", "throughout"),
    [(JUNE, True), (JUNE + DAY, False), (JANUARY + DAY, True), (None, False)],
)
def test_a_term_is_passed_throughout_up_to_the_day_before_it_fails(until, throughout):
    assert rules.stay(LINE, Term(JANUARY, until)).throughout is throughout


LEAP_DAY = date(2028, 2, 29)


class TestHeld:
    """A standard required from 2026 on, a product that proves it up to 29 February 2028."""

    @pytest.fixture
    def standard(self):
        return factories.make_standard(required=(JANUARY, None))

    @pytest.fixture
    def product(self, standard, now):
        criterion = factories.make_criterion(factories.make_version(standard))
        product = factories.make_product("leaping")
        factories.make_proof(product, criterion, valid=(None, LEAP_DAY + DAY))
        factories.make_product("unrequired")
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        return product

    def stay(self, product, term, known_at=None):
        return selectors.stays({product.pk: term}, known_at=known_at)[product.pk]

    def test_29_february_is_the_last_day(self, product):
        stay = self.stay(product, Term(JUNE))
        assert (stay.fails_on, stay.verdict, stay.because) == (
            LEAP_DAY + DAY, "non_compliant", ("DCB0129",)
        )  # fmt: skip
        assert stay.begins

    def test_a_term_of_one_day(self, product):
        assert self.stay(product, Term(LEAP_DAY, LEAP_DAY + DAY)).throughout
        after = self.stay(product, Term(LEAP_DAY + DAY, LEAP_DAY + 2 * DAY))
        assert (after.throughout, after.begins, after.resumes) == (False, False, None)

    def test_each_product_has_its_own_term(self, product):
        other = Product.objects.get(ref="unrequired")
        found = selectors.stays(
            {product.pk: Term(LEAP_DAY), other.pk: Term(JANUARY - DAY)}, known_at=None
        )
        assert found[product.pk].fails_on == LEAP_DAY + DAY
        assert (found[other.pk].fails_on, found[other.pk].verdict, found[other.pk].because) == (
            JANUARY - DAY, "nothing_required", ()
        )  # fmt: skip

    def test_what_was_not_known_yet_proves_nothing(self, product, now, approver, standard):
        before = self.stay(product, Term(JUNE), known_at=now - timedelta(seconds=1))
        assert (before.fails_on, before.verdict) == (JUNE, "nothing_required")
        Dispensation.objects.create(
            product=product,
            standard=standard,
            period=period(LEAP_DAY + DAY, None),
            reason="A replacement is being built.",
            decided_by=approver,
            decided_at=now,
        )
        services.refresh(
            product_ids=[product.pk], now=now + DAY, cause=Cause(CauseKind.RECOMPUTED, "test")
        )
        asked = Term(JUNE, allow_exempt=True)
        assert self.stay(product, asked).fails_on is None
        assert self.stay(product, asked, known_at=now).fails_on == LEAP_DAY + DAY
        held = selectors.compliant_until(
            Product.objects.filter(pk=product.pk), start=JUNE, allow_exempt=True, known_at=now
        )
        assert held.get().compliant_until == LEAP_DAY + DAY
        excused = self.stay(product, Term(JUNE))
        assert (excused.fails_on, excused.verdict, excused.because) == (
            LEAP_DAY + DAY, "exempt", ("DCB0129",)
        )  # fmt: skip

    @pytest.mark.parametrize("count", [1, 50])
    def test_fifty_products_take_as_many_questions_as_one(
        self, product, count, now, django_assert_num_queries
    ):
        for number in range(count):
            factories.make_product(f"more-{number:02}")
        services.refresh(product_ids=None, now=now + DAY, cause=Cause(CauseKind.RECOMPUTED, "test"))
        terms = dict.fromkeys(Product.objects.values_list("pk", flat=True), Term(JUNE))
        with django_assert_num_queries(2):
            assert len(selectors.stays(terms, known_at=None)) == count + 2

    def test_nothing_is_asked_of_no_product(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert selectors.stays({}, known_at=None) == {}
