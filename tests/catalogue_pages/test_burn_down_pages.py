"""The burn-down of a standard where people read it: page, file, API."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from registry.history import selectors as history
from tests import factories
from tests.catalogue_pages.conftest import words

PAGE = "/standards/DCB0129/"
BOOKMARK = re.compile(r'<http://testserver(.+)>; rel="bookmark"')
API = "/api/v1/standards/DCB0129/burn-down/"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def test_the_page_says_who_stands_how_now_and_on_the_mandatory_day(page):
    text = page("/standards/DCB3051/")
    assert "Burn-down to the mandatory date Mandatory for somebody from 1 April 2027." in text
    assert "On Monday 29 June 2026: 4 not yet required or met." in text
    assert (
        "On Monday 5 April 2027, with the standard mandatory from 1 April 2027: 4 not met." in text
    )
    assert "Counted: 4 listed products" in text
    assert "29 March 2027 (forecast) 0 0 4 0 5 April 2027 (forecast) 0 0 0 4" in text


def test_the_picture_is_well_formed_and_says_the_same(client):
    html = client.get(PAGE).content.decode()
    start = html.index('<svg class="registry-stacked__picture"')
    root = ElementTree.fromstring(html[start : html.index("</svg>", start) + 6])
    described = root.find("{http://www.w3.org/2000/svg}desc").text
    assert "On Monday 29 June 2026: 2 met, 1 exempt, 1 not met." in described
    assert "style=" not in html[start : html.index("</svg>", start)]


def test_a_mandatory_day_long_ago_has_a_link_to_its_years(client):
    html = client.get(PAGE).content.decode()
    assert "Show the years around 2 May 2018" in words(client.get(PAGE))
    assert "?from=2017-05-03&amp;until=2019-05-01#burn-down" in html
    around = words(client.get(f"{PAGE}?from=2017-05-03&until=2019-05-01"))
    assert "with the standard mandatory from 2 May 2018: 1 met, 3 not met" in around


def test_an_advisory_standard_and_one_that_nobody_is_in_scope_of(page, market):
    factories.make_standard("ADVICE", required=None)
    capability = factories.make_capability("C99", "Nobody's")
    factories.make_standard("NOBODY", capability=capability)
    text = page("/standards/ADVICE/")
    assert "This standard is advisory: it has no mandatory date." in text
    for code in ("ADVICE", "NOBODY"):
        assert f"No listed product must meet {code}, or meets it" in page(f"/standards/{code}/")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=x", "The first week must be a real date"),
        ("from=2026-01-01&until=2026-01-01", "The end must be after 1 January 2026"),
        ("from=2026-01-01&until=2031-01-07", "at most five years after 1 January 2026"),
    ],
)
def test_weeks_that_cannot_be_shown_are_refused(client, query, message):
    for address in (PAGE, "/standards/DCB0129/burn-down.csv", API):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert message in response.content.decode()
    refused = client.get(f"{API}?show=met")
    assert refused.status_code == 400


def test_the_file_and_the_api_hold_the_weeks_of_the_page(client):
    weeks = "from=2026-12-21&until=2027-01-05"
    response = client.get(f"/standards/DCB0129/burn-down.csv?{weeks}")
    assert response["Content-Disposition"] == 'attachment; filename="burn-down-dcb0129.csv"'
    head, *rows = response.content.decode().splitlines()
    assert head == "week,forecast,met,exempt,not_yet,not_met,no_longer,products,as_of,known_at"
    # A file is passed on without its address: each row says what was asked.
    known = history.last_moment(now=timezone.now()).isoformat()
    assert rows == [
        f"2026-12-21,yes,2,1,0,1,0,4,2026-07-01,{known}",
        f"2026-12-28,yes,2,1,0,1,0,4,2026-07-01,{known}",
        f"2027-01-04,yes,1,0,0,3,0,4,2026-07-01,{known}",
    ]
    again = BOOKMARK.fullmatch(response["Link"])[1]
    assert client.get(again).content == response.content
    answer = client.get(f"{API}?{weeks}").json()
    assert answer["products"] == 4
    assert answer["mandatory_from"] == ["2018-05-02"]
    assert answer["weeks"][-1] == {
        "week": "2027-01-04",
        "forecast": True,
        "met": 1,
        "exempt": 0,
        "not_yet": 0,
        "not_met": 3,
        "no_longer": 0,
    }
    assert [week["week"] for week in answer["weeks"]] == ["2026-12-21", "2026-12-28", "2027-01-04"]


def test_what_the_register_knew_then(client, market, time_machine):
    factories.make_proof(market.rota, market.safety_case)
    market.refresh(market.now + timedelta(days=1))
    time_machine.move_to(market.now + timedelta(days=2), tick=False)
    weeks = "from=2026-06-29&until=2026-06-30"
    now = client.get(f"{API}?{weeks}").json()["weeks"][0]
    then = client.get(f"{API}?{weeks}&known_at=2026-07-01T13:00").json()["weeks"][0]
    assert (now["met"], now["not_met"]) == (3, 0)
    assert (then["met"], then["not_met"]) == (2, 1)


def test_other_codes_and_unknown_ones(client):
    assert client.get("/api/v1/standards/DAPB0129/burn-down/").json()["standard"] == "DCB0129"
    assert client.get("/standards/DAPB0129/burn-down.csv").status_code == 200
    for address in ("/api/v1/standards/NONE/burn-down/", "/standards/NONE/burn-down.csv"):
        assert client.get(address).status_code == 404
