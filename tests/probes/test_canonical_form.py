"""Under which hash a body is stored: what says the same is stored once."""

import json

import pytest

from registry.probes.rules.canonical import canonical_hash
from registry.probes.rules.documents import read_document
from tests.probes.seeing import statement
from tests.probes.test_samples import FOLDER, body

samples = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no samples in {FOLDER}")


def hashed(value, capture="metadata") -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return canonical_hash(text, read_document(text), capture=capture)


@samples
def test_a_date_stamped_per_request_changes_no_hash():
    one, other = body("hostile/volatile_date_a.json"), body("hostile/volatile_date_b.json")
    assert one != other
    assert hashed(one) == hashed(other)


@samples
@pytest.mark.parametrize("name", ["crucible_hapi_stu3_large", "lantern_cerner_dstu2", "bfd_v2_r4"])
def test_a_real_statement_written_otherwise_and_stamped_anew_has_the_same_hash(name):
    said = json.loads(body(f"fhir/{name}.json"))
    again = dict(reversed(said.items())) | {
        "date": "2026-11-25T17:00:01.123+00:00",
        "meta": {"lastUpdated": "2026-11-25T17:00:01Z", "versionId": "7"},
        "id": "generated-7",
        "text": {"status": "generated", "div": "<div>Made at 17:00:01</div>"},
    }
    stamped = hashed({**said, "date": "2026-11-24"})
    assert hashed(json.dumps(again, indent=4).encode()) == stamped
    assert hashed({**again, "fhirVersion": "5.0.0"}) != stamped
    assert hashed({**again, "software": {"name": "Other"}}) != stamped


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"date": "2027"}, True),
        ({"date": "2026-07-01T12:00:00+01:00"}, True),
        # Judged by fhir.statement, so told apart; how it is malformed is not.
        ({"date": "Wed Nov 25 17:00:11 GMT 2026"}, False),
        ({"date": None}, False),
        ({"id": "x"}, True),
        ({"meta": {"lastUpdated": "2026-07-01T12:00:00Z"}}, True),
        ({"version": "2"}, False),
        ({"software": {"name": "S", "releaseDate": "2026-07-01"}}, False),
    ],
)
def test_of_a_statement_only_what_is_stamped_is_left_out(changed, same):
    assert (hashed(statement(**changed)) == hashed(statement())) is same


def test_two_malformed_dates_are_one():
    one, other = (statement(date=f"Wed Nov 25 17:00:1{n} GMT 2026") for n in (1, 2))
    assert hashed(one) == hashed(other)


def test_the_order_of_a_list_matters_since_findings_name_places_in_it():
    assert hashed(statement(format=["json", "xml"])) != hashed(statement(format=["xml", "json"]))


def test_an_error_that_stands_for_a_statement_is_stored_once():
    outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "login"}]}
    assert hashed(outcome | {"id": "1"}) == hashed(outcome | {"id": "2"})


def test_a_smart_configuration_has_nothing_volatile():
    config = {"issuer": "https://a.test", "id": "1", "date": "2026-01-01"}
    for name in config:
        assert hashed(config, "smart_configuration") != hashed(
            config | {name: "other"}, "smart_configuration"
        )


def test_of_an_openapi_document_stamps_in_extensions_are_left_out():
    def document(**more):
        return {"openapi": "3.1.0", "info": {"title": "T", "version": "1", **more}}

    plain = hashed(document(), "openapi")
    assert hashed(document(**{"x-generated-at": "2026-07-01T12:00:00Z"}), "openapi") == plain
    assert hashed(document() | {"x-built": "2026-07-01 12:00:00"}, "openapi") == plain
    assert hashed(document(**{"x-audience": "company"}), "openapi") != plain
    assert hashed(document(version="2026-07-01T12:00:00Z"), "openapi") != plain


def test_what_is_no_json_is_hashed_as_it_is():
    for one, other in [
        (b"Expires: 2027-01-01", b"Expires: 2027-01-02"),
        (b'{"a": 1,', b'{"a":1,'),
        (b'{"a": 1, "a": 2}', b'{"a": 3, "a": 2}'),
    ]:
        assert hashed(one) != hashed(other)
        assert hashed(one) == hashed(one)


def test_a_web_page_is_stored_once_whatever_token_it_was_given():
    def page(token: str, words: str = "Hello") -> bytes:
        return (
            f'<!doctype html><html><script nonce="{token}">x()</script><form>'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            f'<input name="q" value="kept"></form><p>{words}</p></html>'
        ).encode()

    assert hashed(page("one"), "root") == hashed(page("two"), "root")
    assert hashed(page("one"), "root") != hashed(page("one", "Bye"), "root")
    assert hashed(page("one"), "root") != hashed(page("one").replace(b"kept", b"lost"), "root")


@samples
@pytest.mark.parametrize("name", ["deep_nesting", "truncated", "empty_body", "json_array"])
def test_hostile_bodies_have_a_hash(name):
    assert len(hashed(body(f"hostile/{name}.json"))) == 64
