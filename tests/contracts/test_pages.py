"""The buyer's desk, a contract's page, and where a product is used."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.buyers.models import Succession
from tests import factories
from tests.phaseout import stories

TERM = (date(2026, 1, 1), date(2029, 1, 1))

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def at_noon(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def ccg(icb):
    ccg = factories.make_organisation("03F", "NHS Hull CCG", type="CCG")
    Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
    return ccg


@pytest.fixture
def product(supplier, now):
    """A product whose only document ends with 2026."""
    standard = stories.make_document_standard()
    product = factories.make_product(supplier=supplier)
    stories.make_proved(product, standard, valid=(None, date(2027, 1, 1)))
    stories.refresh(product, now=now)
    return product


def _text(page) -> str:
    return " ".join(page.content.decode().split())


def test_the_desk_shows_a_ccgs_contract_with_its_reason(client, ccg, buyer, product):
    factories.make_contract(ccg, product, term=TERM, value="412000.00", ref="03F-2021-001")
    client.force_login(buyer)
    page = _text(client.get("/buyer/"))
    assert "NHS Humber and North Yorkshire ICB</strong> (QOQ)" in page
    assert "Answers for 1 earlier organisation too" in page
    assert "Signed by NHS Hull CCG (03F)" in page
    assert "1 January 2027" in page
    assert "DCB0129 from 1 January 2027. The term outlives compliance by 731 days." in page
    assert "31 December 2028" in page
    assert "£412,000" in page


def test_the_desk_answers_for_another_day(client, ccg, buyer, product):
    factories.make_contract(ccg, product, term=TERM)
    client.force_login(buyer)
    page = _text(client.get("/buyer/?as_of=2027-02-01"))
    assert "Not compliant" in page
    assert "1 February 2027" in page
    assert "Show today instead" in page
    refused = client.get("/buyer/?as_of=yesterday")
    assert refused.status_code == 400
    assert "The day must be a real date, like 2027-03-31" in _text(refused)


def test_asking_about_a_later_day_shows_nobody_elses_contracts(client, icb, buyer, product):
    """A merger that is to come gives no look at the other's contracts before its day."""
    other = factories.make_organisation("QHM", "NHS North East ICB")
    Succession.objects.create(predecessor=other, successor=icb, on=date(2027, 4, 1))
    factories.make_contract(other, product, term=TERM, ref="QHM-1", title="Somebody else’s")
    client.force_login(buyer)
    assert client.get("/contracts/QHM-1/?as_of=2027-04-01").status_code == 404
    for address in ("/buyer/?as_of=2027-04-01", f"/products/{product.ref}/?as_of=2027-04-01"):
        page = _text(client.get(address))
        assert "Somebody else’s" not in page
        assert "NHS North East ICB" not in page


def test_an_empty_desk_says_what_to_do(client, icb, buyer):
    client.force_login(buyer)
    assert "No current contracts" in _text(client.get("/buyer/"))
    assert "No contracts here" in _text(client.get("/buyer/?show=at_risk"))


def test_the_parts_of_the_desk(client, icb, buyer, product):
    factories.make_contract(icb, product, term=TERM, title="Outlives it")
    factories.make_contract(icb, product, term=(TERM[0], date(2027, 1, 1)), title="Ends with it")
    factories.make_contract(icb, product, term=(TERM[0], date(2026, 7, 1)), title="Ended")
    client.force_login(buyer)

    def titles(show):
        page = _text(client.get("/buyer/", {"show": show}))
        return {title for title in ("Outlives it", "Ends with it", "Ended") if title in page}

    assert titles("") == titles("all") == titles("unheard of") == {"Outlives it", "Ends with it"}
    assert titles("at_risk") == {"Outlives it"}
    assert titles("ok") == {"Ends with it"}
    assert titles("over") == {"Ended"}


@pytest.mark.parametrize("who", ["supplier_owner", "case_officer", "auditor", "outsider"])
def test_the_desk_is_for_buyers(client, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/buyer/").status_code == 403


def test_nobody_is_asked_to_sign_in(client, icb, product):
    factories.make_contract(icb, product, ref="QOQ-1")
    for address in ("/buyer/", "/contracts/QOQ-1/", "/buyer/contracts/add/"):
        assert client.get(address).url.startswith("/accounts/login/")


def test_the_desk_is_a_fixed_number_of_queries(client, ccg, buyer, product):
    client.force_login(buyer)

    def queries(count):
        for _ in range(count):
            factories.make_contract(ccg, product, term=TERM)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/buyer/").status_code == 200
        return len(captured)

    assert queries(1) == queries(49)


# A contract


def test_a_contract_says_what_lapses_and_why(client, ccg, buyer, product):
    factories.make_contract(ccg, product, term=TERM, ref="03F/2021 001", value=None)
    client.force_login(buyer)
    page = _text(client.get("/contracts/03F/2021%20001/"))
    assert "Will stop being compliant" in page
    assert "1 January 2027 to 31 December 2028" in page
    assert "DOC: " in page
    assert "Now answered for by" in page
    # The lapse is 184 days away: there is no case yet.
    assert "Phase-out" not in page


def test_a_contract_leads_to_what_could_replace_its_product(client, icb, buyer, product):
    factories.make_claim(product, factories.make_capability("C13"))
    factories.make_contract(icb, product, term=TERM, ref="QOQ-1")
    client.force_login(buyer)
    page = _text(client.get("/contracts/QOQ-1/"))
    asked = "?capability=C13&amp;compliant_from=2027-01-01&amp;compliant_until=2029-01-01"
    assert f"/products/{asked}" in page
    assert client.get(f"/products/{asked.replace('&amp;', '&')}").status_code == 200


def test_a_case_is_shown_against_the_contract(client, icb, buyer, now):
    case = stories.make_case(now=now)
    factories.make_contract(icb, case.product, term=TERM, ref="QOQ-1")
    client.force_login(buyer)
    page = _text(client.get("/contracts/QOQ-1/"))
    assert "Phase-out" in page
    assert "A case was opened on 1 July 2026." in page
    assert "Open the case" not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("buyer", 200), ("supplier_owner", 200), ("case_officer", 200), ("auditor", 200),
        ("rival_editor", 404), ("outsider", 404),
    ],
)  # fmt: skip
def test_who_opens_a_contract(client, icb, product, who, status, request):
    factories.make_contract(icb, product, ref="QOQ-1", term=TERM)
    client.force_login(request.getfixturevalue(who))
    page = client.get("/contracts/QOQ-1/")
    assert page.status_code == status
    # Only its buyer is offered to change it.
    assert ("/buyer/last-day/" in page.content.decode()) is (who == "buyer")


def test_markup_in_a_contract_is_text(client, icb, buyer, product):
    factories.make_contract(icb, product, ref="QOQ-1", term=TERM, title="<script>alert(1)</script>")
    client.force_login(buyer)
    for address in ("/buyer/", "/contracts/QOQ-1/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


# Where it is used


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("buyer", "1 running contract that you may see"),
        ("supplier_owner", "1 running contract that you may see"),
        ("case_officer", "1 running contract, worth £412,000 in all"),
        ("rival_editor", None), ("outsider", None), (None, None),
    ],
)  # fmt: skip
def test_where_a_product_is_used(client, ccg, product, who, words, request):
    factories.make_contract(ccg, product, term=TERM, value="412000.00")
    if who:
        client.force_login(request.getfixturevalue(who))
    page = _text(client.get(f"/products/{product.ref}/"))
    assert ("Where it is used" in page) is bool(words)
    assert words is None or words in page


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("supplier_owner", True),
        ("auditor", True),
        ("rival_editor", False),
        ("buyer", False),
        (None, False),
    ],
)
def test_who_is_told_of_a_case_on_the_product_page(client, icb, supplier, now, who, told, request):
    case = stories.make_case(now=now)
    if who:
        client.force_login(request.getfixturevalue(who))
    page = _text(client.get(f"/products/{case.product.ref}/"))
    assert ("A case was opened on 1 July 2026." in page) is told
    assert (f"/cases/{case.pk}/" in page) is (who == "auditor")
