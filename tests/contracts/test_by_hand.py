"""A buyer writes a contract into the register."""

from datetime import date
from decimal import Decimal

import pytest

from procurement.buyers.models import Succession
from procurement.contracts import services
from procurement.contracts.models import Contract
from procurement.contracts.services.by_hand import (
    NothingBought,
    NotTheSuppliers,
    ReferenceTaken,
    TermBroken,
)
from registry.audit.models import Event
from registry.catalogue.enums import ProductState
from registry.common.errors import NotPermitted
from registry.common.periods import period
from tests import factories
from tests.phaseout import stories

TERM = period(date(2026, 8, 1), date(2029, 8, 1))


@pytest.fixture
def product(supplier):
    return factories.make_product(supplier=supplier)


def _add(icb, product, by, now, **changes):
    facts = {
        "buyer": icb, "supplier": product.supplier, "products": [product], "ref": "QOQ-2026-017",
        "title": "Patient record", "term": TERM, "value": Decimal("1250000.00"), "signed": None,
    }  # fmt: skip
    return services.add_contract(**(facts | changes), by=by, now=now)


def test_a_buyer_adds_a_contract(icb, product, buyer, now):
    contract = _add(icb, product, buyer, now)
    contract.refresh_from_db()
    assert (contract.buyer, contract.supplier, contract.term) == (icb, product.supplier, TERM)
    assert list(contract.products.all()) == [product]
    event = Event.objects.get()
    assert (event.action, event.actor) == ("contracts.added", buyer)
    assert event.detail["term"] == ["2026-08-01", "2029-08-01"]


@pytest.mark.parametrize(
    "who", ["supplier_owner", "case_officer", "administrator", "auditor", "outsider"]
)
def test_nobody_adds_a_contract_for_an_organisation_they_do_not_buy_for(
    icb, product, now, who, request
):
    with pytest.raises(NotPermitted):
        _add(icb, product, request.getfixturevalue(who), now)
    assert not Contract.objects.exists()
    assert not Event.objects.exists()


def test_a_buyer_of_a_successor_does_not_sign_for_the_past(icb, product, buyer, now):
    ccg = factories.make_organisation("03F", type="CCG")
    Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
    with pytest.raises(NotPermitted):
        _add(ccg, product, buyer, now)
    assert not Contract.objects.exists()


def test_references_are_unique_in_the_register(icb, product, buyer, now):
    factories.make_contract(factories.make_organisation("QHM"), product, ref="QOQ-2026-017")
    with pytest.raises(ReferenceTaken) as refusal:
        _add(icb, product, buyer, now)
    assert (refusal.value.field, Contract.objects.count()) == ("ref", 1)
    assert not Event.objects.exists()


def test_a_contract_covers_products_of_its_supplier(icb, product, rival, buyer, now):
    with pytest.raises(NothingBought):
        _add(icb, product, buyer, now, products=[])
    with pytest.raises(NotTheSuppliers):
        _add(icb, product, buyer, now, supplier=rival)
    assert not Contract.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_ten_with_one_reference_one_is_kept(now):
    icb = factories.make_organisation()
    buyer, product = factories.make_buyer(icb), factories.make_product()
    answers = stories.at_once(10, lambda n: _add(icb, product, buyer, now))
    assert sum(isinstance(answer, Contract) for answer in answers) == 1
    assert sum(isinstance(answer, ReferenceTaken) for answer in answers) == 9
    assert Contract.objects.get().items.count() == 1


# The last day


def test_a_buyer_changes_the_last_day(icb, product, buyer, now):
    contract = _add(icb, product, buyer, now)
    services.change_last_day(contract=contract, last_day=date(2026, 8, 1), by=buyer, now=now)
    contract.refresh_from_db()
    assert contract.term == period(date(2026, 8, 1), date(2026, 8, 2))
    event = Event.objects.last()
    assert event.detail == {
        "before": ["2026-08-01", "2029-08-01"], "after": ["2026-08-01", "2026-08-02"],
    }  # fmt: skip


def test_a_term_keeps_a_day(icb, product, buyer, now):
    contract = _add(icb, product, buyer, now)
    with pytest.raises(TermBroken) as refusal:
        services.change_last_day(contract=contract, last_day=date(2026, 7, 31), by=buyer, now=now)
    assert refusal.value.field == "last_day"
    contract.refresh_from_db()
    assert contract.term == TERM


def test_the_same_last_day_is_no_event(icb, product, buyer, now):
    contract = _add(icb, product, buyer, now)
    services.change_last_day(contract=contract, last_day=date(2029, 7, 31), by=buyer, now=now)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("who", ["supplier_owner", "case_officer", "administrator", "outsider"])
def test_only_its_buyer_changes_a_term(icb, product, buyer, now, who, request):
    contract = _add(icb, product, buyer, now)
    person = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        services.change_last_day(contract=contract, last_day=date(2030, 1, 1), by=person, now=now)
    contract.refresh_from_db()
    assert contract.term == TERM


# The pages


@pytest.fixture
def at_noon(now, time_machine):
    time_machine.move_to(now, tick=False)


TYPED = {
    "buyer": "QOQ", "products": ["aldermoor-record"], "ref": "QOQ-2026-017",
    "title": "Patient record", "first_day": "2026-08-01", "last_day": "2026-08-01",
    "value": "£1,250,000.75",
}  # fmt: skip
ADD = "/buyer/contracts/add/"


@pytest.mark.usefixtures("at_noon")
class TestPages:
    def test_a_contract_of_one_day_is_typed_by_its_last_day(self, client, icb, product, buyer):
        client.force_login(buyer)
        page = client.get(ADD)
        assert "Aldermoor Health Systems" in page.content.decode()
        page = client.get(ADD, {"supplier": "aldermoor"})
        assert "Last day of the term" in page.content.decode()
        answer = client.post(f"{ADD}?supplier=aldermoor", TYPED)
        assert (answer.status_code, answer.url) == (302, "/contracts/QOQ-2026-017/")
        contract = Contract.objects.get()
        assert contract.term == period(date(2026, 8, 1), date(2026, 8, 2))
        assert contract.value == Decimal("1250000.75")
        page = client.get(answer.url).content.decode()
        assert "Contract QOQ-2026-017 is in the register" in page
        assert "1 August 2026" in page
        assert "£1,250,001" in page

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"products": []}, "Select at least one product"),
            ({"products": ["unknown"]}, "Select products of this supplier"),
            ({"buyer": "QHM"}, "Select an organisation that you buy for"),
            ({"ref": ""}, "Enter the contract reference"),
            ({"ref": "QOQ 2026"}, "The reference may have letters"),
            ({"ref": "../QOQ"}, "The reference may have letters"),
            ({"title": " "}, "Enter the title of the contract"),
            ({"first_day": ""}, "Enter the first day of the term"),
            ({"last_day": "2027-02-29"}, "Last day of the term must be a real date"),
            ({"last_day": "2026-07-31"}, "The last day must not be before the first day"),
            ({"value": "-1"}, "The value must be 0 or more"),
            ({"value": "much"}, "Enter an amount in pounds"),
            ({"value": "NaN"}, "Enter an amount in pounds"),
            ({"value": "1e15"}, "no more than 14 digits"),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_kept(
        self, client, icb, product, buyer, changes, words
    ):
        factories.make_organisation("QHM")
        client.force_login(buyer)
        page = client.post(f"{ADD}?supplier=aldermoor", TYPED | changes)
        assert page.status_code == 200
        text = page.content.decode()
        assert words in text
        assert "Error: Add a contract" in text
        assert not Contract.objects.exists()

    def test_a_taken_reference_is_said_at_its_field(self, client, icb, product, buyer):
        factories.make_contract(icb, product, ref="QOQ-2026-017")
        client.force_login(buyer)
        page = client.post(f"{ADD}?supplier=aldermoor", TYPED)
        assert "There is already a contract with the reference QOQ-2026-017" in (
            page.content.decode()
        )
        assert Contract.objects.count() == 1

    def test_a_draft_is_not_offered(self, client, icb, supplier, product, buyer):
        factories.make_product("aldermoor-draft", supplier=supplier, state=ProductState.DRAFT)
        client.force_login(buyer)
        page = client.post(f"{ADD}?supplier=aldermoor", TYPED | {"products": ["aldermoor-draft"]})
        assert "Select products of this supplier" in page.content.decode()
        assert not Contract.objects.exists()

    def test_an_unknown_supplier_is_said(self, client, icb, product, buyer):
        client.force_login(buyer)
        page = client.get(ADD, {"supplier": "nobody"})
        assert "Select a supplier from the list" in page.content.decode()

    @pytest.mark.parametrize("who", ["supplier_owner", "case_officer", "outsider"])
    def test_others_are_refused(self, client, icb, product, who, request):
        client.force_login(request.getfixturevalue(who))
        assert client.get(ADD).status_code == 403
        assert client.post(f"{ADD}?supplier=aldermoor", TYPED).status_code == 403
        assert not Contract.objects.exists()

    def test_nobody_is_asked_to_sign_in(self, client, icb, product):
        assert client.post(f"{ADD}?supplier=aldermoor", TYPED).url.startswith("/accounts/login/")
        assert not Contract.objects.exists()

    def test_the_last_day_is_changed_on_its_page(self, client, icb, product, buyer, now):
        contract = _add(icb, product, buyer, now, ref="A/1")
        client.force_login(buyer)
        page = client.get("/buyer/last-day/A/1/").content.decode()
        assert "1 August 2026 to 31 July 2029" in page
        page = client.post("/buyer/last-day/A/1/", {"last_day": "2026-07-31"}).content.decode()
        assert "The last day must not be before the first day" in page
        answer = client.post("/buyer/last-day/A/1/", {"last_day": "2027-07-31"})
        assert answer.url == "/contracts/A/1/"
        contract.refresh_from_db()
        assert contract.term.upper == date(2027, 8, 1)

    @pytest.mark.parametrize(
        ("who", "status"),
        [("supplier_owner", 403), ("case_officer", 403), ("rival_editor", 404), ("outsider", 404)],
    )
    def test_others_do_not_change_it(self, client, icb, product, buyer, now, who, status, request):
        contract = _add(icb, product, buyer, now)
        client.force_login(request.getfixturevalue(who))
        address = "/buyer/last-day/QOQ-2026-017/"
        assert client.get(address).status_code == status
        assert client.post(address, {"last_day": "2027-07-31"}).status_code == status
        contract.refresh_from_db()
        assert contract.term == TERM
