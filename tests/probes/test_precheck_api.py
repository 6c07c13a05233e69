"""Pre-checks in the API: asked for like in the form, with the same guards."""

from datetime import timedelta

import jsonschema
import pytest
from django.conf import settings as django_settings
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from registry.audit.models import Event
from registry.probes.models import Precheck
from registry.probes.services.prechecks import ask as ask_service
from tests import factories
from tests.api.test_schema import _strict, _with_nulls
from tests.probes.prechecking import asked, run
from tests.probes.test_addresses import REFUSED, recorded

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/prechecks/"
WANTED = {
    "url": "https://fhir.aldermoor.example/r4",
    "profile": "fhir-r4",
    "supplier": "aldermoor",
}


def send(client, **changed):
    """POST as JSON; what is `None` is left out."""
    wanted = {name: value for name, value in (WANTED | changed).items() if value is not None}
    return client.post(PLACE, wanted, content_type="application/json")


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock that the API reads stands still."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def member(client, supplier_editor):
    """Aldermoor's editor is signed in."""
    client.force_login(supplier_editor)
    return client


@pytest.mark.usefixtures("loopback")
def test_a_supplier_asks_waits_and_reads_the_report(member, simulated, now):
    answer = send(member, url=simulated.url)

    assert answer.status_code == 202
    facts = answer.json()
    assert answer["Location"] == facts["url"]
    assert (facts["state"], facts["report"], facts["verdict"]) == ("waiting", None, "")
    assert (facts["address"], facts["supplier"]) == (simulated.url, "aldermoor")
    assert {step["state"] for step in facts["steps"]} == {"waiting"}

    run(now)
    read = member.get(facts["url"]).json()
    assert (read["state"], read["verdict"]) == ("reported", "6 of 6 checks pass.")
    assert [step["state"] for step in read["steps"]] == ["done"] * 6
    assert read["report"] == Precheck.objects.get().report
    (row,) = member.get(PLACE).json()["results"]
    assert row == {name: read[name] for name in row}
    assert "report" not in row
    _as_documented("/api/v1/prechecks/{uuid}/", read)
    _as_documented(PLACE, member.get(PLACE).json())


def _as_documented(path: str, facts: dict) -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = next(iter(content.values()))["schema"]
    # The report is described by docs/checks/README.md.
    facts = facts | ({"report": {}} if "report" in facts else {})
    whole = {**_strict(_with_nulls(document)), **_strict(_with_nulls(schema))}
    jsonschema.Draft202012Validator(whole).validate(facts)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"url": None}, "url", "This field is required."),
        ({"profile": "soap"}, "profile", "is not a valid choice"),
        ({"supplier": "nobody"}, "supplier", "There is no supplier “nobody”"),
        ({"supplier": "a\x00"}, "supplier", "Null characters are not allowed."),
        ({"product": "aldermoor-record"}, "product", "There is no parameter “product” here"),
        ({"url": "x" * 501}, "url", "no more than 500 characters"),
        ({"url": ["https://a.example/"]}, "url", "Not a valid string."),
    ],
)
def test_what_is_not_understood_is_named(member, supplier, changed, field, words):
    answer = send(member, **changed)

    assert answer.status_code == 400
    assert words in answer.json()[field][0]
    assert Precheck.objects.count() == 0


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '"x"', "null"])
def test_what_is_no_object_is_refused(member, body):
    answer = member.post(PLACE, body, content_type="application/json")
    assert answer.status_code == 400
    assert Precheck.objects.count() == 0


def test_hostile_addresses_are_refused_and_nothing_is_connected_to(member, supplier):
    member.get(PLACE)
    with recorded() as attempts:
        answers = {url: send(member, url=url) for url in REFUSED}

    wrong = {url: each.content for url, each in answers.items() if each.status_code != 400}
    assert wrong == {}
    assert {tuple(each.json()) for each in answers.values()} == {("url",)}
    assert attempts == []
    assert (Precheck.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["rival_editor", "buyer", "outsider", "auditor", "administrator"])
def test_nobody_else_may_ask(client, product, request, who):
    client.force_login(request.getfixturevalue(who))
    answer = send(client)

    assert answer.status_code == 403
    assert "Only people who act for Aldermoor Health Systems" in answer.json()["detail"]
    assert Precheck.objects.count() == 0


def test_an_officer_may_ask_for_any_supplier(client, supplier, case_officer):
    client.force_login(case_officer)
    assert send(client).status_code == 202


def test_whoever_is_not_signed_in_is_refused(client, supplier):
    assert send(client).status_code == 403
    assert client.get(PLACE).status_code == 403
    assert Precheck.objects.count() == 0


def test_another_sites_form_asks_for_nothing(supplier, supplier_editor):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(supplier_editor, django_settings.AUTHENTICATION_BACKENDS[0])
    assert send(browser).status_code == 403
    assert Precheck.objects.count() == 0


def test_a_supplier_that_may_not_be_seen_is_told_from_none_by_nobody(client, outsider):
    hidden = factories.make_supplier("corrowdale", "Corrowdale Stealth")
    factories.make_product("corrowdale-hush", supplier=hidden, state="draft")
    client.force_login(outsider)

    there, missing = (send(client, supplier=ref) for ref in ("corrowdale", "nothing-here"))

    assert there.status_code == missing.status_code == 400
    assert "Corrowdale" not in there.content.decode()


def test_whoever_asks_too_often_is_told_when_to_come_back(member, now):
    assert send(member).status_code == 202
    before = list(Precheck.objects.values())

    busy = send(member)
    assert (busy.status_code, busy["Retry-After"]) == (429, "30")
    assert busy.json() == {
        "detail": "A pre-check of fhir.aldermoor.example is running already. "
        "Try again in 30 seconds."
    }
    assert list(Precheck.objects.values()) == before


def test_a_limit_says_its_seconds(member, settings):
    settings.PRECHECKS_OF_A_PERSON_AN_HOUR = 1
    send(member)

    answer = send(member, url="https://other.aldermoor.example/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "within an hour. Try again in 60 minutes." in answer.json()["detail"]


def test_only_those_of_ones_supplier_are_seen(
    client, supplier, supplier_editor, rival, rival_editor, auditor, outsider, now
):
    own = asked(supplier, supplier_editor, now)
    theirs = asked(rival, rival_editor, now, "https://brackenfell.example/")

    def seen(person) -> list[str]:
        client.force_login(person)
        return [row["id"] for row in client.get(PLACE).json()["results"]]

    assert seen(supplier_editor) == [str(own.uuid)]
    assert client.get(f"{PLACE}{theirs.uuid}/").status_code == 404
    assert seen(auditor) == [str(theirs.uuid), str(own.uuid)]
    client.force_login(outsider)
    assert client.get(PLACE).status_code == 403
    assert client.get(f"{PLACE}{own.uuid}/").status_code == 404
    assert client.get(f"{PLACE}nothing-like-this/").status_code == 404


def test_parameters_that_are_none_are_refused(member, supplier, supplier_editor, now):
    own = asked(supplier, supplier_editor, now)
    assert member.get(f"{PLACE}?state=running").status_code == 400
    assert member.get(f"{PLACE}{own.uuid}/?as_of=2026-01-01").status_code == 400


@pytest.mark.parametrize("many", [1, 50])
def test_as_many_questions_for_fifty_as_for_one(
    member, supplier, many, now, django_assert_num_queries
):
    for number in range(many):
        ask_service(
            supplier=supplier,
            url=f"https://h{number}.example/",
            profile="web",
            by=factories.make_member(supplier),
            now=now - timedelta(days=200 - 2 * number),
        )
    with django_assert_num_queries(6):
        assert len(member.get(PLACE).json()["results"]) == many
