"""Whoever asks about another day is answered about it, or told why not; never about today."""

import html
import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from registry.accounts.models import Role
from registry.evidence import services as evidence
from tests import factories

UNREAL = {
    "known_at=2026-07-01T12:00:01": "Nothing can be known yet of a moment in the future",
    "known_at=soon": "must be a real date and time",
    "as_of=1900-01-01": "must have a year from 1948 to 2199",
    "as_of=2027-02-29": "must be a real date",
    "as_of_day=31&as_of_month=2&as_of_year=2027": "must be a real date",
}


def text_of(answer) -> str:
    """What can be read of a page."""
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(answer.content.decode())).split())


@pytest.fixture
def member(client, market):
    client.force_login(market.editor)
    return client


@pytest.mark.parametrize(("query", "words"), UNREAL.items())
def test_what_reads_no_day_refuses_one_that_there_is_not(member, market, query, words):
    addresses = [
        "/",
        "/status/",
        "/evidence/",
        "/supplier/owed.ics",
        "/products/aldermoor-record/changes.atom",
        "/api/v1/schema/",
        f"/endpoints/{market.endpoint.pk}/",
        f"/endpoints/{market.endpoint.pk}/changes/",
    ]
    answers = {address: member.get(f"{address}?{query}") for address in addresses}
    said = {
        address: (answer.status_code, words in html.unescape(answer.content.decode()))
        for address, answer in answers.items()
    }
    assert said == dict.fromkeys(addresses, (400, True))


def test_a_page_about_no_day_says_that_one_makes_no_difference(member, market):
    words = "1 June 2027, which its address names, makes no difference to it"
    for address in ("/", "/status/", "/evidence/", f"/endpoints/{market.endpoint.pk}/"):
        page = member.get(f"{address}?as_of=2027-06-01")
        assert (page.status_code, words in text_of(page)) == (200, True), address
        assert words not in text_of(member.get(address))
    missing = member.get("/endpoints/99999/?as_of=2027-06-01")
    assert (missing.status_code, words in text_of(missing)) == (404, False)


def test_three_boxes_are_a_day_too(member):
    page = member.get("/status/?as_of_day=1&as_of_month=6&as_of_year=2027")
    assert "1 June 2027, which its address names" in text_of(page)
    assert '<a data-now href="?">Leave the day out</a>' in page.content.decode()


def test_the_way_to_the_desk_keeps_the_day(member):
    answer = member.get("/desk/?as_of=2027-04-01&known_at=2026-07-01T12:00&other=1")
    assert answer["Location"] == "/supplier/?as_of=2027-04-01&known_at=2026-07-01T12%3A00"
    assert member.get("/desk/")["Location"] == "/supplier/"


@pytest.mark.parametrize("query", ["as_of=2027-01-01", "known_at=2026-06-01"])
def test_a_draft_is_about_the_register_as_it_is(client, market, query):
    client.force_login(factories.make_user(role=Role.STANDARDS_EDITOR))
    answer = client.get(f"/what-if/?{query}")
    assert answer.status_code == 409
    assert "A draft is about the register as it is now" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("/buyer/", "buyer"),
        ("/contracts/QOQ-1/", "buyer"),
        ("/worklist/", "officer_of_cases"),
        ("/supplier/", "editor"),
        ("/supplier/owed/", "editor"),
        ("/standards/DCB0129/", None),
        ("/products/aldermoor-record/replacements/", None),
        ("/products/aldermoor-record/changes/", None),
    ],
)
def test_one_click_on_the_day_is_the_same(client, market, address, person):
    if person:
        client.force_login(getattr(market, person))
    page = client.get(f"{address}?as_of=2027-06-01").content.decode()
    links = re.findall(r'href="(/(?:products|contracts)/[^/"?]+/(?:\?[^"]*)?)"', page)
    assert links
    assert [link for link in links if "as_of=2027-06-01" not in link] == []


def test_the_calendar_is_about_the_day_and_has_a_permanent_link(member):
    def days(address: str) -> set[date]:
        found = Calendar.from_ical(member.get(address).content)
        return {event.decoded("dtstart") for event in found.events}

    today = days("/supplier/owed.ics")
    later = days("/supplier/owed.ics?as_of=2027-06-01")
    assert min(today) < date(2027, 6, 1) <= min(later)
    listed = member.get("/supplier/owed/?as_of=2027-06-01").content.decode()
    assert re.search(r'href="/supplier/owed\.ics\?[^"]*as_of=2027-06-01"', listed)
    link = member.get("/supplier/owed.ics")["Link"]
    assert "/supplier/owed.ics?as_of=2026-07-01&known_at=" in link


def test_the_spreadsheet_of_a_burn_down_has_a_permanent_link(client, market):
    answer = client.get("/standards/DCB3051/burn-down.csv?as_of=2027-01-01")
    assert "burn-down.csv?as_of=2027-01-01&known_at=" in answer["Link"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/products/aldermoor-record/", 404, "It may not have known of this yet."),
        ("/contracts/QOQ-1/", 404, "It may not have known of this yet."),
        ("/supplier/", 404, "The register did not know then of a supplier that you act for."),
        *(
            (f"/{page}/", 404, "The register did not know then of a supplier that you act for.")
            for page in ("supplier/owed", "hosts", "prechecks", "evidence", "supplier/members")
        ),
    ],
)
def test_what_was_not_known_yet_is_told_from_what_there_is_not(member, address, status, words):
    now, then = member.get(f"{address}nothing/"), member.get(f"{address}?known_at=2020-01-01")
    assert then.status_code == status
    assert words in then.content.decode()
    assert "Show what it knows now" in then.content.decode()
    assert words not in now.content.decode()


def test_who_may_see_something_is_asked_of_today(client, market, now, time_machine):
    """Whoever joined today reads what was known before they did; whoever left reads nothing."""
    time_machine.move_to(now + timedelta(days=2), tick=False)
    newcomer = factories.make_buyer(market.icb, "newcomer@icb.test")
    client.force_login(newcomer)
    desk = "/buyer/?known_at=2026-07-02"
    assert "QOQ-1" in client.get(desk).content.decode()
    early = client.get("/buyer/?known_at=2020-01-01")
    assert early.status_code == 404
    assert "The register did not know then of an organisation" in early.content.decode()

    newcomer.buyer_memberships.all().delete()
    assert client.get(desk).status_code == 403
    client.force_login(factories.make_user())
    assert client.get("/buyer/?known_at=2020-01-01").status_code == 403
    assert client.get("/supplier/?known_at=2020-01-01").status_code == 403


def test_a_register_that_knew_of_nothing_is_told_from_an_empty_one(client, market):
    page = text_of(client.get("/products/?known_at=2026-06-01"))
    assert (
        "The register knew of no products on 1 June 2026 at midnight, when that day began." in page
    )
    assert "holds no products yet" not in page


def test_the_feed_of_changes_has_a_permanent_link(client, market, now, time_machine):
    answer = client.get("/products/aldermoor-record/changes.atom")
    link = re.fullmatch(r'<http://testserver(.+)>; rel="bookmark"', answer["Link"])[1]
    assert "as_of" not in link, "a feed is about no day"
    first = client.get(link)
    entries = re.findall(r"<entry>.*?</entry>", first.content.decode(), re.DOTALL)
    assert entries == re.findall(r"<entry>.*?</entry>", answer.content.decode(), re.DOTALL)

    later = now + timedelta(days=1)
    time_machine.move_to(later, tick=False)
    evidence.revoke(
        submission=market.proof,
        from_=date(2026, 1, 1),
        reason="It was another product's.",
        by=market.assessor,
        now=later,
    )
    assert client.get("/products/aldermoor-record/changes.atom").content != answer.content
    assert client.get(link).content == first.content


def test_a_calendar_of_a_moment_is_the_same_file_for_ever(member, market, now, time_machine):
    link = re.fullmatch(
        r'<http://testserver(.+)>; rel="bookmark"', member.get("/supplier/owed.ics")["Link"]
    )[1]
    first = member.get(link)
    for event in Calendar.from_ical(first.content).walk("VEVENT"):
        assert "known_at=" in event["URL"], "its page is of the same moment"
    time_machine.move_to(now + timedelta(minutes=5), tick=False)
    assert member.get(link).content == first.content
    assert member.get("/supplier/owed.ics").content != first.content


def test_a_feed_without_entries_is_dated_by_what_was_asked(client, market, now, time_machine):
    address = "/products/aldermoor-record/changes.atom?standard=GRIFFIN"
    assert client.get(address).status_code == 400
    early = "/products/brackenfell-notes/changes.atom?standard=RFC8996&known_at=2026-07-01T12:00"
    first = client.get(early)
    assert "<entry>" not in first.content.decode()
    time_machine.move_to(now + timedelta(minutes=5), tick=False)
    assert client.get(early).content == first.content


def test_a_day_in_two_ways_is_one_day(client, market):
    """Whole and in three boxes: the same day is one, another is not understood."""
    boxes = "as_of_day=1&as_of_month=6&as_of_year=2027"
    for where in ("/products/", "/products/aldermoor-record/", "/api/v1/products/"):
        assert client.get(f"{where}?as_of=2027-06-01&{boxes}").status_code < 400
        refused = client.get(f"{where}?as_of=2027-06-02&{boxes}")
        assert (refused.status_code, "Say it once" in refused.content.decode()) == (400, True), (
            where
        )
    answer = client.get(f"/api/v1/products/aldermoor-record/?{boxes}")
    assert answer.json()["as_of"] == "2027-06-01", "one product takes what the list takes"
