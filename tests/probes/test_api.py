"""Endpoints and their last results in the API."""

from datetime import timedelta

import pytest

from tests import factories

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
        endpoint = factories.make_endpoint(product, f"https://x.test/{number}")
        endpoint.check_states.create(check_id="tls.version", result="pass", since=on)
    with django_assert_num_queries(4):
        assert len(client.get("/api/v1/endpoints/").json()["results"]) == many
