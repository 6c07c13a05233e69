"""On a contract's page: until when each product stays compliant, and what could replace it."""

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.contracts import selectors
from registry.compliance.rules import Term
from tests import factories
from tests.phaseout import stories

TERM = (date(2026, 1, 1), date(2029, 1, 1))
END_OF_2026 = date(2027, 1, 1)
LEAP_DAY = date(2028, 2, 29)


@pytest.fixture(autouse=True)
def _noon(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def standard(db):
    return stories.make_document_standard()


@pytest.fixture
def make(supplier, standard, now):
    """Makes a product that proves the standard up to a day."""

    def product(ref, until):
        made = factories.make_product(ref, supplier=supplier)
        factories.make_claim(made, factories.make_capability("C13"))
        stories.make_proved(made, standard, valid=(None, until))
        stories.refresh(made, now=now)
        return made

    return product


def asked(contract, *, on):
    [holding] = selectors.holdings([contract], on=on, known_at=None)
    return [
        (one.product.ref, one.stay.fails_on, one.stay.throughout, one.replace_for)
        for one in selectors.stays_in_rest(holding, known_at=None)
    ]


def test_each_product_is_asked_of_the_rest_of_the_term(icb, make, on):
    lasting, lapsing = make("lasting", None), make("lapsing", END_OF_2026)
    contract = factories.make_contract(icb, lasting, lapsing, term=TERM)
    assert asked(contract, on=on) == [
        ("lapsing", END_OF_2026, False, Term(END_OF_2026, TERM[1])),
        ("lasting", None, True, None),
    ]
    assert asked(contract, on=TERM[1]) == []


def test_a_term_to_come_is_asked_of_its_first_day(icb, make, on):
    product = make("leaping", LEAP_DAY + timedelta(days=1))
    coming = factories.make_contract(icb, product, term=(date(2027, 1, 1), LEAP_DAY))
    [holding] = selectors.holdings([coming], on=on, known_at=None)
    [one] = selectors.stays_in_rest(holding, known_at=None)
    assert one.stay.term == Term(date(2027, 1, 1), LEAP_DAY)
    assert one.stay.throughout


def test_a_term_without_an_end_is_for_ever(icb, make, on):
    contract = factories.make_contract(icb, make("lapsing", END_OF_2026), term=(TERM[0], None))
    assert asked(contract, on=on) == [("lapsing", END_OF_2026, False, Term(END_OF_2026))]


def test_a_term_of_one_day(icb, make, on):
    product = make("lapsing", END_OF_2026)
    day = timedelta(days=1)
    last = factories.make_contract(icb, product, term=(END_OF_2026 - day, END_OF_2026))
    late = factories.make_contract(icb, product, term=(END_OF_2026, END_OF_2026 + day))
    assert asked(last, on=on) == [("lapsing", END_OF_2026, True, None)]
    assert asked(late, on=on) == [
        ("lapsing", END_OF_2026, False, Term(END_OF_2026, END_OF_2026 + day))
    ]


def test_the_page_says_until_when_and_leads_to_replacements(client, icb, buyer, make):
    lapsing, lasting = make("lapsing", END_OF_2026), make("lasting", None)
    factories.make_contract(icb, lapsing, lasting, ref="QOQ-1", term=TERM)
    client.force_login(buyer)
    page = " ".join(client.get("/contracts/QOQ-1/").content.decode().split())
    assert "Until when its products stay compliant" in page
    assert "Compliant from 1 July 2026" in page
    assert "31 December 2026" in page
    assert "<strong>No</strong>, not on 1 January 2027, because it does not meet" in page
    assert "No end known" in page
    address = (
        "/products/lapsing/replacements/?compliant_from=2027-01-01&amp;compliant_until=2029-01-01"
    )
    assert page.count("/replacements/") == 1
    assert address in page
    answer = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'href="/products/lasting/?compliant_from=2027-01-01' in answer


def test_a_contract_that_is_over_asks_nothing(client, icb, buyer, make):
    product = make("lapsing", END_OF_2026)
    factories.make_contract(icb, product, ref="QOQ-1", term=(TERM[0], date(2026, 7, 1)))
    client.force_login(buyer)
    page = client.get("/contracts/QOQ-1/").content.decode()
    assert "Until when its products" not in page


def test_many_products_take_as_many_questions_as_one(client, icb, buyer, make):
    client.force_login(buyer)

    def questions(count, ref):
        products = [make(f"{ref}-{number}", END_OF_2026) for number in range(count)]
        factories.make_contract(icb, *products, ref=ref, term=TERM)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/contracts/{ref}/").status_code == 200
        return len(captured)

    assert questions(1, "one") == questions(20, "many")


# Another term than the contract's own


def told(client, query):
    answer = client.get(f"/contracts/QOQ-1/?{query}")
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_before_it_is_extended_a_contract_is_asked_about_the_years_to_come(
    client, icb, buyer, make
):
    lapsing, lasting = make("lapsing", END_OF_2026), make("lasting", None)
    factories.make_contract(icb, lapsing, lasting, ref="QOQ-1", term=TERM)
    client.force_login(buyer)
    status, page = told(client, "compliant_from=2026-08-01&compliant_until=2026-12-01")
    assert status == 200
    assert "Asked for 1 August 2026 to 30 November 2026. The contract itself stays as it is" in page
    other = page.partition("And for another term?")[2].partition("Term starts on")[0]
    assert (other.count("Yes"), other.count("No,"), other.count("No end known")) == (2, 0, 1)

    status, page = told(client, "compliant_from=2029-01-01&compliant_until=2031-01-01")
    other = page.partition("And for another term?")[2].partition("Term starts on")[0]
    assert "Not on that day" in other
    assert "Find replacements for lapsing" in other.replace("Lapsing", "lapsing").replace("  ", " ")

    status, page = told(client, "compliant_from=2026-08-01&until_when=on&as_of=2026-07-20")
    other = page.partition("And for another term?")[2].partition("Term starts on")[0]
    assert "all days from then on" in other
    assert "31 December 2026" in other


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("compliant_until=2027-01-01", "Enter the first day of the term"),
        (
            "compliant_from=2027-01-01&compliant_until=2027-01-01",
            "The end of the term must be after 1 January 2027",
        ),
        ("compliant_from=2027-02-29", "The start of the term must be a real date"),
        ("compliant_from=2027-01-01&until_when=maybe", "“maybe” is neither true nor false"),
        ("compliant_from=2027-01-01&allow_exempt=maybe", "“maybe” is neither true nor false"),
        (
            "compliant_from=2027-01-01&compliant_until=2028-01-01&until_when=on",
            "Leave the end out to ask until when",
        ),
        ("compliant_from=2027-01-01&compliant_from=2028-01-01", "Say it once"),
    ],
)
def test_a_term_that_there_is_not_is_refused_in_words(client, icb, buyer, make, query, words):
    """By every page that answers one."""
    factories.make_contract(icb, make("lapsing", END_OF_2026), ref="QOQ-1", term=TERM)
    client.force_login(buyer)
    refusals = {
        page: client.get(f"{page}?{query}")
        for page in (
            "/contracts/QOQ-1/",
            "/products/",
            "/products/lapsing/",
            "/products/lapsing/replacements/",
            "/api/v1/products/",
            "/api/v1/products/lapsing/",
            "/api/v1/products/lapsing/replacements/",
        )
    }
    said = {
        page: (answer.status_code, words in html.unescape(answer.content.decode()))
        for page, answer in refusals.items()
    }
    assert said == dict.fromkeys(refusals, (400, True))
