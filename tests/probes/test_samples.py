"""Real statements and configurations, and broken bodies, where they are at hand.

They are not part of the project: a folder named by SAMPLES_DIR, or beside the project.
"""

import json
import os
from pathlib import Path

import pytest

from registry.probes.checks import all_checks, judge
from registry.probes.rules.capabilities import compare
from registry.probes.rules.fhir import release_of
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result
from tests.probes.seeing import ask, tls, visit

FOLDER = Path(
    os.environ.get("SAMPLES_DIR", Path(__file__).resolve().parents[3] / "shared" / "samples")
)
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no samples in {FOLDER}")
PASS, FAIL, WARN, UNKNOWN = Result.PASS, Result.FAIL, Result.WARN, Result.UNKNOWN


def body(name: str) -> bytes:
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"no sample {file}")
    return file.read_bytes()


@pytest.mark.parametrize(
    ("name", "release", "statement"),
    [
        ("bars_api_v1_0.json", "R4", PASS),
        ("bars_api_v1_4.json", "R4", PASS),
        ("bfd_v2_r4.json", "R4", WARN),
        ("crucible_hapi_stu3_large.json", "STU3", PASS),
        ("crucible_r4b_example.json", "R4B", PASS),
        ("gpconnect_demonstrator_structured_stu3.json", "STU3", WARN),
        ("gpconnect_demonstrator_stu3.json", "STU3", WARN),
        ("gpconnect_spec_example_stu3.json", "STU3", WARN),
        ("inferno_smart_metadata_r4_min.json", "R4", FAIL),
        ("lantern_cerner_dstu2.json", "DSTU2", WARN),
        ("lantern_epic_stu3.json", "STU3", WARN),
        ("lantern_test_r4.json", "R4", PASS),
        ("uscore_311_server_requirements.json", "R4", FAIL),
    ],
)
def test_real_statements(name, release, statement):
    seen = visit(metadata=body(f"fhir/{name}"), profile=Profile.FHIR)
    assert ask("fhir.reachable", seen).result is PASS
    version = ask("fhir.version", seen, accepted=[release])
    assert version.result is PASS, version.message
    found = ask("fhir.statement", seen)
    assert found.result is statement, found.message


@pytest.mark.parametrize(
    ("name", "reachable", "version", "statement"),
    [
        ("bom_prefixed.json", PASS, PASS, WARN),
        ("deep_nesting.json", FAIL, FAIL, FAIL),
        ("duplicate_keys.json", PASS, PASS, FAIL),
        ("duplicate_resource_type.json", PASS, PASS, FAIL),
        ("empty_body.json", FAIL, FAIL, FAIL),
        ("fhir_version_missing.json", PASS, FAIL, FAIL),
        ("fhir_version_number.json", PASS, FAIL, FAIL),
        ("html_login_page.html", UNKNOWN, UNKNOWN, UNKNOWN),
        ("json_array.json", FAIL, FAIL, FAIL),
        ("rest_is_object.json", PASS, PASS, FAIL),
        ("truncated.json", FAIL, FAIL, FAIL),
        ("volatile_date_a.json", PASS, PASS, PASS),
        ("wrong_resource_type_operationoutcome.json", PASS, UNKNOWN, UNKNOWN),
    ],
)
def test_broken_bodies(name, reachable, version, statement):
    seen = visit(metadata=body(f"hostile/{name}"))
    found = [ask(f"fhir.{each}", seen).result for each in ("reachable", "version", "statement")]
    assert found == [reachable, version, statement]


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("fhirkit_well_known.json", {"grant_types_supported", "code_challenge_methods_supported"}),
        ("lantern_cerner_smart.json", {"grant_types_supported", "jwks_uri"}),
        (
            "lantern_sandbox_smart.json",
            {"grant_types_supported", "code_challenge_methods_supported"},
        ),
    ],
)
def test_real_smart_configurations_of_before_pkce_lack_what_it_needs(name, missing):
    found = ask("smart.configuration", visit(smart=body(f"smart/{name}"), profile=Profile.SMART))
    assert found.result is FAIL
    assert {point.where.strip("/") for point in found.points} == missing


def every_sample() -> list[str]:
    if not FOLDER.is_dir():
        return []
    folders = ("fhir", "smart", "hostile")
    files = (file for folder in folders for file in sorted((FOLDER / folder).iterdir()))
    return [f"{file.parent.name}/{file.name}" for file in files if file.suffix != ".csv"]


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("name", every_sample())
def test_every_check_finds_something_in_every_sample(name, profile):
    octets = body(name)
    asked = {"metadata": octets, "smart": octets, "openapi": octets, "root": octets}
    asked |= {"security_txt": octets, "accessibility_statement": octets}
    checks = [(each, each.complete({})) for each in all_checks()]
    findings = judge(visit(**asked, profile=profile, tls_facts=tls()), checks)
    assert {found.check for found in findings} == {
        each.id for each in all_checks() if each.applies_to(profile)
    }
    assert [found for found in findings if found.result is Result.ERROR] == []


STATEMENTS = [name for name in every_sample() if name.startswith("fhir/")]


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_real_statement_has_what_it_requires_itself(name):
    real = json.loads(body(name))
    assert compare(real, real, release_of(real["fhirVersion"])) == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_real_statement_against_a_national_requirement(name):
    wanted = json.loads(body("fhir/uscore_311_server_requirements.json"))
    real = json.loads(body(name))
    finding = ask("fhir.capabilities", visit(metadata=real, profile=Profile.FHIR), required=wanted)
    assert finding.result is FAIL
    if real["kind"] != "requirements" and release_of(real["fhirVersion"]) != "R4":
        assert (finding.where, finding.expected) == ("/fhirVersion", "FHIR R4")


def test_a_real_server_lacks_just_what_is_taken_from_it():
    real = json.loads(body("fhir/bfd_v2_r4.json"))
    wanted = json.loads(json.dumps(real)) | {"kind": "requirements"}
    seen = visit(metadata=real, profile=Profile.FHIR)
    assert ask("fhir.capabilities", seen, required=wanted).result is PASS
    gone = real["rest"][0]["resource"].pop(0)["type"]
    (point,) = compare(real, wanted, "R4")
    assert (point.expected, point.where) == (f"SHALL: resource {gone}", "/rest/0/resource")
