"""A buyer looks for what could replace a product."""

import re

import pytest

from tests import factories
from tests.catalogue_pages.conftest import words
from tests.market import add_products

NOTES = "/products/brackenfell-notes/"
RECORD = "/products/aldermoor-record/"
REPLACE = f"{RECORD}replacements/"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def found(response) -> list[str]:
    return re.findall(r'<h3[^>]*><a href="/products/[^"]*">([^<]+)</a>', response.content.decode())


def test_the_page_says_what_is_covered_lost_and_until_when(client, market, page):
    factories.make_claim(market.record, factories.make_capability("C5", "Appointments Management"))
    factories.make_claim(market.notes, factories.make_capability("C9", "Scanning"))
    assert found(client.get(REPLACE)) == ["Brackenfell Notes"]
    text = page(REPLACE)
    assert "1 product with a capability in common, compliant on 1 July 2026" in text
    assert "Those that cover most of its 2 capabilities stand first" in text
    assert "Compliant from 1 July 2026 until 31 March 2027; not on 1 April 2027" in text
    assert (
        "Covers 1 of 2 capabilities. You would lose: Appointments Management."
        " You would gain: Scanning." in text
    )
    assert "Not claimed of it: Handles patient data." in text
    assert "Standards it would not meet, which Aldermoor Record meets: RFC8996." in text


def test_a_term_leaves_those_that_pass_throughout(client, page):
    short = f"{REPLACE}?compliant_from=2026-07-01&compliant_until=2027-04-01"
    assert found(client.get(short)) == ["Brackenfell Notes"]
    assert (
        'href="/products/brackenfell-notes/?compliant_from=2026-07-01'
        in client.get(short).content.decode()
    )
    longer = f"{REPLACE}?compliant_from=2026-07-01&compliant_until=2027-04-02"
    assert found(client.get(longer)) == []
    text = page(longer)
    assert "None of them is compliant on every day from 1 July 2026 to 1 April 2027" in text
    assert "Products with a capability in common: 1." in text
    assert found(client.get(f"{longer}&only=all")) == ["Brackenfell Notes"]


def test_those_that_are_not_compliant_are_shown_when_asked_for(client, market, page):
    factories.make_claim(market.rota, market.records)
    factories.make_claim(market.letters, market.records)
    assert "Show also the 2 that are not" in page(REPLACE)
    everyone = client.get(f"{REPLACE}?only=all")
    assert found(everyone) == ["Brackenfell Notes", "Aldermoor Rota", "Brackenfell Letters"]
    assert "3 products with a capability in common, 1 of them compliant" in words(everyone)
    assert "Not compliant on 1 July 2026, because it does not meet DCB0129" in words(everyone)
    excused = f"{REPLACE}?allow_exempt=on"
    assert found(client.get(excused)) == ["Brackenfell Notes", "Brackenfell Letters"]


def test_nothing_to_compare_by_and_nobody_alike_are_told_apart(market, page):
    text = page("/products/aldermoor-rota/replacements/")
    assert "There is nothing to compare it by" in text
    factories.make_claim(market.rota, factories.make_capability("C5", "Appointments Management"))
    text = page("/products/aldermoor-rota/replacements/")
    assert "No other product does what it does" in text
    assert "its one capability on 1 July 2026" in text


def test_a_trait_alone_makes_nothing_a_replacement(market, page):
    factories.make_claim(market.rota, market.patient_data)
    assert "There is nothing to compare it by" in page("/products/aldermoor-rota/replacements/")


def test_another_day_and_what_was_known_then(client, page):
    assert found(client.get(f"{REPLACE}?as_of=2027-04-01")) == []
    page(f"{REPLACE}?known_at=2026-06-30", status=404)
    known = f"{REPLACE}?as_of=2026-07-01&known_at=2026-07-01T12:00"
    assert found(client.get(known)) == found(client.get(REPLACE)) == ["Brackenfell Notes"]
    assert "as the register knew it on 1 July 2026 at midday" in page(known)


def test_the_answer_has_an_address_for_ever(client, market, time_machine):
    html = client.get(REPLACE).content.decode()
    address = re.search(r'href="([^"]+)">Permanent link', html)[1].replace("&amp;", "&")
    later = market.now.replace(day=2)
    factories.make_dispensation(market.notes, market.identity, (None, None), by=market.officer)
    market.refresh(later)
    time_machine.move_to(later.replace(hour=13), tick=False)
    assert "until 31 March 2027" in words(client.get(address))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?as_of=x", "The day must be a real date"),
        ("?known_at=2027-01-01", "Nothing can be known yet"),
        ("?compliant_until=2027-01-01", "Enter the first day of the term"),
        ("?compliant_from=2027-01-01&compliant_until=2026-01-01", "must be after 1 January 2027"),
        ("?only=some", "cannot be chosen here"),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_listed(client, query, message):
    response = client.get(f"{REPLACE}{query}")
    assert response.status_code == 400
    assert message in words(response)
    assert "There is a problem" in words(response)
    assert found(response) == []


def test_what_is_not_there_is_not_found(client, market, rival_editor):
    assert client.get("/products/nothing/replacements/").status_code == 404
    assert client.get(f"{REPLACE}?page=2").status_code == 404
    draft = "/products/brackenfell-draft/replacements/"
    assert client.get(draft).status_code == 404
    client.force_login(rival_editor)
    assert client.get(draft).status_code == 200


def test_the_products_own_page_shows_the_best_and_leads_to_all(client, market, page):
    text = page(RECORD)
    assert "What could replace it Brackenfell Notes Brackenfell Software Compliant" in text
    assert "See all replacements (1 compliant product with a capability in common)" in text
    asked = f"{RECORD}?compliant_from=2026-07-01&compliant_until=2029-01-01"
    html = client.get(asked).content.decode()
    assert (
        f'href="{REPLACE}?only=all&amp;compliant_from=2026-07-01&amp;compliant_until=2029-01-01"'
        in html
    )
    assert "1 other product has a capability in common, but it is not compliant" in page(asked)
    assert "No other listed product has a national capability in common" in page(
        "/products/aldermoor-rota/"
    )


@pytest.mark.parametrize("more", [1, 50])
@pytest.mark.parametrize(
    ("address", "questions"), [(f"{REPLACE}?only=all", 9), (f"{NOTES}?as_of=2026-12-31", 32)]
)
def test_fifty_products_take_as_many_questions_as_one(
    client, market, more, address, questions, django_assert_num_queries
):
    add_products(market, more)
    with django_assert_num_queries(questions):
        assert client.get(address).status_code == 200
