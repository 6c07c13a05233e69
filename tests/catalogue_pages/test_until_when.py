"""From a day, until when? On the search page and in the term checker."""

import re

import pytest

from registry.common.causes import Cause, CauseKind
from registry.compliance import services
from tests import factories
from tests.catalogue_pages.conftest import words
from tests.catalogue_pages.test_search import names
from tests.market import add_products

SEARCH = "/products/"
UNTIL_WHEN = "/products/?compliant_from=2026-07-01&until_when=on"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def rows(text: str) -> str:
    return text.partition("Sort by:")[2]


def test_everything_is_listed_longest_compliant_first(client, page):
    assert names(client.get(UNTIL_WHEN)) == [
        "Brackenfell Notes",
        "Aldermoor Record",
        "Aldermoor Rota",
        "Brackenfell Letters",
    ]
    text = page(UNTIL_WHEN)
    assert "4 products, and until when each stays compliant from 1 July 2026" in text
    assert (
        "Compliant from 1 July 2026 until 31 March 2027; not on 1 April 2027, because it does not"
        " meet DCB3051 on that day." in text
    )
    assert (
        "Compliant from 1 July 2026 until 31 December 2026; not on 1 January 2027, because it"
        " does not meet DCB0129 on that day." in text
    )
    assert (
        "Not compliant on 1 July 2026, because it is excused from DCB0129 on that day."
        " No later day is known on which it is." in text
    )


def test_exempt_days_pass_when_they_are_let(client, page):
    asked = f"{UNTIL_WHEN}&allow_exempt=on"
    assert names(client.get(asked)) == [
        "Brackenfell Notes",
        "Aldermoor Record",
        "Brackenfell Letters",
        "Aldermoor Rota",
    ]
    assert "Compliant or excused from 1 July 2026 until 31 December 2026" in page(asked)
    assert "Not compliant or excused on 1 July 2026" in page(asked)


def test_it_is_asked_among_those_with_the_capabilities_wanted(client):
    assert names(client.get(f"{UNTIL_WHEN}&capability=C13")) == [
        "Brackenfell Notes",
        "Aldermoor Record",
    ]


def test_an_old_address_with_a_first_day_alone_still_means_for_ever(client, page):
    assert names(client.get("/products/?compliant_from=2026-07-01")) == []
    assert "0 products compliant on every day from 1 July 2026" in page(
        "/products/?compliant_from=2026-07-01"
    )


def test_a_whole_term_narrows_and_each_row_says_how_far_it_reaches(client, page):
    asked = "/products/?compliant_from=2026-07-01&compliant_until=2026-08-01"
    assert names(client.get(asked)) == ["Aldermoor Record", "Brackenfell Notes"]
    assert names(client.get(f"{asked}&sort=longest")) == ["Brackenfell Notes", "Aldermoor Record"]
    assert "Compliant from 1 July 2026 until 31 March 2027; not on 1 April 2027" in page(asked)


def test_another_order_can_be_asked_for(client):
    assert names(client.get(f"{UNTIL_WHEN}&sort=name"))[0] == "Aldermoor Record"


def test_what_was_known_then_decides_the_order(client, page):
    asked = f"{UNTIL_WHEN}&known_at=2026-06-30"
    # The day before, the register knew of no product.
    assert names(client.get(asked)) == []
    known = f"{UNTIL_WHEN}&known_at=2026-07-01T12:00"
    assert names(client.get(known)) == names(client.get(UNTIL_WHEN)) != []
    assert "as the register knew it on 1 July 2026 at midday" in page(known)


def test_the_question_can_be_taken_back(client):
    html = client.get(f"{UNTIL_WHEN}&capability=C13").content.decode()
    assert re.search(r'href="/products/\?capability=C13"><span[^>]*>Remove term </span>', html)
    assert "Until when, from 1 July 2026" in html


def test_a_product_is_asked_for_the_term_and_not_for_the_order(client):
    html = client.get(UNTIL_WHEN).content.decode()
    assert 'href="/products/brackenfell-notes/?compliant_from=2026-07-01"' in html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?until_when=on", "Enter the first day of the term"),
        (
            "?until_when=on&compliant_from=2026-07-01&compliant_until=2026-08-01",
            "Leave the end out to ask until when, or do not ask it",
        ),
        ("?until_when=on&compliant_from=2026-13-01", "The start of the term must be a real date"),
        ("?until_when=perhaps&compliant_from=2026-07-01", "neither true nor false"),
    ],
)
def test_half_a_question_is_refused(client, query, message):
    response = client.get(f"{SEARCH}{query}")
    assert response.status_code == 400
    assert message in words(response)
    assert names(response) == []


@pytest.mark.parametrize("more", [1, 50])
def test_fifty_products_take_as_many_questions_as_one(
    client, market, more, django_assert_num_queries
):
    add_products(market, more)
    with django_assert_num_queries(6):
        assert client.get(f"{UNTIL_WHEN}&q=cawthorne").status_code == 200


# The term checker


def test_for_ever_is_answered_where_no_end_is_known(client, market, page):
    market.identity.scopes.all().delete()
    services.refresh(product_ids=None, now=market.now, cause=Cause(CauseKind.RECOMPUTED, "test"))
    text = page("/products/brackenfell-notes/?compliant_from=2026-07-01")
    answer = "No end is known. It is compliant on every day from 1 July 2026 on, as far as is known"
    assert answer in text


def test_a_product_that_is_not_compliant_on_the_day_says_when_it_will_be(market, page):
    proof = (market.safety_case.version.accepted.lower.replace(year=2028), None)
    factories.make_proof(market.rota, market.safety_case, valid=proof)
    market.identity.scopes.all().delete()
    market.refresh(market.now)
    text = page("/products/aldermoor-rota/?compliant_from=2026-07-01")
    assert (
        "No. Not compliant on 1 July 2026, because it does not meet DCB0129 on that day."
        " From 2 May 2028 it is." in text
    )
    text = page("/products/aldermoor-rota/?compliant_from=2026-07-01&compliant_until=2029-01-01")
    assert (
        "1 July 2026, because it does not meet DCB0129 on that day. From 2 May 2028 it is" in text
    )


def test_a_term_of_one_day(page):
    asked = "/products/aldermoor-record/?compliant_from={}&compliant_until={}"
    assert "Yes. It is compliant on 31 December 2026, as far as is known." in page(
        asked.format("2026-12-31", "2027-01-01")
    )
    assert "No. Asked for 1 January 2027: the first day" in page(
        asked.format("2027-01-01", "2027-01-02")
    )
