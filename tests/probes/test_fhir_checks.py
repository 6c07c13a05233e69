"""fhir.reachable, fhir.version and fhir.statement, both ways."""

import pytest

from registry.probes.rules.fhir import ORDER, accepts, release_of
from registry.probes.rules.observation import Trouble
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result
from tests.probes.seeing import ask, statement, visit

PASS, FAIL, WARN, UNKNOWN = Result.PASS, Result.FAIL, Result.WARN, Result.UNKNOWN
OUTCOME = {"resourceType": "OperationOutcome", "issue": []}
LOGIN = b"<html><title>Sign in</title><form></form></html>"


@pytest.mark.parametrize(
    ("body", "status", "result"),
    [
        (statement(), 200, PASS),
        (OUTCOME, 200, PASS),
        (OUTCOME, 404, PASS),
        (OUTCOME, 500, PASS),
        (b"", 401, PASS),
        (b"", 403, UNKNOWN),
        (b"", 404, UNKNOWN),
        (b"", 429, UNKNOWN),
        (b"", 503, UNKNOWN),
        (LOGIN, 200, UNKNOWN),
        (b"<html>Welcome</html>", 200, FAIL),
        ({"hello": "world"}, 200, FAIL),
        ({"resourceType": "Patient"}, 200, FAIL),
        ({"resourceType": 5}, 200, FAIL),
        ([], 200, FAIL),
        (b"", 200, FAIL),
    ],
)
def test_reachable_is_a_fhir_server_that_answers(body, status, result):
    assert ask("fhir.reachable", visit(metadata=body, status=status)).result is result


@pytest.mark.parametrize("check", ["fhir.reachable", "fhir.version", "fhir.statement"])
@pytest.mark.parametrize("trouble", [each for each in Trouble if each])
def test_what_cannot_be_reached_is_unknown(check, trouble):
    assert ask(check, visit(metadata=b"", trouble=trouble)).result is UNKNOWN


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("0.0.82", "DSTU1"),
        ("1.0.2", "DSTU2"),
        ("1.8.0", "STU3"),
        ("3.0.1", "STU3"),
        ("3.5.0", "R4"),
        ("4.0.0", "R4"),
        ("4.0.1", "R4"),
        ("4.0", "R4"),
        ("4.1.0", "R4B"),
        ("4.2.0", "R5"),
        ("4.3.0", "R4B"),
        ("4.3.0-cibuild", "R4B"),
        ("4.6.0", "R5"),
        ("5.0.0", "R5"),
        ("6.0.0-ballot2", "R6"),
        ("R4", ""),
        ("99.0.0", ""),
        ("", ""),
        (4.0, ""),
        (None, ""),
    ],
)
def test_releases_are_told_apart(version, release):
    assert release_of(version) == release
    assert not release or release in ORDER


def test_a_set_of_accepted_releases_and_versions():
    assert accepts(["R4"], "4.0.0")
    assert accepts(["4.0"], "4.0.1")
    assert accepts(["4.0.1"], "4.0.1")
    assert not accepts(["4.0.1"], "4.0.0")
    assert not accepts(["4.0"], "4.01.0")
    assert not accepts([], "4.0.1")


@pytest.mark.parametrize(
    ("version", "profile", "params", "result", "words"),
    [
        ("4.0.1", "fhir-r4", {}, PASS, "R4 is declared"),
        ("3.0.2", "fhir-r4", {}, FAIL, "older"),
        ("4.3.0", "fhir-r4", {}, FAIL, "newer"),
        ("5.0.0", "fhir-r4", {}, FAIL, "newer"),
        ("5.0.0", "fhir", {}, PASS, "R5 is declared"),
        ("4.0.1", "fhir", {"accepted": ["4.0.1"]}, PASS, ""),
        ("4.0.0", "fhir", {"accepted": ["4.0.1"]}, FAIL, "not among"),
        ("4.0.1", "fhir", {"accepted": ["STU3", "R5"]}, FAIL, "not among"),
        (None, "fhir-r4", {}, FAIL, "No release"),
        (4.0, "fhir-r4", {}, FAIL, "not text"),
        ("four", "fhir-r4", {}, FAIL, "none of FHIR's"),
    ],
)
def test_version(version, profile, params, result, words):
    seen = visit(metadata=statement(fhirVersion=version), profile=Profile(profile))
    finding = ask("fhir.version", seen, **params)
    assert (finding.result, words in finding.message) == (result, True), finding.message
    assert finding.where == "/fhirVersion"


def test_an_outcome_in_place_of_the_statement_tells_nothing_of_it():
    assert ask("fhir.version", visit(metadata=OUTCOME)).result is UNKNOWN
    assert ask("fhir.statement", visit(metadata=OUTCOME)).result is UNKNOWN


def resource(**changed):
    return [{"mode": "server", "resource": [{"type": "Patient"} | changed]}]


TWICE = {"searchParam": [{"name": "code"}, {"name": "date"}, {"name": "code"}]}


@pytest.mark.parametrize(
    ("changed", "result", "where"),
    [
        ({}, PASS, ""),
        ({"kind": "requirements"}, FAIL, "/kind"),
        ({"kind": "other"}, FAIL, "/kind"),
        ({"kind": None}, FAIL, "/kind"),
        ({"kind": ["instance"]}, FAIL, "/kind"),
        ({"kind": "capability", "implementation": None}, WARN, "/kind"),
        ({"implementation": None}, WARN, "/implementation"),
        ({"status": None}, FAIL, "/status"),
        ({"status": "live"}, FAIL, "/status"),
        ({"status": "unknown"}, PASS, ""),
        ({"format": None}, FAIL, "/format"),
        ({"format": "json"}, FAIL, "/format"),
        ({"format": ["xml"]}, FAIL, "/format"),
        ({"format": ["application/x-ndjson"]}, FAIL, "/format"),
        ({"format": ["xml", "application/fhir+json"]}, PASS, ""),
        ({"format": [5, "json"]}, PASS, ""),
        ({"date": None}, WARN, "/date"),
        ({"date": "This gets set from the java"}, WARN, "/date"),
        ({"version": "This gets set from the java"}, PASS, ""),
        ({"fhirVersion": None}, FAIL, "/fhirVersion"),
        ({"fhirVersion": 4.0}, FAIL, "/fhirVersion"),
        ({"resourceType": "Conformance"}, FAIL, "/resourceType"),
        ({"rest": None}, FAIL, "/rest"),
        ({"rest": {"mode": "server"}}, FAIL, "/rest"),
        ({"rest": []}, FAIL, "/rest"),
        ({"rest": ["server"]}, FAIL, "/rest"),
        ({"rest": [{"mode": "client"}]}, FAIL, "/rest"),
        ({"rest": [{"mode": "client"}, {"mode": "server"}]}, PASS, ""),
        ({"rest": [{"mode": "server", "resource": {}}]}, FAIL, "/rest/0/resource"),
        ({"rest": resource(type=5)}, FAIL, "/rest/0/resource/0/type"),
        ({"rest": resource(profile={"reference": "x"})}, FAIL, "/rest/0/resource/0/profile"),
        (
            {"rest": resource(interaction=[{"code": "reed"}])},
            FAIL,
            "/rest/0/resource/0/interaction/0/code",
        ),
        (
            {"rest": resource(interaction=[{"code": ["read"]}])},
            FAIL,
            "/rest/0/resource/0/interaction/0/code",
        ),
        ({"rest": resource(interaction="read")}, FAIL, "/rest/0/resource/0/interaction"),
        ({"rest": resource(**TWICE)}, FAIL, "/rest/0/resource/0/searchParam/2/name"),
        (
            {"rest": [{"mode": "server", "resource": [{"type": "Flag"}, {"type": "Flag"}]}]},
            FAIL,
            "/rest/0/resource/1/type",
        ),
    ],
)
def test_statement(changed, result, where):
    finding = ask("fhir.statement", visit(metadata=statement(**changed)))
    assert (finding.result, finding.where) == (result, where), finding.message


OLD_PROFILE = resource(profile={"reference": "https://example.test/Patient"})


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({"fhirVersion": "3.0.1", "acceptUnknown": "no", "rest": OLD_PROFILE}, PASS),
        ({"fhirVersion": "3.0.1", "acceptUnknown": "no"}, FAIL),
        (
            {
                "fhirVersion": "1.0.2",
                "acceptUnknown": "no",
                "rest": OLD_PROFILE,
                "resourceType": "Conformance",
            },
            PASS,
        ),
        ({"fhirVersion": "1.0.2", "acceptUnknown": "no", "rest": OLD_PROFILE}, FAIL),
        ({"fhirVersion": "4.3.0"}, PASS),
        ({"fhirVersion": "5.0.0"}, PASS),
    ],
)
def test_each_release_is_judged_by_its_own_shape(changed, result):
    assert ask("fhir.statement", visit(metadata=statement(**changed))).result is result


def test_every_fault_is_reported_and_a_report_stays_readable():
    bad = statement(kind="requirements", status="live", format=["xml"])
    finding = ask("fhir.statement", visit(metadata=bad))
    assert [point.where for point in finding.points if point.result is FAIL] == [
        "/kind",
        "/status",
        "/format",
    ]
    many = statement(rest=[{"mode": "server", "resource": [{"type": "Flag"}] * 500}])
    assert len(ask("fhir.statement", visit(metadata=many)).points) < 30


def test_a_byte_order_mark_is_read_and_remarked():
    import json

    body = b"\xef\xbb\xbf" + json.dumps(statement()).encode()
    assert ask("fhir.version", visit(metadata=body)).result is PASS
    finding = ask("fhir.statement", visit(metadata=body))
    assert (finding.result, finding.where) == (WARN, "body")


def test_a_name_that_stands_twice_fails():
    body = b'{"resourceType":"CapabilityStatement","kind":"instance","kind":"requirements"}'
    finding = ask("fhir.statement", visit(metadata=body))
    assert finding.result is FAIL
    assert any(point.actual == "kind" for point in finding.points)
