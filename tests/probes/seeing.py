"""Visits made up for checks, which need no network."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from registry.probes.checks import get_check
from registry.probes.checks.judging import judge_one
from registry.probes.rules.observation import (
    CertificateFacts,
    Exchange,
    LegacyFacts,
    Observation,
    TlsFacts,
    Trouble,
)
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Finding

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def certificate(**changed: Any) -> CertificateFacts:
    """A good certificate with 100 days left."""
    facts = {
        "subject": "CN=fhir.example.test",
        "issuer": "CN=Authority",
        "not_before": NOON - timedelta(days=30),
        "not_after": NOON + timedelta(days=100),
        "key": "EC secp256r1",
        "signature": "sha256",
        "names": ("fhir.example.test",),
        "sha256": "00",
    }
    return CertificateFacts(**(facts | changed))


def tls(**changed: Any) -> TlsFacts:
    """A good handshake."""
    facts = {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "chain": (certificate(),)}
    return TlsFacts(**(facts | changed))


def visit(
    *,
    metadata: Any = None,
    smart: Any = None,
    openapi: Any = None,
    security_txt: Any = None,
    accessibility_statement: Any = None,
    root: Any = None,
    headers: dict[str, str] | None = None,
    final_url: str = "https://fhir.example.test/",
    statuses: dict[CaptureName, int] | None = None,
    status: int = 200,
    trouble: Trouble = Trouble.NONE,
    profile: Profile = Profile.FHIR_R4,
    tls_facts: TlsFacts | None = None,
    legacy: LegacyFacts = LegacyFacts(asked=True),  # noqa: B008 - frozen
) -> Observation:
    """A visit whose bodies are these: octets as they are, anything else as JSON."""
    exchanges = {
        capture: Exchange(
            capture,
            "https://fhir.example.test/",
            final_url,
            trouble=trouble,
            detail=trouble.value,
            status=None if trouble else (statuses or {}).get(capture, status),
            headers=headers or {},
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        )
        for capture, body in (
            (CaptureName.METADATA, metadata),
            (CaptureName.SMART_CONFIGURATION, smart),
            (CaptureName.OPENAPI, openapi),
            (CaptureName.SECURITY_TXT, security_txt),
            (CaptureName.ACCESSIBILITY_STATEMENT, accessibility_statement),
            (CaptureName.ROOT, root),
        )
        if body is not None
    }
    return Observation(
        url="https://fhir.example.test/",
        profile=profile,
        at=NOON,
        exchanges=exchanges,
        tls=tls_facts,
        legacy=legacy,
    )


def ask(check_id: str, seen: Observation, **params: Any) -> Finding:
    """What one check finds in `seen`."""
    check = get_check(check_id)
    return judge_one(seen, check, check.complete(params))


def statement(**changed: Any) -> dict[str, Any]:
    """A small valid R4 statement; a member set to `None` is left out."""
    whole = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-05",
        "kind": "instance",
        "implementation": {"description": "A server"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": "Patient",
                        "profile": "https://example.test/Patient",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [{"name": "family", "type": "string"}],
                    }
                ],
            }
        ],
    } | changed
    return {name: value for name, value in whole.items() if value is not None}
