"""Endpoints and their last results in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.probes.models import Host
from tests import factories
from tests.probes.proving import make_control

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_with_what_is_held_of_each_check(client, endpoint, simulated, probe, now):
    probe(now)
    simulated.switch("stu3")
    probe(now + timedelta(hours=6))

    (facts,) = client.get("/api/v1/endpoints/").json()["results"]

    assert (facts["product"], facts["address"], facts["profile"]) == (
        endpoint.product.ref,
        simulated.url,
        "fhir-r4",
    )
    assert (facts["in_service"], facts["last_outcome"]) == (["2023-01-01", None], "answered")
    checks = {check["check"]: check for check in facts["checks"]}
    assert checks["fhir.version"]["result"] == "pass"
    assert checks["fhir.version"]["failures"] == 1
    assert checks["fhir.version"]["since"] == "2026-07-01"
    assert checks["fhir.version"]["finding"] == {
        "result": "fail",
        "message": "FHIR STU3 is older than what is accepted here.",
        "expected": "R4",
        "actual": "3.0.2 (STU3)",
        "where": "/fhirVersion",
    }
    assert client.get(facts["url"]).json() == facts


def test_how_control_of_a_host_is_proved(client, product, supplier, now):
    make_control(supplier, "a.example", state="proved", method="dns", proved_at=now)
    gone = {"state": "missing", "method": "file", "proved_at": now, "failing_since": now}
    make_control(supplier, "b.example:8443", **gone)
    make_control(supplier, "c.example")
    factories.make_endpoint(product, "https://a.example/", control="proved")
    factories.make_endpoint(product, "https://b.example:8443/", control="proved")
    factories.make_endpoint(product, "https://c.example/", control="unproved")
    factories.make_endpoint(product, "https://d.example/")

    told = {
        facts["address"]: (facts["control"], facts["proof"])
        for facts in client.get("/api/v1/endpoints/").json()["results"]
    }

    since = {"proved_at": "2026-07-01T11:00:00+00:00"}
    stands = {"missing_since": None, "visits_stop_at": None}
    stops = {
        "missing_since": "2026-07-01T11:00:00+00:00",
        "visits_stop_at": "2026-07-15T11:00:00+00:00",
    }
    assert told == {
        "https://a.example/": ("proved", {"method": "dns"} | since | stands),
        "https://b.example:8443/": ("proved", {"method": "file"} | since | stops),
        "https://c.example/": ("unproved", None),
        "https://d.example/": ("vouched", None),
    }


def test_whether_anybody_visits_it_now(client, product):
    now = timezone.now()
    for name in ("a", "b", "c"):
        factories.make_endpoint(product, f"https://{name}.example/")
    factories.make_pause(host="a.example", since=now - timedelta(minutes=5))
    factories.make_pause(host="b.example", since=now - timedelta(days=2), until=now)
    Host.objects.create(name="c.example", not_before=now + timedelta(hours=1))

    def told(**asked) -> dict[str, bool]:
        rows = client.get("/api/v1/endpoints/", asked).json()["results"]
        return {row["address"][8]: row["left_alone"] for row in rows}

    assert told() == {"a": True, "b": False, "c": True}


def test_only_of_products_that_may_be_seen(client, supplier, supplier_editor):
    hidden = factories.make_endpoint(factories.make_product(supplier=supplier, state="draft"))

    assert client.get("/api/v1/endpoints/").json()["count"] == 0
    assert client.get(f"/api/v1/endpoints/{hidden.pk}/").status_code == 404
    client.force_login(supplier_editor)
    assert client.get("/api/v1/endpoints/").json()["count"] == 1


def test_narrowed_by_product_profile_and_outcome(client, product):
    factories.make_endpoint(product, last_outcome="answered")
    factories.make_endpoint(product, "https://x.test/", profile="smart")
    factories.make_endpoint(factories.make_product("other"))

    def count(query):
        return client.get(f"/api/v1/endpoints/?{query}").json()["count"]

    assert count(f"product={product.ref}") == 2
    assert count("profile=smart") == 1
    assert count("outcome=answered") == 1
    assert client.get("/api/v1/endpoints/?outcome=odd").status_code == 400
    assert client.get("/api/v1/endpoints/?odd=1").status_code == 400


@pytest.mark.parametrize("many", [1, 50])
def test_as_many_questions_for_fifty_as_for_one(
    client, product, many, django_assert_num_queries, on
):
    for number in range(many):
        endpoint = factories.make_endpoint(product, f"https://x.test/{number}", control="proved")
        endpoint.check_states.create(check_id="tls.version", result="pass", since=on)
    with django_assert_num_queries(6):
        assert len(client.get("/api/v1/endpoints/").json()["results"]) == many
