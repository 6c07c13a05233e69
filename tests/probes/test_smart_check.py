"""smart.configuration, both ways."""

import pytest

from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result
from tests.probes.seeing import ask, visit

PASS, FAIL, UNKNOWN = Result.PASS, Result.FAIL, Result.UNKNOWN


def configuration(**changed):
    whole = {
        "issuer": "https://auth.example.test",
        "jwks_uri": "https://auth.example.test/jwks",
        "authorization_endpoint": "https://auth.example.test/authorize",
        "token_endpoint": "https://auth.example.test/token",
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["launch-ehr", "sso-openid-connect"],
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


PKCE = "code_challenge_methods_supported"
BACKEND = {
    "capabilities": ["client-confidential-asymmetric"],
    "authorization_endpoint": None,
    "issuer": None,
    "jwks_uri": None,
}


@pytest.mark.parametrize(
    ("changed", "result", "where"),
    [
        ({}, PASS, "/"),
        (BACKEND, PASS, "/"),
        ({"token_endpoint": None}, FAIL, "/token_endpoint"),
        ({"token_endpoint": "http://auth.example.test/token"}, FAIL, "/token_endpoint"),
        ({"token_endpoint": ["https://x"]}, FAIL, "/token_endpoint"),
        ({"authorization_endpoint": None}, FAIL, "/authorization_endpoint"),
        ({"capabilities": None}, FAIL, "/capabilities"),
        ({"capabilities": []}, FAIL, "/capabilities"),
        ({"capabilities": "launch-ehr"}, FAIL, "/capabilities"),
        ({"capabilities": ["launch-ehr", 5]}, FAIL, "/capabilities"),
        ({"grant_types_supported": None}, FAIL, "/grant_types_supported"),
        ({PKCE: None}, FAIL, f"/{PKCE}"),
        ({PKCE: ["plain"]}, FAIL, f"/{PKCE}"),
        ({PKCE: ["S256", "plain"]}, FAIL, f"/{PKCE}"),
        ({"issuer": None}, FAIL, "/issuer"),
        ({"jwks_uri": None}, FAIL, "/jwks_uri"),
        ({"jwks_uri": None, "capabilities": ["launch-ehr"]}, PASS, "/"),
    ],
)
def test_configuration(changed, result, where):
    seen = visit(smart=configuration(**changed), profile=Profile.SMART)
    finding = ask("smart.configuration", seen)
    assert (finding.result, finding.where) == (result, where), finding.message


def test_capabilities_that_a_criterion_asks_for():
    seen = visit(smart=configuration(), profile=Profile.SMART)
    assert ask("smart.configuration", seen, capabilities=["launch-ehr"]).result is PASS
    finding = ask("smart.configuration", seen, capabilities=["permission-v2"])
    assert (finding.result, finding.expected) == (FAIL, "permission-v2")


@pytest.mark.parametrize("status", [404, 410])
def test_a_fhir_server_need_not_offer_smart(status):
    def found(profile):
        return ask("smart.configuration", visit(smart=b"", status=status, profile=profile)).result

    assert found(Profile.FHIR_R4) is Result.NOT_APPLICABLE
    assert found(Profile.SMART) is UNKNOWN


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_refusal_tells_nothing(status):
    assert ask("smart.configuration", visit(smart=b"", status=status)).result is UNKNOWN


@pytest.mark.parametrize("body", [b"", b"{", [], b"<html>Hello</html>"])
def test_what_is_not_an_object_fails(body):
    assert ask("smart.configuration", visit(smart=body)).result is FAIL
