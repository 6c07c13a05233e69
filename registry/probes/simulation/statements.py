"""Synthetic documents that the simulated servers publish. Generated here, copied from nowhere."""

import json
from functools import lru_cache

# fmt: off
_RESOURCES = (
    "AllergyIntolerance", "Appointment", "CarePlan", "CareTeam", "Condition", "Coverage",
    "Device", "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare", "Flag",
    "Goal", "HealthcareService", "Immunization", "Location", "Medication", "MedicationRequest",
    "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner",
    "PractitionerRole", "Procedure", "QuestionnaireResponse", "RelatedPerson", "Schedule",
    "ServiceRequest", "Slot", "Specimen", "Task",
)
# fmt: on
_PARAMETERS = (
    ("_id", "token"),
    ("_lastUpdated", "date"),
    ("identifier", "token"),
    ("status", "token"),
    ("date", "date"),
    ("patient", "reference"),
    ("code", "token"),
    ("category", "token"),
)
_INTERACTIONS = ("read", "vread", "update", "create", "search-type", "history-instance")
_PROFILES = "https://fhir.simulation.example/StructureDefinition/"


def _resource(kind: str, *, old_profile: bool) -> dict:
    profile = _PROFILES + kind
    return {
        "type": kind,
        "profile": {"reference": profile} if old_profile else profile,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": False,
        "searchInclude": [f"{kind}:patient", f"{kind}:subject"],
        "searchParam": [
            {
                "name": name,
                "definition": f"https://fhir.simulation.example/SearchParameter/{kind}-{name}",
                "type": type_,
                "documentation": f"Finds resources of type {kind} by {name}.",
            }
            for name, type_ in _PARAMETERS
        ],
    }


def _statement(version: str, *, old_profile: bool = False) -> dict:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-05T09:00:00Z",
        "kind": "instance",
        "software": {"name": "Simulated server", "version": "1.0"},
        "implementation": {"description": "A simulated endpoint for demonstration and tests"},
        "fhirVersion": version,
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": True, "description": "OAuth 2.0 by SMART App Launch"},
                "resource": [_resource(kind, old_profile=old_profile) for kind in _RESOURCES],
            }
        ],
    }


@lru_cache
def r4_statement() -> bytes:
    """A valid R4 statement of about 60 KB."""
    return json.dumps(_statement("4.0.1")).encode()


def edition_of_r4_statement(edition: int) -> bytes:
    """The same statement of another edition of the software."""
    return r4_statement().replace(b'"version": "1.0"', b'"version": "1.%d"' % edition, 1)


@lru_cache
def stu3_statement() -> bytes:
    """A valid STU3 statement: its own version, and profiles as references."""
    statement = _statement("3.0.2", old_profile=True) | {"acceptUnknown": "no"}
    return json.dumps(statement).encode()


@lru_cache
def invalid_statement() -> bytes:
    """An R4 statement with several faults: kind, status, a resource twice, no JSON."""
    statement = _statement("4.0.1")
    statement |= {"kind": "requirements", "status": "live", "format": ["xml"]}
    statement["rest"][0]["resource"].append(_resource("Patient", old_profile=False))
    return json.dumps(statement).encode()


def smart_configuration(base: str, *, edition: int = 0) -> bytes:
    """A complete SMART configuration of the server at `base`; an edition has a scope of its own."""
    own = [f"system/Edition{edition}.rs"] if edition else []
    return json.dumps(
        {
            "issuer": base,
            "jwks_uri": f"{base}/jwks",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "scopes_supported": ["openid", "fhirUser", "launch", "patient/*.rs", *own],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": [
                "launch-ehr",
                "launch-standalone",
                "client-public",
                "client-confidential-asymmetric",
                "sso-openid-connect",
                "permission-patient",
                "permission-v2",
            ],
        }
    ).encode()


def operation_outcome(text: str) -> bytes:
    """An error in FHIR's own form."""
    issue = {"severity": "error", "code": "not-found", "diagnostics": text}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()
