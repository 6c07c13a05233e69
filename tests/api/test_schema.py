"""The OpenAPI document says what the API answers, and a page says the same to people."""

import io

import jsonschema
import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_made_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_the_document_is_published_as_json_and_as_yaml(client, db):
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert b"openapi: 3." in client.get("/api/v1/schema/?format=yaml").content


ADDRESSES = [
    ("/api/v1/standards/", "standards/"),
    ("/api/v1/standards/{code}/", "standards/RFC8996/"),
    ("/api/v1/standards/{code}/burn-down/", "standards/DCB0129/burn-down/"),
    ("/api/v1/products/", "products/"),
    ("/api/v1/products/{ref}/", "products/aldermoor-record/"),
    ("/api/v1/products/{ref}/", "products/aldermoor-rota/"),
    ("/api/v1/products/{ref}/timeline/", "products/aldermoor-record/timeline/"),
    ("/api/v1/products/{ref}/replacements/", "products/aldermoor-record/replacements/"),
    ("/api/v1/products/{ref}/changes/", "products/aldermoor-record/changes/"),
    ("/api/v1/changes/", "changes/?page_size=3"),
    (
        "/api/v1/products/{ref}/standards/{code}/",
        "products/aldermoor-rota/standards/DCB0129/?as_of=2027-01-01",
    ),
    ("/api/v1/suppliers/", "suppliers/"),
    ("/api/v1/suppliers/{ref}/", "suppliers/aldermoor/"),
    ("/api/v1/endpoints/", "endpoints/"),
]


@pytest.mark.parametrize(("path", "address"), ADDRESSES)
def test_answers_are_as_the_document_says(document, ask, path, address):
    answer = document["paths"][path]["get"]["responses"]["200"]
    schema = next(iter(answer["content"].values()))["schema"]
    whole = {**_strict(_with_nulls(document)), **_strict(_with_nulls(schema))}
    jsonschema.Draft202012Validator(whole).validate(ask(address))


def _with_nulls(schema):
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_with_nulls(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    translated = {key: _with_nulls(each) for key, each in schema.items() if key != "nullable"}
    return (
        {"anyOf": [{"type": "null"}, translated]}
        if schema.get("nullable") is True
        else (translated)
    )


def _strict(schema):
    """Names that the document does not know are a mistake too."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(each) for key, each in schema.items()}
    if strict.get("type") == "object" and "properties" in strict:
        strict["additionalProperties"] = False
    return strict


# The methods beside GET.
WRITTEN = {"/api/v1/prechecks/": {"post"}, "/api/v1/evidence/": {"post"}}


def test_every_method_says_that_it_may_refuse(document):
    for path, methods in document["paths"].items():
        if path != "/api/v1/schema/":
            for read in methods.keys() & {"get"}:
                assert {"200", "400", "404"} <= set(methods[read]["responses"]), path
            assert set(methods) - {"get"} == WRITTEN.get(path, set()), path


def test_a_method_that_writes_says_who_may_and_how_often(document):
    for path, methods in WRITTEN.items():
        for method in methods:
            answers = document["paths"][path][method]["responses"]
            made = "202" if "202" in answers else "201"
            assert {made, "400", "403", "429"} <= set(answers)
            assert "Retry-After" in answers["429"]["headers"]
            assert "Location" in answers[made]["headers"]


def test_the_page_names_every_address_parameter_and_object(client, db, document):
    html = client.get("/api/v1/docs/").content.decode()
    for path, methods in document["paths"].items():
        if path == "/api/v1/schema/":
            continue
        for method in methods:
            assert f"{method.upper()} {path}" in html
        for parameter in methods.get("get", {}).get("parameters", []):
            assert f">{parameter['name']}</th>" in html
    assert 'id="schema-ProductFacts"' in html
    assert "<script>" not in html


def test_the_root_lists_what_there_is(client, db):
    assert set(client.get("/api/v1/").json()) == {
        "standards",
        "changes",
        "products",
        "suppliers",
        "organisations",
        "endpoints",
        "prechecks",
        "evidence",
    }
