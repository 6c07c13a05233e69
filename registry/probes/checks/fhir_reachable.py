"""fhir.reachable: a FHIR server answers at the address."""

from registry.probes.checks.base import Seen, check, failed, passed, untold
from registry.probes.checks.reading import (
    HTTP_OK,
    is_wall,
    not_an_object,
    unanswered,
)
from registry.probes.rules.fhir import STATEMENT_TYPES
from registry.probes.rules.observation import Exchange
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Point, shorten

_EXPECTED = "a FHIR resource, or a request for a token"
_OUTCOME = "OperationOutcome"
_UNAUTHORISED = 401


@check(
    id="fhir.reachable",
    version=1,
    title="A FHIR server answers",
    rationale="Another system can only talk to a server that is there and speaks FHIR.",
    reference="HL7 FHIR, RESTful API: capabilities interaction; OperationOutcome",
    remedy=(
        "Serve the FHIR API at the registered address. A gateway that asks for a token should "
        "answer 401, and errors should be OperationOutcome resources."
    ),
    profiles=FHIR_PROFILES,
    captures=(CaptureName.METADATA,),
)
def judge(seen: Seen) -> Point:
    """A statement or an OperationOutcome under any status, or a 401, is a FHIR server."""
    missing = unanswered(seen, CaptureName.METADATA)
    if missing:
        return missing
    exchange = seen.exchange(CaptureName.METADATA)
    status = str(exchange.status)
    kind = _resource_type(exchange)
    if kind in STATEMENT_TYPES or kind == _OUTCOME:
        return passed(f"A FHIR server answered with {kind}.", expected=_EXPECTED, actual=status)
    if exchange.status == _UNAUTHORISED:
        return passed("The server asks for a token.", expected=_EXPECTED, actual="401")
    if exchange.status != HTTP_OK or is_wall(exchange):
        return untold(
            "Something answered, but not the FHIR server itself.",
            expected=_EXPECTED,
            actual="a sign-in page or bot wall" if exchange.status == HTTP_OK else status,
            where="status",
        )
    return not_an_object(exchange) or failed(
        "The answer is not a FHIR resource that a server gives here.",
        expected=_EXPECTED,
        actual=shorten(kind) or "no resourceType",
        where="/resourceType",
    )


def _resource_type(exchange: Exchange) -> str:
    value = exchange.document.object
    kind = value.get("resourceType") if value else None
    return kind if isinstance(kind, str) else ""
