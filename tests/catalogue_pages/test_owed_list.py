"""All that a supplier owes as one list by date, and as a calendar file."""

from datetime import date

import pytest
from icalendar import Calendar

from registry.catalogue.enums import SupplierRole
from tests import factories
from tests.catalogue_pages.conftest import words

OWED = "/supplier/owed/"
CALENDAR = "/supplier/owed.ics"


@pytest.fixture
def member(client, market):
    person = factories.make_member(market.rota.supplier)
    client.force_login(person)
    return person


@pytest.fixture
def ask(client, member):
    return lambda **params: words(client.get(OWED, params))


def test_what_is_owed_now_comes_first_and_what_lapses_by_its_day(ask):
    shown = ask()
    assert "Everything you owe, by date" in shown
    assert shown.index("Now") < shown.index("1 January 2027")
    assert "Proved until 31 December 2026" in shown


def test_it_filters_by_product_standard_state_and_form(ask, market):
    rota, later = ask(product=market.rota.ref, standard="DCB0129"), ask(state="later")
    assert "1 requirement. Tick" in rota
    assert "Proved until 31 December 2026" not in rota
    assert "Nothing like that" in later
    assert "Choose a form of evidence from the list. There is no “dpia”" in ask(form="dpia")


@pytest.mark.parametrize(
    ("name", "label"),
    [("state", "state"), ("product", "product"), ("standard", "standard")],
)
def test_a_filter_that_there_is_not_is_refused_in_words(client, member, name, label):
    response = client.get(OWED, {name: "no-such"})
    assert response.status_code == 400
    assert f"Choose a {label} from the list. There is no “no-such”" in words(response)


def test_what_is_ticked_goes_to_one_submission(client, member, market):
    html = client.get(OWED).content.decode()
    assert f'name="item" value="{market.rota.ref}:{market.safety_case.pk}"' in html
    assert 'action="/evidence/submit/"' in html


def test_another_supplier_is_not_to_be_had(client, member):
    factories.make_supplier("brackenfell")
    for address in (OWED, CALENDAR):
        assert client.get(address, {"supplier": "brackenfell"}).status_code == 404


def test_somebody_without_a_supplier_is_refused(client, market):
    client.force_login(factories.make_user())
    for address in (OWED, CALENDAR):
        assert client.get(address).status_code == 403


def test_the_calendar_has_an_event_for_each_standard_with_its_day(client, member, market):
    response = client.get(CALENDAR)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (
        response["Content-Disposition"]
        == f'attachment; filename="{market.rota.supplier.ref}-owed.ics"'
    )
    events = {str(each["uid"]): each for each in Calendar.from_ical(response.content).events}
    assert events
    assert len(events) == len(Calendar.from_ical(response.content).events)
    for each in events.values():
        assert type(each.decoded("dtstart")) is date
        assert (each.decoded("dtend") - each.decoded("dtstart")).days == 1
    coming = [each for each in events.values() if each.decoded("dtstart") == date(2027, 1, 1)]
    assert coming
    assert {str(alarm["trigger"].dt) for each in coming for alarm in each.walk("VALARM")} == {
        "-30 days, 0:00:00",
        "-7 days, 0:00:00",
    }


def test_the_calendar_names_its_events_the_same_every_time(client, member):
    def uids():
        return [str(e["uid"]) for e in Calendar.from_ical(client.get(CALENDAR).content).events]

    assert uids() == uids()


def test_a_name_that_would_break_a_line_does_not(client, member, market):
    market.rota.name = "Rota\r\nBEGIN:VEVENT; x, y"
    market.rota.save()
    made = Calendar.from_ical(client.get(CALENDAR).content)
    assert any("BEGIN:VEVENT" in str(each["summary"]) for each in made.events)
    assert len(made.events) == len({str(each["uid"]) for each in made.events})


@pytest.mark.parametrize("more", [1, 40])
def test_it_asks_no_more_questions_for_forty_standards(
    client, market, more, django_assert_num_queries
):
    person = factories.make_member(market.rota.supplier, role=SupplierRole.OWNER)
    client.force_login(person)
    for number in range(more):
        standard = factories.make_standard(f"MORE-{number:02}")
        factories.make_criterion(factories.make_version(standard))
    market.refresh(market.now)
    with django_assert_num_queries(15):
        assert client.get(OWED).status_code == 200
