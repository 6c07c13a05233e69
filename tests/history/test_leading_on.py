"""A page about another day, or about what was known then, leads on to that day and moment."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from registry.history.selectors import last_moment
from tests.history.test_permanent_links import PAGES

LINK = re.compile(r"<a ([^>]*)>")
HREF = re.compile(r'href="([^"]*)"')
DAY = "2026-07-20"
OF_A_DAY = {
    "product", "product_replacements", "product_standards", "pair", "standard", "contract", "case",
    "buyer_desk", "supplier_desk", "worklist", "worklist_cases", "owed",
}  # fmt: skip
OF_A_MOMENT = {"evidence", "endpoint", "product_changes"}


def links(page: str, here: str) -> list[tuple[str, dict, str]]:
    """Of each link of the page's own part: the page it leads to, what it asks, and itself."""
    found = []
    own = page.partition("data-page>")[2].partition("</main>")[0]
    for attributes in LINK.findall(own):
        href = HREF.search(attributes)
        if href is None or "data-now" in attributes or href[1].startswith(("#", "http")):
            continue
        parts = urlsplit(html.unescape(href[1]))
        name = resolve(parts.path or here).url_name
        found.append((name, parse_qs(parts.query), href[1]))
    return found


@pytest.fixture
def moment(market, now) -> str:
    """When the register last changed."""
    return last_moment(now=now).isoformat()


def test_links_lead_on_to_the_same_day_and_moment(market, moment):
    lost, seen = [], set()
    for address, person in PAGES:
        client = Client()
        if person:
            client.force_login(getattr(market, person))
        path = address.format(case=market.case.pk).partition("?")[0]
        page = client.get(path, {"as_of": DAY, "known_at": moment})
        assert page.status_code == 200, path
        for name, asked, href in links(page.content.decode(), path):
            if name in OF_A_DAY | OF_A_MOMENT:
                seen.add(name)
                kept = "known_at" in asked and ("as_of" in asked or name in OF_A_MOMENT)
                lost += [] if kept else [(path, href)]
    assert lost == []
    assert seen >= {"product", "pair", "standard", "evidence", "endpoint", "case", "contract"}


def test_the_menu_and_what_says_so_lead_to_now(client, market):
    page = client.get("/products/aldermoor-record/", {"as_of": DAY}).content.decode()
    head, _, rest = page.partition("data-page>")
    own, _, foot = rest.partition("</main>")
    assert "as_of" not in head
    assert "as_of" not in foot
    assert re.search(r'<a data-now href="[^"]*">Show today instead</a>', own)


def test_a_day_of_its_own_stays(client, moment):
    """The page of a pair leads to the day before a turn, as known at the same moment."""
    page = client.get(
        "/products/aldermoor-record/standards/DCB0129/", {"as_of": DAY, "known_at": moment}
    ).content.decode()
    turns = re.findall(r'<a [^>]*rel="(?:prev|next)"[^>]*>', page)
    assert turns
    for each in turns:
        asked = parse_qs(urlsplit(html.unescape(HREF.search(each)[1])).query)
        assert asked["as_of"] != [DAY]
        assert len(asked["as_of"]) == len(asked["known_at"]) == 1


def test_an_ordinary_page_is_left_as_it_is(client, market):
    page = client.get("/products/aldermoor-record/").content.decode()
    assert "/standards/DCB0129/?" not in page


@pytest.mark.parametrize("address", ["/status/", "/notifications/", "/supplier/members/"])
def test_what_is_about_now_does_not_claim_to_be_of_a_moment(client, market, moment, address):
    client.force_login(market.editor)
    page = html.unescape(client.get(address, {"known_at": moment}).content.decode())
    assert "This page is about now: <strong>1 July 2026 at midday</strong>" in page
    assert "This page shows what the register knew" not in page
