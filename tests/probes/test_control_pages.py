"""The pages on which a supplier proves its hosts, and officers look on and decide."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.probes.enums import Control, ControlState
from registry.probes.models import Endpoint, HostControl
from tests import factories
from tests.probes.proving import make_control

pytestmark = pytest.mark.django_db
AUTHORITY = "fhir.aldermoor.example:8443"


def place(name, row):
    return reverse(name, kwargs={"id": row.pk})


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def control(supplier, supplier_editor):
    return make_control(supplier, AUTHORITY, by=supplier_editor, due_at=None)


@pytest.fixture
def proved(control, now):
    HostControl.objects.update(state="proved", method="dns", proved_at=now)
    control.refresh_from_db()
    return control


def test_a_supplier_begins_from_its_endpoint_and_is_told_what_to_place_where(
    client, product, supplier_editor
):
    endpoint = factories.make_endpoint(product, f"https://{AUTHORITY}/r4", control="unproved")
    client.force_login(supplier_editor)
    page = text_of(client.get(place("endpoint", endpoint)))
    assert f"Prove that you control {AUTHORITY}" in page

    asked = {"supplier": product.supplier.ref, "address": AUTHORITY}
    answer = client.post(reverse("host_prove"), asked)

    begun = HostControl.objects.get()
    assert (begun.authority, begun.state) == (AUTHORITY, ControlState.WAITING)
    assert answer.url == place("host", begun)
    page = text_of(client.get(answer.url))
    for words in (
        f"https://{AUTHORITY}/.well-known/procurement-compliance-registry.txt",
        f"<code>{begun.token}</code>",
        "<code>_procurement-compliance-registry.fhir.aldermoor.example</code>",
        f"<code>pcr-token={begun.token}</code>",
        endpoint.url,
    ):
        assert words in page
    assert place("host", begun) in text_of(client.get(place("endpoint", endpoint)))


def test_a_host_can_be_proved_before_any_endpoint_exists(client, supplier_editor):
    client.force_login(supplier_editor)
    assert "Address" in text_of(client.get(reverse("host_prove")))

    client.post(
        reverse("host_prove"),
        {"supplier": "aldermoor", "address": "https://FHIR.aldermoor.example/r4"},
    )

    assert HostControl.objects.get().authority == "fhir.aldermoor.example"
    assert "Place the token, and have it checked" in text_of(client.get(reverse("hosts")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"address": ""}, "Enter the address of the host"),
        ({"address": "10.0.0.1"}, "The registry probes public addresses only"),
        ({"address": "http://fhir.example"}, "The URL must start with https://."),
        ({"supplier": "brackenfell"}, "Select a supplier from the list"),
        ({"address": "x" * 501}, "must be 500 characters or fewer"),
    ],
)
def test_bad_input_is_explained_and_begins_nothing(client, supplier_editor, rival, data, words):
    client.force_login(supplier_editor)
    asked = {"supplier": "aldermoor", "address": AUTHORITY} | data

    answer = client.post(reverse("host_prove"), asked)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not HostControl.objects.exists()


def test_who_acts_for_two_suppliers_says_for_which(client, supplier_editor, rival):
    rival.memberships.create(user=supplier_editor, role="editor", since=timezone.now())
    client.force_login(supplier_editor)
    assert "Which supplier controls it?" in text_of(client.get(reverse("host_prove")))
    answer = client.post(reverse("host_prove"), {"address": AUTHORITY})
    assert "Select the supplier that controls it" in answer.content.decode()

    client.post(reverse("host_prove"), {"address": AUTHORITY, "supplier": "brackenfell"})
    assert HostControl.objects.get().supplier == rival


def test_a_check_is_asked_for_and_awaited(client, control, supplier_editor):
    client.force_login(supplier_editor)
    page = text_of(client.get(place("host", control)))
    assert ("Check now" in page, "hx-trigger" in page) == (True, False)

    page = text_of(client.post(place("host_check", control), follow=True))

    control.refresh_from_db()
    assert control.due_at == control.asked_at
    assert control.due_at is not None
    assert "We are looking." in page
    assert ("Check now" in page, "hx-trigger" in page) == (False, True)
    assert client.get(place("host", control), headers={"hx-request": "true"}).status_code == 204
    assert "once in a minute" in text_of(client.post(place("host_check", control), follow=True))


def test_a_check_that_nobody_makes_is_said_to_be_late(client, control, supplier_editor):
    HostControl.objects.update(due_at=timezone.now() - timedelta(minutes=3))
    client.force_login(supplier_editor)

    page = text_of(client.get(place("host", control)))

    assert "should have been made by now" in page
    assert "hx-trigger" not in page


def test_what_each_way_found_is_told(client, control, supplier_editor, now):
    HostControl.objects.update(
        last_checked_at=now, file_words="There is <no> file.", dns_words="There is no such name."
    )
    client.force_login(supplier_editor)
    page = text_of(client.get(place("host", control)))
    assert "There is &lt;no&gt; file." in page
    assert "There is no such name." in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "proved", "method": "file"}, "Proved by a file on the host on 1 July 2026."),
        ({"state": "missing", "method": "dns"}, "Visits stop on 15 July 2026"),
        ({"state": "lost", "method": "dns"}, "visits have stopped. Put it back"),
        ({"state": "withdrawn", "reason": "A takeover"}, "Withdrawn on 1 July 2026: A takeover"),
    ],
)
def test_the_page_says_how_it_stands(client, control, supplier_editor, now, values, words):
    moments = {"proved_at": now, "decided_at": now, "decided_by": supplier_editor}
    if values["state"] in ("missing", "lost"):
        moments["failing_since"] = now
    HostControl.objects.update(**values, **moments)
    client.force_login(supplier_editor)
    assert words in text_of(client.get(place("host", control)))


def test_an_unproved_host_is_given_up(client, control, supplier_editor):
    client.force_login(supplier_editor)
    assert "was given up" in text_of(client.post(place("host_give_up", control), follow=True))
    assert not HostControl.objects.exists()


def test_an_officer_withdraws_with_a_reason_and_opens_again(
    client, proved, product, case_officer, supplier_editor
):
    endpoint = factories.make_endpoint(product, f"https://{AUTHORITY}/", control="proved")
    client.force_login(case_officer)
    assert place("host_withdraw", proved) in text_of(client.get(place("host", proved)))
    assert client.post(place("host_withdraw", proved), {"reason": " "}).status_code == 400
    client.post(place("host_withdraw", proved), {"reason": "Their domain was sold"})

    endpoint.refresh_from_db()
    proved.refresh_from_db()
    assert (endpoint.control, proved.state) == (Control.UNPROVED, ControlState.WITHDRAWN)
    again = client.post(place("host_withdraw", proved), {"reason": "Twice"})
    assert "withdrawn already" in again.content.decode()
    client.force_login(supplier_editor)
    page = text_of(client.get(place("host", proved)))
    assert "Their domain was sold" in page
    assert ("Check now" in page, proved.token in page) == (False, False)

    client.force_login(case_officer)
    client.post(place("host_reopen", proved), {"reason": "It was bought back"})
    proved.refresh_from_db()
    assert proved.state == ControlState.WAITING


@pytest.mark.parametrize("who", ["rival_editor", "buyer", "outsider"])
def test_others_do_not_see_it_nor_do_anything_to_it(client, control, request, who):
    before = HostControl.objects.values().get()
    client.force_login(request.getfixturevalue(who))
    for name in ("host", "host_check", "host_give_up", "host_withdraw", "host_reopen"):
        assert client.get(place(name, control)).status_code in (403, 404, 405)
        assert client.post(place(name, control), {"reason": "Mine"}).status_code in (403, 404, 405)
    assert HostControl.objects.values().get() == before


def test_everybody_reads_how_control_of_an_endpoint_is_known(client, proved, product, now):
    endpoint = factories.make_endpoint(product, f"https://{AUTHORITY}/", control="proved")
    vouched = factories.make_endpoint(
        product, "https://other.example/", control="vouched", vouched_at=now, vouch_reason="Secret"
    )
    page = text_of(client.get(place("endpoint", endpoint)))
    assert "Proved by the supplier with a record in the DNS on 1 July 2026" in page
    assert (proved.token in page, place("host", proved) in page) == (False, False)
    page = text_of(client.get(place("endpoint", vouched)))
    assert "Vouched for by an officer on 1 July 2026" in page
    assert "Secret" not in page

    HostControl.objects.update(state="missing", failing_since=now)
    page = text_of(client.get(place("endpoint", endpoint)))
    assert "visits stop on 15 July 2026, unless it is back before" in page


def test_officers_see_which_waiting_endpoints_have_a_proof_under_way(
    client, control, product, assessor
):
    factories.make_endpoint(product, f"https://{AUTHORITY}/", control="unproved")
    factories.make_endpoint(product, "https://other.example/", control="unproved")
    client.force_login(assessor)
    page = text_of(client.get(reverse("endpoints_waiting")))
    assert place("host", control) in page
    assert "Not begun" in page


def test_an_officer_reads_what_the_supplier_owes_and_may_have_it_checked(
    client, control, case_officer, auditor
):
    client.force_login(case_officer)
    page = text_of(client.get(place("host", control)))
    assert "The supplier has been told what to place where." in page
    assert ("Prove that you control" in page, "Check now" in page) == (False, True)
    client.force_login(auditor)
    page = text_of(client.get(place("host", control)))
    assert ("Check now" in page, place("host_withdraw", control) in page) == (False, False)


def test_strangers_learn_what_the_request_for_a_proof_looks_like(client):
    page = text_of(client.get(reverse("about_probing")))
    assert "/.well-known/procurement-compliance-registry.txt" in page
    assert "_procurement-compliance-registry.HOST" in page


@pytest.mark.parametrize("many", [1, 50])
@pytest.mark.parametrize("name", ["hosts", "endpoints_waiting"])
def test_as_many_questions_for_fifty_as_for_one(
    client, supplier, product, assessor, supplier_editor, many, name, django_assert_num_queries
):
    for number in range(many):
        make_control(supplier, f"host{number}.example", by=supplier_editor)
        factories.make_endpoint(product, f"https://host{number}.example/", control="unproved")
    client.force_login(assessor)
    client.get("/")
    with django_assert_num_queries({"hosts": 9, "endpoints_waiting": 8}[name]):
        page = text_of(client.get(reverse(name)))
    assert page.count("host0.example") >= 1
    assert Endpoint.objects.count() == many
