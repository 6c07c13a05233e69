"""The pages of an endpoint, and who may do what there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from registry.probes.enums import Control
from registry.probes.models import Endpoint
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(product):
    return factories.make_endpoint(product)


def address(name, endpoint):
    return reverse(name, kwargs={"id": endpoint.pk})


@pytest.mark.django_db(transaction=True)
def test_anyone_reads_what_the_prober_found(client, product, simulated, probe, now):
    endpoint = factories.make_endpoint(product, simulated.url)
    probe(now)
    simulated.switch("stu3")
    probe(now + timedelta(hours=6))

    text = client.get(address("endpoint", endpoint)).content.decode()

    assert simulated.url in text
    assert "FHIR STU3 is older than what is accepted here." in text
    assert "Failed 1 of the 3 times, over at least 24 hours, that confirm a failure" in text
    assert "days left" in text
    assert "Probe now" not in text


def test_an_endpoint_of_a_draft_is_not_shown_to_others(client, supplier, supplier_editor):
    endpoint = factories.make_endpoint(factories.make_product(supplier=supplier, state="draft"))

    assert client.get(address("endpoint", endpoint)).status_code == 404
    client.force_login(supplier_editor)
    assert client.get(address("endpoint", endpoint)).status_code == 200


def form(**more):
    return {
        "url": "https://fhir.aldermoor.example/r4",
        "profile": "fhir-r4",
        "in_service_from": "2026-07-01",
    } | more


def test_a_supplier_registers_an_endpoint_that_waits_for_proof_of_control(
    client, product, supplier_editor
):
    client.force_login(supplier_editor)
    place = reverse("endpoint_register", kwargs={"ref": product.ref})

    assert client.get(place).status_code == 200
    answer = client.post(place, form())

    made = Endpoint.objects.get()
    assert answer.url == address("endpoint", made)
    assert (made.host, made.control) == ("fhir.aldermoor.example", Control.UNPROVED)
    text = client.get(answer.url).content.decode()
    assert "visited when its supplier has proved that it controls the host, or an officer" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "http://fhir.aldermoor.example/"}, "The URL must start with https://."),
        ({"url": "https://10.0.0.1/"}, "The registry probes public addresses only"),
        ({"url": "https://a:b@fhir.aldermoor.example/"}, "must not contain a user name"),
        ({"url": ""}, "Enter the address of the endpoint"),
        ({"profile": "soap"}, "cannot be chosen here"),
        ({"in_service_until": "2026-07-01"}, "must be after 1 July 2026"),
    ],
)
def test_bad_input_is_explained_and_registers_nothing(
    client, product, supplier_editor, changed, words
):
    client.force_login(supplier_editor)
    answer = client.post(reverse("endpoint_register", kwargs={"ref": product.ref}), form(**changed))

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_an_address_is_registered_once_for_a_product(client, product, supplier_editor):
    client.force_login(supplier_editor)
    place = reverse("endpoint_register", kwargs={"ref": product.ref})
    client.post(place, form())

    answer = client.post(place, form())

    assert "registered for this product already" in answer.content.decode()
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize("who", ["rival_editor", "assessor", "buyer", "outsider"])
def test_nobody_else_registers_an_endpoint(client, product, request, who):
    client.force_login(request.getfixturevalue(who))
    answer = client.post(reverse("endpoint_register", kwargs={"ref": product.ref}), form())

    assert answer.status_code == 403
    assert not Endpoint.objects.exists()


def test_an_officer_vouches_with_a_reason(client, product, case_officer):
    endpoint = factories.make_endpoint(product, control="unproved")
    client.force_login(case_officer)

    assert client.post(address("endpoint_vouch", endpoint), {"reason": " "}).status_code == 400
    client.post(address("endpoint_vouch", endpoint), {"reason": "Letter of 3 March"})

    endpoint.refresh_from_db()
    assert endpoint.control == Control.VOUCHED
    assert (endpoint.vouched_by, endpoint.vouch_reason) == (case_officer, "Letter of 3 March")


@pytest.mark.parametrize("who", ["supplier_owner", "auditor", "buyer", "outsider"])
def test_nobody_else_vouches(client, product, request, who):
    endpoint = factories.make_endpoint(product, control="unproved")
    client.force_login(request.getfixturevalue(who))

    answer = client.post(address("endpoint_vouch", endpoint), {"reason": "I say so"})

    endpoint.refresh_from_db()
    assert answer.status_code == 403
    assert endpoint.control == Control.UNPROVED


def test_a_probe_can_be_asked_for_and_not_twice_at_once(client, endpoint, supplier_editor):
    due = endpoint.due_at
    client.force_login(supplier_editor)

    client.post(address("endpoint_probe_now", endpoint))
    endpoint.refresh_from_db()
    first = endpoint.asked_at
    answer = client.post(address("endpoint_probe_now", endpoint), follow=True)

    endpoint.refresh_from_db()
    assert first is not None
    assert endpoint.asked_at == first
    assert endpoint.due_at == due
    assert "once in 10 minutes" in answer.content.decode()


@pytest.mark.parametrize("who", ["rival_editor", "buyer", "outsider"])
def test_nobody_else_asks_for_a_probe(client, endpoint, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(address("endpoint_probe_now", endpoint)).status_code == 403
    endpoint.refresh_from_db()
    assert endpoint.asked_at is None


def test_strangers_learn_how_they_are_probed(client):
    text = client.get(reverse("about_probing")).content.decode()

    assert "tls.version" in text
    assert "Retry-After" in text


def test_officers_find_the_endpoints_that_wait_for_them(client, endpoint, assessor, product):
    waiting = factories.make_endpoint(product, "https://new.example.test/r4")
    Endpoint.objects.filter(pk=waiting.pk).update(control=Control.UNPROVED)
    Endpoint.objects.filter(pk=endpoint.pk).update(control=Control.VOUCHED)
    client.force_login(assessor)
    text = client.get(reverse("endpoints_waiting")).content.decode()
    assert f'href="{address("endpoint", waiting)}"' in text
    assert endpoint.url not in text
    assert f'href="{reverse("endpoints_waiting")}"' in client.get("/worklist/").content.decode()

    Endpoint.objects.update(control=Control.VOUCHED)
    assert "Nothing waits" in client.get(reverse("endpoints_waiting")).content.decode()


def test_only_the_national_team_sees_which_endpoints_wait(client, supplier_editor):
    assert client.get(reverse("endpoints_waiting")).status_code == 302
    client.force_login(supplier_editor)
    assert client.get(reverse("endpoints_waiting")).status_code == 403
