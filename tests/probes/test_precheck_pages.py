"""From the form for an endpoint to a report, and back to the form with nothing lost."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from registry.probes.models import Endpoint, Precheck
from registry.probes.services.prechecking import claim_owed
from tests import factories
from tests.probes.prechecking import asked, run, whole
from tests.probes.test_addresses import REFUSED, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock that the pages read stands still."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def member(client, supplier_editor):
    """Aldermoor's editor is signed in."""
    client.force_login(supplier_editor)
    return client


def typed(**more) -> dict[str, str]:
    """The form for an endpoint, half filled in."""
    return {
        "url": "https://fhir.aldermoor.example/r4",
        "profile": "fhir-r4",
        "in_service_from_day": "31",
        "in_service_from_month": "",
        "in_service_from_year": "2027",
        "in_service_until_day": "soon",
    } | more


def send(client, product, **more):
    return client.post(reverse("precheck_ask", kwargs={"ref": product.ref}), typed(**more))


def at(name, precheck):
    return reverse(name, kwargs={"uuid": precheck.uuid})


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_form_leads_to_a_pre_check_and_back_with_all_that_was_typed(member, product):
    answer = send(member, product)

    made = Precheck.objects.get()
    assert answer.url == at("precheck", made)
    assert (made.product, made.supplier) == (product, product.supplier)
    Precheck.objects.update(finished_at=made.asked_at, trouble="It broke.")
    page = member.get(answer.url).content.decode()
    (back,) = re.findall(r'href="([^"]+/endpoints/new/[^"]+)"', page)
    form = member.get(back).content.decode()
    for shown in (
        'value="https://fhir.aldermoor.example/r4"',
        'name="in_service_from_day" type="text" value="31"',
        'name="in_service_from_month" type="text" value=""',
        'name="in_service_from_year" type="text" value="2027"',
        'name="in_service_until_day" type="text" value="soon"',
    ):
        assert shown in form
    assert re.search(r'value="fhir-r4"[^>]*checked', form)
    assert not Endpoint.objects.exists()


def test_days_written_as_one_word_come_back_too(member, product):
    data = {"url": "https://a.example/", "profile": "web", "in_service_from": "2027-03-31"}
    member.post(reverse("precheck_ask", kwargs={"ref": product.ref}), data)
    made = Precheck.objects.get()
    place = reverse("endpoint_register", kwargs={"ref": product.ref})
    assert 'value="2027"' in member.get(f"{place}?precheck={made.uuid}").content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": ""}, "Enter the address of the endpoint"),
        ({"url": "http://fhir.aldermoor.example/"}, "The URL must start with https://."),
        ({"profile": "soap"}, "cannot be chosen here"),
    ],
)
def test_bad_input_is_explained_and_the_rest_stays_typed(member, product, changed, words):
    answer = send(member, product, **changed)

    page = answer.content.decode()
    assert (answer.status_code, words in page) == (400, True)
    assert 'value="soon"' in page
    assert "must be a real date" not in page
    assert Precheck.objects.count() == 0


def test_hostile_addresses_are_refused_and_nothing_is_connected_to(member, product):
    """A few of each sort: tests/probes/test_prechecks.py asks for every one."""
    send(member, product, url="")
    with recorded() as attempts:
        statuses = {url: send(member, product, url=url).status_code for url in REFUSED[::8]}

    assert set(statuses.values()) == {400}
    assert attempts == []
    assert Precheck.objects.count() == 0


def test_whoever_asks_too_often_keeps_what_was_typed(member, product):
    send(member, product)
    before = whole()

    answer = send(member, product)

    assert (answer.status_code, answer["Retry-After"]) == (429, "30")
    assert "is running already. Try again in 30 seconds." in text(answer)
    assert 'value="soon"' in answer.content.decode()
    assert whole() == before


@pytest.mark.parametrize("who", ["rival_editor", "buyer", "outsider", "auditor", "administrator"])
def test_nobody_else_asks_from_the_form(client, product, request, who):
    client.force_login(request.getfixturevalue(who))
    assert send(client, product).status_code == 403
    assert Precheck.objects.count() == 0


def test_while_it_runs_the_page_looks_again_and_may_be_told_not_to(
    member, supplier, supplier_editor, now
):
    precheck = asked(supplier, supplier_editor, now)
    claim_owed(now=now)
    Precheck.objects.update(
        progress=[
            {"step": "resolve", "state": "done", "words": "", "begun_at": f"{now}", "at": f"{now}"},
            {"step": "connect", "state": "under_way", "words": "", "begun_at": "", "at": ""},
        ]
    )

    page = member.get(at("precheck", precheck))
    html = page.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert 'hx-trigger="every 2s"' in html
    assert 'role="status">Step 2 of 6: connect.</p>' in html
    assert "Look up the host’s name State Done" in text(page)
    assert "Fetch the FHIR statement State Not started" in text(page)
    assert "Register this endpoint" not in html

    still = member.get(at("precheck", precheck) + "?refresh=off").content.decode()
    assert "http-equiv" not in still
    assert "hx-trigger" not in still
    assert "Look again now" in still


def test_a_report_says_what_fails_and_how_to_mend_it(
    member, supplier, supplier_editor, simulated, loopback, now
):
    simulated.switch("stu3")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    page = member.get(at("precheck", precheck))
    html, told = page.content.decode(), text(page)
    assert "http-equiv" not in html
    assert "hx-trigger" not in html
    assert (
        "5 of 6 checks pass; 1 fails: “The FHIR release is one that is accepted”. "
        "Registered as it stands"
    ) in told
    assert "Expected R4 Found 3.0.2 (STU3)" in told
    assert "How to mend it:" in told
    assert reverse("about_probing") + "#fhir.version" in html
    assert "Fetch the FHIR statement State Done HTTP 200 in " in told

    printed = text(member.get(at("precheck_report", precheck)))
    assert "CN=localhost" in printed
    assert "Report of the pre-check of" in printed


def test_a_report_is_downloaded_under_a_name(
    member, supplier, supplier_editor, simulated, loopback, now
):
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    for name in ("precheck_report", "precheck_download"):
        assert member.get(at(name, precheck)).status_code == 404
    run(now)

    answer = member.get(at("precheck_download", precheck))
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="precheck-{precheck.uuid}.json"'
    )
    assert json.loads(answer.content) == Precheck.objects.get().report


def test_what_cannot_be_reached_is_not_called_failing(
    member, supplier, supplier_editor, simulated, loopback, now
):
    simulated.switch("dead")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    told = text(member.get(at("precheck", precheck)))
    assert "Nothing could be judged:" in told
    assert "it would prove nothing: what cannot be told is not met" in told
    assert "Connect State No answer" in told
    assert "Fetch the FHIR statement State Not reached" in told
    assert "Does not apply" not in told


def test_what_was_given_up_says_why_and_can_be_asked_again(member, supplier, supplier_editor, now):
    precheck = asked(supplier, supplier_editor, now)
    Precheck.objects.update(finished_at=now, trouble="Our worker stopped.")
    assert "Our worker stopped." in text(member.get(at("precheck", precheck)))

    answer = member.post(at("precheck_again", precheck))
    newest = Precheck.objects.exclude(pk=precheck.pk).get()
    assert answer.url == at("precheck", newest)
    refused = member.post(at("precheck_again", precheck), follow=True)
    assert "is running already" in text(refused)
    assert Precheck.objects.count() == 2


def test_one_asked_for_without_a_product_is_registered_for_any(
    member, supplier, supplier_editor, product, now
):
    other = factories.make_product("aldermoor-rota", supplier=supplier)
    precheck = asked(supplier, supplier_editor, now)
    Precheck.objects.update(finished_at=now, trouble="Our worker stopped.")

    html = member.get(at("precheck", precheck)).content.decode()
    for each in (product, other):
        place = reverse("endpoint_register", kwargs={"ref": each.ref})
        assert f'href="{place}?precheck={precheck.uuid}"' in html


def test_a_form_is_not_filled_in_from_anothers_pre_check(
    client, product, rival, rival_editor, supplier_editor, now
):
    theirs = asked(rival, rival_editor, now, "https://brackenfell.example/")
    client.force_login(supplier_editor)
    place = reverse("endpoint_register", kwargs={"ref": product.ref})
    for said in (theirs.uuid, "nothing-like-this", "%00"):
        assert b"brackenfell" not in client.get(f"{place}?precheck={said}").content


def test_officers_and_auditors_read_it_and_only_members_register(
    client, supplier, supplier_editor, product, assessor, auditor, now
):
    precheck = asked(supplier, supplier_editor, now, product=product)
    Precheck.objects.update(finished_at=now, trouble="Our worker stopped.")

    def told(person) -> str:
        client.force_login(person)
        return text(client.get(at("precheck", precheck)))

    buttons = ("Register this endpoint", "Check again")
    assert [each in told(supplier_editor) for each in buttons] == [True, True]
    assert [each in told(assessor) for each in buttons] == [False, True]
    assert [each in told(auditor).partition("Steps")[0] for each in buttons] == [False, False]


def test_the_list_shows_those_of_ones_supplier(
    client, supplier, supplier_editor, rival, rival_editor, outsider, now
):
    asked(supplier, supplier_editor, now)
    client.force_login(rival_editor)
    assert "No pre-checks" in text(client.get(reverse("prechecks")))
    client.force_login(supplier_editor)
    assert "https://fhir.aldermoor.example/r4 State Waiting" in text(
        client.get(reverse("prechecks"))
    )
    client.force_login(outsider)
    assert client.get(reverse("prechecks")).status_code == 403


@pytest.mark.parametrize("many", [1, 50])
def test_the_list_asks_as_many_questions_for_many_as_for_one(
    member, supplier, many, now, django_assert_num_queries, settings
):
    settings.PRECHECKS_OF_A_SUPPLIER_A_DAY = 100
    for number in range(many):
        person = factories.make_member(supplier)
        asked(supplier, person, now - timedelta(minutes=1), f"https://h{number}.example/")
    member.get(reverse("prechecks"))
    with django_assert_num_queries(9):
        member.get(reverse("prechecks"))
