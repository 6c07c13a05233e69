"""A visit in the form in which it is stored and printed: plain JSON values."""

import json
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache
from typing import Any

from registry.probes.rules.observation import (
    CertificateFacts,
    Exchange,
    LegacyFacts,
    Observation,
    Timings,
    TlsFacts,
    Trouble,
)

_STEPS = tuple(each.name for each in fields(Timings))


class VisitOutcome(StrEnum):
    """How a visit ended. Unreachable and non-conformant are different things."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    ERROR = "error"


def outcome_of(visit: Observation) -> VisitOutcome:
    """Answered when HTTP came back, or a handshake that only an old TLS would make."""
    troubles = {exchange.trouble for exchange in visit.exchanges.values()}
    if any(exchange.answered for exchange in visit.exchanges.values()) or visit.legacy.accepted:
        return VisitOutcome.ANSWERED
    if Trouble.OURS in troubles:
        return VisitOutcome.ERROR
    if Trouble.FORBIDDEN in troubles:
        return VisitOutcome.REFUSED
    return VisitOutcome.UNREACHABLE


def detail_of(visit: Observation) -> str:
    """Why nothing was answered, in words; empty when something was."""
    if visit.tls_detail:
        return visit.tls_detail
    return next((e.detail for e in visit.exchanges.values() if e.detail), "")


def tls_record(visit: Observation) -> dict[str, Any]:
    """The handshake and what it showed; empty without one."""
    legacy = {"legacy": _legacy(visit.legacy)}
    if visit.tls is None:
        return {"trouble": visit.tls_trouble.value, "detail": visit.tls_detail} | legacy
    return _tls(visit.tls) | legacy


def _legacy(legacy: LegacyFacts) -> dict[str, Any]:
    said = {"asked": legacy.asked, "accepted": legacy.accepted, "detail": legacy.detail}
    return said | ({"asked_at": legacy.asked_at.isoformat()} if legacy.asked_at else {})


def _tls(tls: TlsFacts) -> dict[str, Any]:
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "name_matches": tls.name_matches,
        "problems": [
            {"code": each.code, "depth": each.depth, "message": each.message}
            for each in tls.problems
        ],
        "chain": [_certificate(each) for each in tls.chain],
    }


@lru_cache(maxsize=4096)
def _certificate(facts: CertificateFacts) -> dict[str, Any]:
    return {
        "subject": facts.subject,
        "issuer": facts.issuer,
        "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(),
        "key": facts.key,
        "signature": facts.signature,
        "names": list(facts.names),
        "sha256": facts.sha256,
    }


def captures_record(visit: Observation) -> dict[str, dict[str, Any]]:
    """Each capture by name, its body by the hash of its canonical form only."""
    return {name.value: _capture(exchange) for name, exchange in visit.exchanges.items()}


def _capture(exchange: Exchange) -> dict[str, Any]:
    return {
        "url": exchange.url,
        "final_url": exchange.final_url,
        "redirects": [list(hop) for hop in exchange.hops],
        "status": exchange.status,
        "headers": exchange.headers,
        "sha256": exchange.sha256,
        "bytes": exchange.received,
        "trouble": exchange.trouble.value,
        "error": exchange.detail,
        "timings": timings_record(exchange.timings),
    }


def timings_record(timings: Timings) -> dict[str, float]:
    """Seconds to the tenth of a millisecond; steps that were not reached left out."""
    return {
        name: round(value, 4) for name in _STEPS if (value := getattr(timings, name)) is not None
    }


def report(visit: Observation, findings: list) -> dict[str, Any]:
    """The whole visit and what was found at it (docs/checks/README.md)."""
    return {
        "url": visit.url,
        "profile": visit.profile.value,
        "at": visit.at.isoformat(),
        "outcome": outcome_of(visit).value,
        "detail": detail_of(visit),
        "timings": timings_record(visit.timings),
        "tls": tls_record(visit),
        "captures": captures_record(visit),
        "findings": [finding.as_dict() for finding in findings],
    }


def report_text(report: dict[str, Any]) -> str:
    """A report as it is printed and downloaded: the same, whether it was kept meanwhile or not.

    PostgreSQL keeps no order of names, so they are sorted.
    """
    return json.dumps(report, indent=2, sort_keys=True) + "\n"
