"""What pages, the API and rooms above ask of the spells."""

from datetime import date, timedelta

import pytest

from registry.catalogue.models import Product
from registry.common.periods import period
from registry.compliance import selectors, services
from registry.compliance.models import Spell
from tests import factories
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

JANUARY, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)


@pytest.fixture
def standard():
    return factories.make_standard(required=(JANUARY, None))


@pytest.fixture
def criterion(standard):
    return factories.make_criterion(factories.make_version(standard, "4.2"), "CSCR")


@pytest.fixture
def proved(criterion):
    """Makes a product with evidence over a period."""

    def make(ref, *valid):
        product = factories.make_product(ref)
        for span in valid:
            factories.make_proof(product, criterion, valid=span, ref=f"{ref}-{span[0]}")
        return product

    return make


@pytest.fixture
def refreshed(now):
    return lambda: services.refresh(product_ids=None, now=now, cause=A_STORY)


class TestVerdicts:
    @pytest.fixture
    def products(self, proved, standard, refreshed, approver):
        made = [
            proved("good", (None, None)),
            proved("bad", (None, JUNE)),
            proved("excused", (None, JUNE)),
        ]
        factories.make_dispensation(made[2], standard, (JUNE, DECEMBER), by=approver)
        refreshed()
        return made

    def test_on_a_day(self, products, on):
        ids = [product.pk for product in products]
        asked = {"product_ids": ids, "known_at": None}
        good, bad, excused = ids
        assert selectors.verdicts(**asked, on=on) == {
            good: "compliant", bad: "non_compliant", excused: "exempt"
        }  # fmt: skip
        assert set(selectors.verdicts(**asked, on=date(2025, 12, 31)).values()) == {
            "nothing_required"
        }

    def test_the_worst_pair_decides(self, products, on, refreshed):
        other = factories.make_standard("OTHER", required=(None, None))
        refreshed()
        ids = [product.pk for product in products]
        assert set(selectors.verdicts(product_ids=ids, on=on, known_at=None).values()) == {
            "non_compliant"
        }
        assert other.spells.filter(status="not_met").count() == 3

    def test_annotated_and_filtered(self, products, on, now):
        everyone = selectors.with_verdict(Product.objects.all(), on=on, known_at=None)
        assert dict(everyone.order_by("ref").values_list("ref", "verdict")) == {
            "bad": "non_compliant", "excused": "exempt", "good": "compliant"
        }  # fmt: skip
        assert [product.ref for product in everyone.filter(verdict="exempt")] == ["excused"]
        before = selectors.with_verdict(
            Product.objects.all(), on=on, known_at=now - timedelta(seconds=1)
        )
        assert {product.verdict for product in before} == {"nothing_required"}

    def test_a_product_that_nothing_was_ever_computed_for(self, on):
        product = factories.make_product()
        asked = selectors.with_verdict(Product.objects.all(), on=on, known_at=None)
        assert asked.get().verdict == "nothing_required"
        assert selectors.verdicts(product_ids=[product.pk], on=on, known_at=None) == {
            product.pk: "nothing_required"
        }

    @pytest.mark.parametrize(
        ("start", "until", "strict", "lenient"),
        [
            (JANUARY, JUNE, ["bad", "excused", "good"], ["bad", "excused", "good"]),
            (JANUARY, date(2026, 6, 2), ["good"], ["excused", "good"]),
            (JANUARY, DECEMBER, ["good"], ["excused", "good"]),
            (JANUARY, date(2026, 12, 2), ["good"], ["good"]),
            (JANUARY, None, ["good"], ["good"]),
            # A day on which nothing is required is not a compliant day.
            (date(2025, 12, 31), JUNE, [], []),
        ],
    )
    def test_compliant_throughout(self, products, start, until, strict, lenient):
        for allow_exempt, expected in ((False, strict), (True, lenient)):
            found = selectors.compliant_throughout(
                Product.objects.order_by("ref"),
                start=start,
                until=until,
                allow_exempt=allow_exempt,
                known_at=None,
            )
            assert [product.ref for product in found] == expected


def test_the_next_day_of_non_compliance_and_who_is_to_blame(proved, refreshed, standard, on):
    now_bad = proved("now-bad", (None, JUNE))
    soon = proved("soon", (None, DECEMBER))
    never = proved("never", (None, None))
    later = factories.make_standard("LATER", required=(DECEMBER, None))
    factories.make_proof(never, factories.make_criterion(factories.make_version(later)))
    refreshed()
    asked = {"product_ids": [now_bad.pk, soon.pk, never.pk], "known_at": None}
    both = tuple(sorted((standard.code, later.code)))
    told = selectors.outlooks(**asked, on=on)
    assert {pk: (each.not_met_from, each.not_met) for pk, each in told.items()} == {
        now_bad.pk: (on, (standard.code,)),
        soon.pk: (DECEMBER, both),
        never.pk: (None, ()),
    }
    then = selectors.outlooks(**asked, on=DECEMBER)[now_bad.pk]
    assert (then.not_met_from, then.not_met) == (DECEMBER, both)


def test_due_for_phase_out_looks_ahead_and_no_further(proved, refreshed, standard, on):
    limit = on + timedelta(days=180)
    bad = proved("bad", (None, JUNE))
    on_the_last_day = proved("last-day", (None, limit))
    proved("a-day-later", (None, limit + timedelta(days=1)))
    gap = proved("gap", (None, JUNE), (DECEMBER, limit))
    for state in ("draft", "withdrawn"):
        hidden = proved(state, (None, JUNE))
        Product.objects.filter(pk=hidden.pk).update(state=state)
    refreshed()
    due = selectors.due_for_phase_out(on=on, within_days=180)
    assert [(pair.product_id, pair.standard_id, pair.not_met_from) for pair in due] == [
        (bad.pk, standard.pk, JUNE),
        (on_the_last_day.pk, standard.pk, limit),
        (gap.pk, standard.pk, JUNE),
    ]
    assert [len(pair.spell_ids) for pair in due] == [1, 1, 2]
    first = Spell.objects.get(pk=due[2].spell_ids[0])
    assert first.period == period(JUNE, DECEMBER)
    only = selectors.due_for_phase_out(on=on, within_days=180, product_ids=[gap.pk])
    assert only == [due[2]]
    a_day_less = selectors.due_for_phase_out(on=on, within_days=179)
    assert [(pair.product_id, len(pair.spell_ids)) for pair in a_day_less] == [
        (bad.pk, 1),
        (gap.pk, 1),
    ]


def test_always_not_met_has_no_first_day(refreshed, on):
    factories.make_standard(required=(None, None))
    factories.make_product()
    refreshed()
    (pair,) = selectors.due_for_phase_out(on=on, within_days=0)
    assert pair.not_met_from is None


class TestOwed:
    """The supplier's list: by when, what lapses, what would prove it."""

    def owed(self, product, on):
        return [
            (one.criterion.code, one.proved, one.proved_until, one.by, one.lapsing)
            for one in selectors.owed(supplier_id=product.supplier_id, on=on)
        ]

    def test_unproved_is_owed_at_once(self, proved, on):
        product = proved("record")
        assert self.owed(product, on) == [("CSCR", False, None, on, None)]
        (one,) = selectors.owed(supplier_id=product.supplier_id, on=on)
        assert (one.product, one.version.version, one.forms, one.check_id) == (
            product, "4.2", ["document"], ""
        )  # fmt: skip

    def test_proved_until_then_owed(self, proved, on):
        product = proved("record", (None, JUNE), (JUNE, DECEMBER))
        lapsing = f"record-{JUNE}"
        assert self.owed(product, on) == [("CSCR", True, DECEMBER, DECEMBER, lapsing)]

    def test_proved_for_ever_is_shown_and_not_owed(self, proved, on):
        assert self.owed(proved("record", (None, None)), on) == [("CSCR", True, None, None, None)]

    def test_what_is_required_later_is_owed_by_then(self, proved):
        before = date(2025, 7, 1)
        assert self.owed(proved("record"), before) == [("CSCR", False, None, JANUARY, None)]

    def test_an_excuse_puts_it_off(self, proved, standard, approver, on):
        product = proved("record")
        factories.make_dispensation(product, standard, (JUNE, DECEMBER), by=approver)
        assert self.owed(product, on) == [("CSCR", False, None, DECEMBER, None)]

    def test_what_is_over_or_not_asked_for_is_not_owed(self, proved, standard, on):
        product = proved("record")
        factories.make_criterion(standard.versions.get(), "NICE", level="SHOULD")
        advisory = factories.make_standard("ADVICE", required=None)
        factories.make_criterion(factories.make_version(advisory))
        over = factories.make_standard("OVER", required=(None, JUNE))
        factories.make_criterion(factories.make_version(over))
        assert [code for code, *_ in self.owed(product, on)] == ["CSCR"]

    def test_of_several_versions_the_closest(self, proved, standard, on):
        product = proved("record", (None, None))
        newer = factories.make_version(standard, "5", (JANUARY, None))
        factories.make_criterion(newer, "A")
        retired = factories.make_version(standard, "3", (None, JUNE))
        factories.make_criterion(retired, "OLD")
        assert [code for code, *_ in self.owed(product, on)] == ["CSCR"]

    def test_another_suppliers_products_are_not_mine(self, proved, on):
        proved("record")
        rival = factories.make_supplier("brackenfell")
        assert selectors.owed(supplier_id=rival.pk, on=on) == []


def test_queries_do_not_grow_with_products(
    django_assert_num_queries, proved, refreshed, standard, on
):
    proved("first", (None, JUNE))
    for round_ in range(2):
        refreshed()
        ids = list(Product.objects.values_list("pk", flat=True))
        supplier = Product.objects.first().supplier_id
        with django_assert_num_queries(1):
            assert len(list(selectors.timelines(product_ids=ids))) == len(ids)
        with django_assert_num_queries(1):
            selectors.verdicts(product_ids=ids, on=on, known_at=None)
        with django_assert_num_queries(1):
            list(selectors.with_verdict(Product.objects.all(), on=on, known_at=None))
        with django_assert_num_queries(1):
            selectors.due_for_phase_out(on=on, within_days=180)
        with django_assert_num_queries(5):
            assert len(selectors.owed(supplier_id=supplier, on=on)) == len(ids)
        for number in range(0 if round_ else 49):
            proved(f"product-{number}", (None, JUNE))
