"""A stored visit as an observation again, so that a rule of today can judge what was seen then.

The other way round of rules/records.py. What was not stored cannot be told: a capture whose body
is no longer kept is left out, and a header that is not among those kept is noted when a check
asks for it. A body is one of those with the same canonical form, so its volatile fields (the
date of a statement) may be those of another answer.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from registry.probes.rules.observation import (
    CertificateFacts,
    ChainProblem,
    Exchange,
    LegacyFacts,
    Observation,
    Timings,
    TlsFacts,
    Trouble,
)
from registry.probes.rules.profiles import CaptureName, Profile


class StoredHeaders(dict):
    """Headers as they were kept. Asking for one that never is kept is noted in `missed`."""

    def __init__(self, headers: Mapping[str, str], kept: Collection[str]):
        super().__init__(headers)
        self._kept = kept
        self.missed: set[str] = set()

    def _note(self, name: str) -> None:
        if name not in self._kept and not super().__contains__(name):
            self.missed.add(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)


def rebuild(
    *,
    url: str,
    profile: Profile,
    at: datetime,
    tls: Mapping[str, Any],
    captures: Mapping[str, Mapping[str, Any]],
    bodies: Mapping[str, bytes],
    kept_headers: Collection[str],
) -> Observation:
    """The observation of a stored visit. `bodies` are by the hash of their canonical form."""
    exchanges = {}
    for name, record in captures.items():
        if name in set(CaptureName) and (not record["sha256"] or record["sha256"] in bodies):
            capture = CaptureName(name)
            exchanges[capture] = _exchange(capture, record, bodies, kept_headers)
    return Observation(
        url=url,
        profile=profile,
        at=at,
        exchanges=exchanges,
        tls=_tls(tls) if "version" in tls else None,
        tls_trouble=Trouble(tls.get("trouble", "")),
        tls_detail=tls.get("detail", ""),
        legacy=_legacy(tls.get("legacy")),
    )


def missed_headers(seen: Observation) -> set[str]:
    """The headers that were asked for and never are kept."""
    found: set[str] = set()
    for exchange in seen.exchanges.values():
        if isinstance(exchange.headers, StoredHeaders):
            found |= exchange.headers.missed
    return found


def _exchange(
    capture: CaptureName,
    record: Mapping[str, Any],
    bodies: Mapping[str, bytes],
    kept_headers: Collection[str],
) -> Exchange:
    exchange = Exchange(
        capture=capture,
        url=record["url"],
        final_url=record["final_url"],
        trouble=Trouble(record["trouble"]),
        detail=record["error"],
        status=record["status"],
        headers=StoredHeaders(record["headers"], kept_headers),
        body=bodies.get(record["sha256"], b""),
        received=record["bytes"],
        hops=tuple((status, location) for status, location in record["redirects"]),
        timings=Timings(**record["timings"]),
    )
    if record["sha256"]:
        exchange.known_as(record["sha256"])
    return exchange


def _tls(record: Mapping[str, Any]) -> TlsFacts:
    return TlsFacts(
        version=record["version"],
        cipher=record["cipher"],
        chain=tuple(map(_certificate, record["chain"])),
        problems=tuple(
            ChainProblem(each["code"], each["depth"], each["message"])
            for each in record["problems"]
        ),
        name_matches=record["name_matches"],
    )


def _certificate(record: Mapping[str, Any]) -> CertificateFacts:
    dates = {name: datetime.fromisoformat(record[name]) for name in ("not_before", "not_after")}
    return CertificateFacts(**(dict(record) | dates | {"names": tuple(record["names"])}))


def _legacy(record: Mapping[str, Any] | None) -> LegacyFacts:
    if record is None:
        return LegacyFacts(asked=False)
    asked_at = record.get("asked_at")
    return LegacyFacts(
        asked=record["asked"],
        accepted=record["accepted"],
        detail=record["detail"],
        asked_at=datetime.fromisoformat(asked_at) if asked_at else None,
    )
