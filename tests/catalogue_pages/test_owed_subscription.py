"""A calendar program asks an address of its own for what the supplier owes."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from registry.audit.models import Event
from registry.catalogue.enums import SupplierRole
from registry.catalogue.services.members import remove_member
from registry.tokens.models import CalendarAddress
from registry.tokens.selectors import token_of
from tests import factories
from tests.catalogue_pages.conftest import words

PAGE = "/supplier/owed/calendar/"


@pytest.fixture
def member(market):
    factories.make_member(market.rota.supplier, role=SupplierRole.OWNER)
    return factories.make_member(market.rota.supplier)


@pytest.fixture
def opened(client, member):
    """The path of the member's address, which was made on the page."""
    client.force_login(member)
    assert "Make an address" in words(client.get(PAGE))
    assert client.post(PAGE, {"then": "open"}).status_code == 302
    path = f"/calendars/{token_of(CalendarAddress.objects.get())}.ics"
    assert f"http://testserver{path}" in client.get(PAGE).content.decode()
    client.logout()
    return path


def test_whoever_has_the_address_reads_the_same_as_its_owner(client, opened, member):
    response = client.get(opened)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    assert "Content-Disposition" not in response
    made = Calendar.from_ical(response.content)
    assert made.decoded("refresh-interval") == timedelta(hours=12)
    assert str(made["x-published-ttl"]) == "PT12H"
    client.force_login(member)
    assert "Last fetched on" in words(client.get(PAGE))
    once = Calendar.from_ical(client.get("/supplier/owed.ics").content)
    assert [str(e["uid"]) for e in made.events] == [str(e["uid"]) for e in once.events] != []


def test_another_day_is_not_passed_over(client, opened, member):
    days = {}
    for day in ("2026-07-01", "2027-06-01"):
        response = client.get(f"{opened}?as_of={day}")
        assert f"{opened}?as_of={day}&known_at=" in response["Link"]
        days[day] = min(e.decoded("dtstart") for e in Calendar.from_ical(response.content).events)
    assert days["2026-07-01"] < days["2027-06-01"]
    assert client.get(f"{opened}?as_of=2027-02-29").status_code == 400


def test_a_new_address_ends_the_old_one_and_closing_ends_both(client, opened, member):
    client.force_login(member)
    client.post(PAGE, {"then": "open"})
    new = f"/calendars/{token_of(CalendarAddress.objects.get())}.ics"
    assert [client.get(each).status_code for each in (opened, new)] == [404, 200]
    for _ in range(2):
        client.post(PAGE, {"then": "close"})
        assert client.get(new).status_code == 404
    actions = list(Event.objects.filter(action__startswith="tokens.").values_list("action"))
    assert len(actions) == 3


def test_it_stops_when_its_owner_leaves_or_is_locked_out(client, opened, member, market, now):
    member.is_active = False
    member.save()
    assert client.get(opened).status_code == 404
    member.is_active = True
    member.save()
    assert client.get(opened).status_code == 200
    remove_member(user=member, supplier=market.rota.supplier, by=member, now=now)
    assert client.get(opened).status_code == 404


@pytest.mark.parametrize("token", ["1", "1:AAAA", "x" * 3000, "9999:%00", "1:é"])
def test_nothing_is_at_an_address_that_was_made_up(client, db, token):
    assert client.get(f"/calendars/{token}.ics").status_code == 404
