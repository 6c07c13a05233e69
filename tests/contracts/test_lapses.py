"""A contract joined to compliance: when it stops being compliant, and why."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from procurement.buyers.models import Succession
from procurement.contracts import filters, presenters, selectors
from procurement.contracts.enums import Standing
from procurement.contracts.filters import Show
from procurement.contracts.models import Contract
from registry.common.periods import period
from tests import factories
from tests.phaseout import stories

TERM = (date(2026, 1, 1), date(2029, 1, 1))


@pytest.fixture
def standard(db):
    return stories.make_document_standard()


def _product(ref, standard, now, *, valid):
    product = factories.make_product(ref)
    if valid:
        stories.make_proved(product, standard, valid=valid)
    stories.refresh(product, now=now)
    return product


def _holding(contract, on):
    rows = selectors.read_for_holdings(Contract.objects.filter(pk=contract.pk))
    [holding] = selectors.holdings(rows, on=on, known_at=None)
    annotated = selectors.with_first_lapse(rows, on=on, known_at=None).get()
    # The order of the desk and its rows say the same.
    assert annotated.first_lapse == holding.first_day
    return holding


def test_a_contract_outlives_its_products_compliance(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(None, date(2027, 1, 1)))
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    assert holding.standing == Standing.AT_RISK
    assert holding.first_day == date(2027, 1, 1)
    assert holding.standards == [standard]
    assert holding.last_day == date(2028, 12, 31)
    assert holding.outlives_by == (date(2029, 1, 1) - date(2027, 1, 1)).days == 731
    assert presenters.reason(holding) == (
        f"Aldermoor Record will not meet {standard} from 1 January 2027. "
        "The term outlives compliance by 731 days."
    )


def test_what_was_lost_before_the_day_is_counted_from_it(standard, icb, now):
    product = _product("aldermoor-record", standard, now, valid=(None, date(2027, 1, 1)))
    holding = _holding(factories.make_contract(icb, product, term=TERM), date(2028, 12, 1))
    assert presenters.reason(holding) == (
        f"Aldermoor Record does not meet {standard}. "
        "The term goes on for another 31 days without compliance."
    )


def test_a_contract_that_does_not_comply_now_starts_today(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=None)
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    assert (holding.standing, holding.first_day) == (Standing.NON_COMPLIANT, on)
    assert presenters.reason(holding).startswith(f"Aldermoor Record does not meet {standard}.")


def test_a_lapse_after_the_last_day_is_nobodys_worry(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(None, date(2027, 1, 1)))
    ends = date(2027, 1, 1)
    holding = _holding(factories.make_contract(icb, product, term=(TERM[0], ends)), on)
    assert (holding.standing, holding.first_day) == (Standing.COMPLIANT, None)
    one_more = _holding(
        factories.make_contract(icb, product, term=(TERM[0], ends + timedelta(days=1))), on
    )
    assert (one_more.first_day, one_more.outlives_by) == (ends, 1)


def test_a_lapse_before_the_first_day_is_none(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(date(2027, 1, 1), None))
    future = factories.make_contract(icb, product, term=(date(2027, 1, 1), date(2028, 1, 1)))
    assert _holding(future, on).standing == Standing.COMPLIANT
    sooner = factories.make_contract(icb, product, term=(date(2026, 12, 31), date(2028, 1, 1)))
    holding = _holding(sooner, on)
    assert (holding.standing, holding.first_day) == (Standing.AT_RISK, date(2026, 12, 31))
    assert (holding.days_non_compliant, holding.outlives_by) == (1, 0)


def test_a_contract_of_one_day(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(None, on))
    contract = factories.make_contract(icb, product, term=(on, on + timedelta(days=1)))
    holding = _holding(contract, on)
    assert (holding.standing, holding.last_day, holding.outlives_by) == (
        Standing.NON_COMPLIANT, on, 1,
    )  # fmt: skip
    assert _holding(contract, on + timedelta(days=1)).standing == Standing.OVER
    before = _holding(contract, on - timedelta(days=1))
    assert (before.standing, before.first_day) == (Standing.AT_RISK, on)


def test_the_first_product_to_lapse_decides(standard, icb, now, on):
    early = _product("aldermoor-early", standard, now, valid=(None, date(2027, 1, 1)))
    late = _product("aldermoor-late", standard, now, valid=(None, date(2028, 1, 1)))
    holding = _holding(factories.make_contract(icb, late, early, term=TERM), on)
    assert [lapse.product for lapse in holding.lapses] == [early, late]
    assert holding.first_day == date(2027, 1, 1)


def test_nothing_required_is_not_compliant(icb, now, on):
    product = factories.make_product()
    stories.refresh(product, now=now)
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    assert holding.standing == Standing.NOTHING_REQUIRED
    assert "not the same as compliant" in presenters.reason(holding)


def test_a_need_that_ends_within_the_term_leaves_days_without_one(icb, now, on):
    standard = stories.make_document_standard(required=(date(2018, 5, 2), date(2028, 1, 1)))
    product = _product("aldermoor-record", standard, now, valid=factories.ALWAYS)
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    assert holding.standing == Standing.NOTHING_REQUIRED


def test_excused_days_are_said(standard, icb, approver, now, on):
    product = factories.make_product()
    factories.make_dispensation(product, standard, (None, date(2027, 1, 1)), by=approver)
    stories.make_proved(product, standard, valid=(date(2027, 1, 1), None))
    stories.refresh(product, now=now)
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    assert holding.standing == Standing.EXEMPT
    assert "excused" in presenters.reason(holding)
    after = _holding(holding.contract, date(2027, 1, 1))
    assert after.standing == Standing.COMPLIANT


def test_a_term_without_end(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(None, date(2027, 1, 1)))
    holding = _holding(factories.make_contract(icb, product, term=(TERM[0], None)), on)
    assert (holding.days_non_compliant, holding.outlives_by, holding.last_day) == (None, 0, None)
    assert presenters.reason(holding).endswith("The term has no end.")


def test_the_reasons_are_the_registers(standard, icb, now, on):
    product = _product("aldermoor-record", standard, now, valid=(None, date(2027, 1, 1)))
    holding = _holding(factories.make_contract(icb, product, term=TERM), on)
    [(lapse, reasons)] = selectors.why(holding, on=on, known_at=None)
    assert lapse.days == period(date(2027, 1, 1), date(2029, 1, 1))
    assert len(reasons) == 1
    assert reasons[0].startswith("DOC: ")
    assert "31 December 2026" in reasons[0]


# Who sees it


@pytest.fixture
def ccg(icb):
    ccg = factories.make_organisation("03F", "NHS Hull CCG", type="CCG", region="North")
    Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
    return ccg


def test_a_ccgs_contract_is_found_under_its_icb(standard, icb, ccg, buyer, now, on):
    product = _product("aldermoor-record", standard, now, valid=factories.ALWAYS)
    contract = factories.make_contract(ccg, product, term=TERM)
    assert list(Contract.objects.visible_to(buyer, on=on)) == [contract]
    assert list(Contract.objects.bought_by(buyer, on=on)) == [contract]
    assert not Contract.objects.visible_to(buyer, on=date(2022, 6, 30)).exists()
    assert _holding(contract, on).holders == [icb]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("buyer", True), ("supplier_owner", True), ("supplier_editor", True),
        ("assessor", True), ("case_officer", True), ("approver", True), ("auditor", True),
        ("standards_editor", True), ("administrator", True),
        ("rival_editor", False), ("outsider", False), ("other_buyer", False), ("nobody", False),
    ],
)  # fmt: skip
def test_who_sees_a_contract(standard, supplier, icb, now, on, who, sees, request):
    product = _product("aldermoor-record", standard, now, valid=None)
    contract = factories.make_contract(icb, product, term=TERM)
    if who == "nobody":
        person = AnonymousUser()
    elif who == "other_buyer":
        person = factories.make_buyer(factories.make_organisation("QHM"))
    else:
        person = request.getfixturevalue(who)
    found = list(Contract.objects.visible_to(person, on=on))
    assert found == ([contract] if sees else [])
    use = selectors.use_of(product, user=person, on=on, known_at=None, today=on)
    assert (use is not None) is sees


def test_who_sees_a_contract_twice_over_sees_it_once(standard, supplier, icb, ccg, now, on):
    product = _product("aldermoor-record", standard, now, valid=None)
    person = factories.make_member(supplier)
    for organisation in (icb, ccg):
        factories.BuyerMembership.objects.create(user=person, organisation=organisation, since=now)
    contract = factories.make_contract(ccg, product, term=TERM)
    assert list(Contract.objects.visible_to(person, on=on)) == [contract]


@pytest.mark.parametrize("count", [1, 50])
def test_visible_to_is_one_query_besides_the_roles(
    standard, icb, ccg, buyer, now, on, count, django_assert_num_queries
):
    product = _product("aldermoor-record", standard, now, valid=None)
    for _ in range(count):
        factories.make_contract(ccg, product, term=TERM)
    with django_assert_num_queries(2):
        assert len(Contract.objects.visible_to(buyer, on=on)) == count


@pytest.mark.parametrize("count", [1, 50])
def test_holdings_are_six_queries(standard, icb, ccg, now, on, count, django_assert_num_queries):
    products = [
        _product(f"aldermoor-{n}", standard, now, valid=(None, date(2027, 1, 1)))
        for n in range(min(count, 5))
    ]
    for n in range(count):
        factories.make_contract(ccg, products[n % len(products)], term=TERM)
    with django_assert_num_queries(6):
        rows = selectors.read_for_holdings(Contract.objects.all())
        found = selectors.holdings(rows, on=on, known_at=None)
        assert [presenters.reason(each) for each in found]
    assert len(found) == count


# The desk's order


def test_the_desk_is_in_the_order_of_the_first_lapse(standard, icb, now, on):
    never = _product("aldermoor-never", standard, now, valid=factories.ALWAYS)
    already = _product("aldermoor-already", standard, now, valid=None)
    soon = _product("aldermoor-soon", standard, now, valid=(None, date(2026, 9, 1)))
    later = _product("aldermoor-later", standard, now, valid=(None, date(2027, 9, 1)))
    for ref, product, value in (
        ("never", never, "9"), ("later", later, "9"), ("small", already, "1"),
        ("large", already, "5"), ("unknown", already, None), ("soon", soon, "9"),
    ):  # fmt: skip
        factories.make_contract(icb, product, term=TERM, ref=ref, value=value)
    factories.make_contract(icb, already, term=(date(2025, 1, 1), on), ref="over")
    contracts = Contract.objects.all()

    def refs(show):
        return [x.ref for x in filters.part(contracts, show, on=on, known_at=None)]

    assert refs(Show.ALL) == ["large", "small", "unknown", "soon", "later", "never"]
    assert refs(Show.AT_RISK) == ["large", "small", "unknown", "soon", "later"]
    assert refs(Show.OK) == ["never"]
    assert refs(Show.OVER) == ["over"]
    parts = filters.parts(contracts, Show.OK, on=on, known_at=None)
    assert [(part.count, part.chosen) for part in parts] == [
        (6, False), (5, False), (1, True), (1, False),
    ]  # fmt: skip


def test_use_counts_what_runs(standard, icb, case_officer, now, on):
    product = _product("aldermoor-record", standard, now, valid=None)
    factories.make_contract(icb, product, term=TERM, value="100.00", ref="a")
    factories.make_contract(icb, product, term=TERM, value="250.00", ref="b")
    factories.make_contract(icb, product, term=TERM, value=None, ref="c")
    factories.make_contract(icb, product, term=TERM, value="999.00", currency="EUR", ref="d")
    factories.make_contract(icb, product, term=(date(2020, 1, 1), on), value="7.00", ref="e")
    use = selectors.use_of(product, user=case_officer, on=on, known_at=None, today=on)
    assert (use.count, use.value) == (4, 350)
    assert [holding.contract.ref for holding in use.holdings] == ["d", "b", "a", "c"]


def test_many_standards_are_named_up_to_three():
    assert presenters.listed(["A"]) == "A"
    assert presenters.listed(["A", "B", "C"]) == "A, B and C"
    assert presenters.listed(["A", "B", "C", "D", "E"]) == "A, B, C and 2 more"
