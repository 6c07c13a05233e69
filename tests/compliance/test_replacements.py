"""What could replace a product: the SQL ranks as the rules do, in any world."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.models import Claim, Product
from registry.catalogue.selectors import products_visible_to
from registry.common.causes import Cause, CauseKind
from registry.common.periods import holds
from registry.compliance import rules, selectors, services
from registry.compliance.rules import Term
from registry.compliance.rules.replacing import Place, in_order
from registry.compliance.selectors.replacements import Found, abilities, replacements
from registry.standards.models import Capability
from tests import factories
from tests.compliance.test_stays import DAY, STARTS, walked
from tests.compliance.test_worlds import generated, in_a_world
from tests.compliance.worlds import World, WorldSpec, build, worlds

pytestmark = pytest.mark.django_db


def claimed(product: Product, day: date) -> set[int]:
    claims = Claim.objects.filter(product=product, capability__group="national")
    return {claim.capability_id for claim in claims if holds(claim.claimed, day)}


def by_hand(world: World, product: Product, on: date, term: Term) -> list[Place]:
    """The ranking from single days of single products."""
    facts = selectors.facts_of(product_ids=world.product_ids, standard_ids=world.standard_ids)
    wanted, places = claimed(product, on), []
    for other in world.products:
        overlap = len(wanted & claimed(other, term.start))
        if other == product or not overlap:
            continue
        pairs = [pair for key, pair in facts.items() if key[0] == other.pk]
        fails_on, _ = walked(pairs, term)
        passes = fails_on is None or (term.until is not None and fails_on >= term.until)
        places.append(Place(other.pk, other.name, overlap, fails_on, passes))
    return in_order(places)


@generated
@given(
    spec=worlds,
    on=st.sampled_from(STARTS),
    start=st.sampled_from(STARTS),
    length=st.one_of(st.none(), st.integers(1, 9)),
    allow_exempt=st.booleans(),
    trait=st.booleans(),
)
def test_the_sql_ranks_as_the_rules_do(
    spec: WorldSpec, on, start, length, allow_exempt, trait, now, outsider
):
    term = Term(start, None if length is None else start + length * DAY, allow_exempt)

    def check():
        world = build(spec)
        Product.objects.update(state="listed")
        if trait:
            Capability.objects.filter(pk=world.capabilities[0].pk).update(group="trait")
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        seen = products_visible_to(outsider)
        for product in world.products:
            asked = {"on": on, "term": term, "known_at": None}
            expected = by_hand(world, product, on, term)
            passing = [place for place in expected if place.passes]
            counts = (len(expected), len(passing))
            assert replacements(product, seen, **asked) == Found(*counts, expected)
            few = replacements(product, seen, **asked, best=2)
            assert few == Found(*counts, passing[:2])

    in_a_world(check)


class TestStory:
    """Record does three things; others do some of them."""

    @pytest.fixture
    def market(self, now):
        standard = factories.make_standard(required=(date(2020, 1, 1), None))
        criterion = factories.make_criterion(factories.make_version(standard))
        does = [factories.make_capability(f"C{n}", f"Thing {n}") for n in (1, 2, 3, 4)]

        def make(ref, numbers, until=None, **fields):
            product = factories.make_product(ref, **fields)
            for number in numbers:
                factories.make_claim(product, does[number - 1])
            factories.make_proof(product, criterion, valid=(None, until))
            return product

        made = {
            "record": make("record", [1, 2, 3]),
            "whole": make("whole", [1, 2, 3], date(2026, 12, 1)),
            "two": make("two", [1, 2, 4], date(2028, 3, 1)),
            "two-for-ever": make("two-for-ever", [2, 3]),
            "lapsed": make("lapsed", [1, 2, 3], date(2026, 1, 1)),
            "stranger": make("stranger", [4]),
            "hidden": make("hidden", [1, 2, 3], state="draft"),
            "gone": make("gone", [1, 2, 3], state="withdrawn"),
        }
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        return made

    def refs(self, product, user, *, on, term=None, known_at=None, passing=True):
        found = replacements(
            product,
            products_visible_to(user),
            on=on,
            term=term or Term.of_day(on),
            known_at=known_at,
        )
        refs = dict(Product.objects.values_list("pk", "ref"))
        return [refs[place.product_id] for place in found.places if place.passes or not passing]

    def test_who_covers_most_stands_first_then_who_lasts_longest(self, market, on, outsider):
        ask = market["record"], outsider
        assert self.refs(*ask, on=on) == ["whole", "two-for-ever", "two"]
        assert self.refs(*ask, on=on, passing=False) == ["whole", "lapsed", "two-for-ever", "two"]

    def test_a_term_has_to_pass_as_a_whole(self, market, on, outsider):
        ask = market["record"], outsider
        leap_day = date(2028, 2, 29)
        last = Term(on, leap_day + DAY)
        assert self.refs(*ask, on=on, term=last) == ["two-for-ever", "two"]
        assert self.refs(*ask, on=on, term=Term(on, leap_day + 2 * DAY)) == ["two-for-ever"]
        assert self.refs(*ask, on=on, term=Term(on)) == ["two-for-ever"]
        assert self.refs(*ask, on=on, term=Term.of_day(leap_day)) == ["two-for-ever", "two"]

    def test_drafts_and_withdrawn_products_are_nobodys_replacement(
        self, market, on, auditor, supplier_editor
    ):
        for user in (auditor, supplier_editor):
            assert self.refs(market["record"], user, on=on) == ["whole", "two-for-ever", "two"]

    def test_what_the_others_do_is_asked_of_the_terms_first_day(self, market, on, outsider):
        Claim.objects.filter(product=market["whole"]).delete()
        begins = date(2027, 4, 1)
        thing = Capability.objects.get(ref="C1")
        factories.make_claim(market["stranger"], thing, (begins, None))
        ask = market["record"], outsider
        assert "stranger" not in self.refs(*ask, on=on)
        assert "stranger" in self.refs(*ask, on=on, term=Term.of_day(begins))

    def test_two_claims_of_one_capability_count_once(self, market, on, outsider):
        thing = Capability.objects.get(ref="C4")
        for product in ("record", "stranger"):
            factories.make_claim(market[product], thing, (date(2020, 1, 1), None))
            factories.make_claim(market[product], thing, (date(2021, 1, 1), None))
        found = replacements(
            market["record"],
            products_visible_to(outsider),
            on=on,
            term=Term.of_day(on),
            known_at=None,
        )
        assert {place.name: place.overlap for place in found.places}["Stranger"] == 1

    def test_what_was_known_then_decides(self, market, on, outsider, now):
        before = now - timedelta(seconds=1)
        ask = market["record"], outsider
        assert self.refs(*ask, on=on, known_at=before) == []
        # Overlap and name alone are left to rank by.
        assert self.refs(*ask, on=on, known_at=before, passing=False) == [
            "lapsed", "whole", "two", "two-for-ever"
        ]  # fmt: skip

    def test_a_product_without_capabilities_has_none(self, market, on, outsider):
        Claim.objects.filter(product=market["record"]).delete()
        assert self.refs(market["record"], outsider, on=on, passing=False) == []

    def test_excused_days_pass_when_they_are_let(self, market, on, outsider, approver, now):
        standard = market["lapsed"].spells.first().standard
        year = (date(2026, 1, 1), date(2028, 1, 1))
        factories.make_dispensation(market["lapsed"], standard, year, by=approver)
        services.refresh(product_ids=None, now=now + DAY, cause=Cause(CauseKind.RECOMPUTED, "test"))
        ask = market["record"], outsider
        assert "lapsed" not in self.refs(*ask, on=on)
        assert self.refs(*ask, on=on, term=Term.of_day(on, allow_exempt=True))[0] == "lapsed"

    def test_what_products_do_is_two_questions(self, market, on, django_assert_num_queries):
        others = [product.pk for product in market.values()]
        with django_assert_num_queries(2):
            found = abilities(market["record"].pk, others, on=on, start=on, known_at=None)
        two = found[market["two"].pk]
        assert [each.ref for each in two.capabilities] == ["C1", "C2", "C4"]
        assert two.standards == ("DCB0129",)
        assert found[market["lapsed"].pk].standards == ()


def test_the_rule_breaks_ties_by_name():
    def place(pk, name, overlap, fails_on):
        return Place(pk, name, overlap, fails_on, passes=True)

    first, second = date(2027, 1, 1), date(2028, 1, 1)
    best = [
        place(5, "E", 3, first),
        place(4, "D", 2, None),
        place(3, "C", 2, second),
        place(1, "A", 2, first),
        place(2, "B", 2, first),
    ]
    assert in_order(reversed(best)) == best
    assert rules.TO_BLAME.keys() == {"non_compliant", "exempt"}
