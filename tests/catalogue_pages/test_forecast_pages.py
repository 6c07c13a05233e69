"""The forecast where people read it: product, search, supplier's desk, API."""

from datetime import date, timedelta

import pytest

from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from tests import factories
from tests.catalogue_pages.conftest import words
from tests.catalogue_pages.test_search import names

RECORD = "/products/aldermoor-record/"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def test_the_page_says_when_it_stops_and_why(page):
    text = page(RECORD)
    assert (
        "Forecast It stops being compliant on 1 January 2027, when it becomes non-compliant:"
        " DCB0129 Clinical risk management is not met from that day."
    ) in text
    # Told as on the day asked about: the evidence has not expired yet.
    assert "Evidence safety-case expires after 31 December 2026." in text
    assert "After that no day is known on which it is compliant again." in text


def test_what_is_not_known_is_said(page):
    assert "No day is known on which it starts being compliant." in page(
        "/products/aldermoor-rota/"
    )
    never = page("/products/brackenfell-old/?as_of=2018-05-01")
    assert "No day is known on which it starts being compliant." in never


def test_another_day_is_read_from_there(page):
    text = page(f"{RECORD}?as_of=2020-06-01")
    assert (
        "It starts being compliant on 1 January 2024: DCB0129 is met from that day."
        " It stops being compliant again on 1 January 2027"
    ) in text
    # The day before, the register did not know of the product.
    page(f"{RECORD}?known_at=2026-06-30", status=404)


def test_it_starts_when_a_standard_that_it_meets_becomes_required(page, market):
    case = market.safety_case
    ready = factories.make_product("ready", name="Ready")
    factories.make_proof(ready, case, valid=(date(2018, 1, 1), date(2027, 1, 1)))
    market.refresh(market.now)
    text = page("/products/ready/?as_of=2018-05-01")
    assert "It starts being compliant on 2 May 2018: DCB0129 is met from that day." in text


def test_a_dispensation_that_follows_is_not_compliance(page, market):
    year = (date(2027, 1, 1), date(2028, 1, 1))
    factories.make_dispensation(market.record, market.safety, year, by=market.officer)
    market.refresh(market.now + timedelta(minutes=1))
    # DCB3051 is not met from April.
    text = page(RECORD)
    assert "on 1 January 2027, when it becomes exempt: DCB0129" in text
    row = page("/products/?q=aldermoor+record")
    assert "until 31 December 2026; from then it is excused from DCB0129" in row


def test_reasons_of_unpublished_evidence_are_for_insiders(client, market, supplier_editor):
    submission = Submission.objects.create(
        ref="renewal",
        product=market.record,
        form="document",
        state=SubmissionState.SUBMITTED,
        created_by=supplier_editor,
        created_at=market.now,
        submitted_at=market.now,
    )
    submission.criteria.add(market.safety_case)
    assert "renewal" not in client.get(RECORD).content.decode()
    assert b"renewal" not in client.get("/api/v1/products/aldermoor-record/").content
    client.force_login(supplier_editor)
    assert "renewal" in client.get(RECORD).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?stops_before=2027-01-01", []),
        ("?stops_before=2027-01-02", ["Aldermoor Record", "Brackenfell Letters"]),
        (
            "?stops_before=2027-04-02",
            ["Aldermoor Record", "Brackenfell Letters", "Brackenfell Notes"],
        ),
        ("?stops_before=2020-01-01", []),
        ("?stops_before=2028-01-01&as_of=2027-01-01", ["Brackenfell Notes"]),
        ("?stops_before=2028-01-01&known_at=2026-06-30", []),
        (
            "?stops_before=2028-01-01&supplier=brackenfell",
            ["Brackenfell Letters", "Brackenfell Notes"],
        ),
    ],
)
def test_the_search_finds_those_that_stop_soon(client, query, found):
    """Letters is excused until the end of 2026, and non-compliant from then on."""
    assert names(client.get(f"/products/{query}")) == found


def test_the_search_sorts_the_soonest_first(client):
    assert names(client.get("/products/?sort=soonest")) == [
        "Aldermoor Record",
        "Brackenfell Letters",
        "Brackenfell Notes",
        "Aldermoor Rota",
    ]


def test_the_day_is_a_choice_that_can_be_taken_back(client):
    response = client.get("/products/?q=aldermoor&stops_before=2027-01-02")
    assert "Remove forecast Stops being compliant before 2 January 2027" in words(response)
    assert 'href="/products/?q=aldermoor"' in response.content.decode()
    nothing = client.get("/products/?stops_before=2026-07-02")
    assert "search without the day it stops being compliant" in words(nothing)
    wrong = client.get("/products/?stops_before=soon")
    assert wrong.status_code == 400
    assert "The day before which it stops being compliant must be a real date" in words(wrong)


def test_the_suppliers_desk_says_the_same(client, supplier_editor):
    client.force_login(supplier_editor)
    text = words(client.get("/supplier/"))
    assert "until 31 December 2026; from then it no longer meets DCB0129" in text
    assert "does not meet DCB0129; not known to become compliant" in text


def test_the_api_tells_each_cause(client):
    answer = client.get("/api/v1/products/aldermoor-record/?as_of=2020-06-01").json()
    assert answer["starts"] == {
        "day": "2024-01-01",
        "before": "non_compliant",
        "verdict": "compliant",
        "causes": [
            {"standard": "DCB0129", "before": "not_met", "status": "met", "why": []},
        ],
    }
    reason = "Evidence safety-case expires after 31 December 2026."
    assert answer["stops"] == {
        "day": "2027-01-01",
        "before": "compliant",
        "verdict": "non_compliant",
        "causes": [
            {
                "standard": "DCB0129",
                "before": "met",
                "status": "not_met",
                "why": [{"criterion": "CSCR", "reasons": [reason]}],
            }
        ],
    }
    assert answer["stops_being_compliant"] == "2027-01-01"
    assert answer["starts_being_compliant"] == "2024-01-01"
    rota = client.get("/api/v1/products/aldermoor-rota/").json()
    assert (rota["stops"], rota["starts"]) == (None, None)


@pytest.mark.parametrize("more", [1, 50])
def test_a_product_that_turns_takes_as_many_questions_for_fifty_causes_as_for_one(
    client, market, more, django_assert_num_queries
):
    for number in range(more):
        factories.make_standard(f"COMING-{number:02}", required=(date(2027, 1, 1), None))
    market.refresh(market.now + timedelta(minutes=1))
    with django_assert_num_queries(35):
        assert client.get(RECORD).status_code == 200
