"""smart.configuration: the SMART App Launch discovery document is complete."""

from collections.abc import Callable
from typing import Any

from registry.probes.checks.base import Parameter, Seen, check, failed, passed
from registry.probes.checks.reading import unreadable
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName, Profile
from registry.probes.rules.results import Point, Result, shorten

_PKCE = "code_challenge_methods_supported"
_LAUNCHES = ("launch-ehr", "launch-standalone")
_ABSENT = (404, 410)
_OPENID = "sso-openid-connect"


@check(
    id="smart.configuration",
    version=1,
    title="Apps can find out how to be authorised",
    rationale=(
        "An app that a patient or clinician opens must find where to ask for access, and must "
        "be able to prove that the answer is for it (PKCE with S256)."
    ),
    reference="HL7 SMART App Launch 2.2, .well-known/smart-configuration; RFC 7636; RFC 8414",
    remedy=(
        "Publish .well-known/smart-configuration with token_endpoint, grant types, capabilities "
        "and S256 among the PKCE methods, plain left out; with OpenID Connect also issuer and "
        "jwks_uri."
    ),
    profiles=frozenset({Profile.SMART}) | FHIR_PROFILES,
    captures=(CaptureName.SMART_CONFIGURATION,),
    parameters={
        "capabilities": Parameter(list, [], "Capabilities that must be among those declared.")
    },
)
def judge(seen: Seen) -> Point | list[Point]:
    """Required members and types, PKCE, and what a claim of OpenID Connect brings with it."""
    problem = _not_offered(seen) or unreadable(seen, CaptureName.SMART_CONFIGURATION)
    if problem:
        return problem
    document = seen.exchange(CaptureName.SMART_CONFIGURATION).document.object
    found = [
        *_required(document),
        *_pkce(document),
        *_openid(document),
        *_wanted(document, seen.params["capabilities"]),
    ]
    return found or passed("The configuration is complete.", where="/")


def _not_offered(seen: Seen) -> Point | None:
    """A FHIR server need not offer SMART; one registered as SMART is not let off."""
    exchange = seen.exchange(CaptureName.SMART_CONFIGURATION)
    absent = exchange is not None and exchange.answered and exchange.status in _ABSENT
    if not absent or seen.profile is Profile.SMART:
        return None
    return Point(
        Result.NOT_APPLICABLE,
        "No configuration is published; a FHIR server need not offer SMART.",
        actual=str(exchange.status),
        where="status",
    )


def _is_https(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("https://") and len(value) > len("https://")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


_URL = "an https URL"
_TEXTS = "a list of text"


def _member(
    document: dict, name: str, fits: Callable[[Any], bool], expected: str, why: str = ""
) -> list[Point]:
    value = document.get(name)
    if fits(value):
        return []
    message = f"{name} is {'missing' if value is None else 'not ' + expected}{why}."
    actual = "none" if value is None else shorten(value)
    return [failed(message, expected=expected, actual=actual, where=f"/{name}")]


def _capabilities(document: dict) -> list[str]:
    declared = document.get("capabilities")
    return [c for c in declared if isinstance(c, str)] if isinstance(declared, list) else []


def _required(document: dict) -> list[Point]:
    found = _member(document, "capabilities", _is_texts, _TEXTS)
    found += _member(document, "token_endpoint", _is_https, _URL)
    found += _member(document, "grant_types_supported", _is_texts, _TEXTS)
    if any(launch in _capabilities(document) for launch in _LAUNCHES):
        why = ", though launching apps is declared"
        found += _member(document, "authorization_endpoint", _is_https, _URL, why)
    return found


def _pkce(document: dict) -> list[Point]:
    found = _member(document, _PKCE, _is_texts, _TEXTS)
    if found:
        return found
    methods = document[_PKCE]
    if "S256" not in methods:
        found.append(failed("S256 is not offered.", expected="S256",
                            actual=shorten(", ".join(methods)), where=f"/{_PKCE}"))  # fmt: skip
    if "plain" in methods:
        found.append(failed("The plain method is offered.", expected="no plain",
                            actual=shorten(", ".join(methods)), where=f"/{_PKCE}"))  # fmt: skip
    return found


def _openid(document: dict) -> list[Point]:
    if _OPENID not in _capabilities(document):
        return []
    why = f", though {_OPENID} is declared"
    return [
        *_member(document, "issuer", _is_https, _URL, why),
        *_member(document, "jwks_uri", _is_https, _URL, why),
    ]


def _wanted(document: dict, capabilities: list[str]) -> list[Point]:
    declared = _capabilities(document)
    return [
        failed("A capability that is asked for is not declared.", expected=wanted,
               actual=shorten(", ".join(declared)), where="/capabilities")
        for wanted in capabilities
        if wanted not in declared
    ]  # fmt: skip
