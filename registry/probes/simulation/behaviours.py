"""How a simulated server behaves: what it shows in the handshake, and what it answers."""

import ssl
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from registry.probes.rules.proofs import WELL_KNOWN_PATH
from registry.probes.simulation import sites, statements
from registry.probes.simulation.authority import Authority


class Behaviour(StrEnum):
    """The behaviours by name, as `manage.py simulate --switch NAME BEHAVIOUR` takes them."""

    CONFORMANT = "conformant"
    STU3 = "stu3"
    EXPIRED = "expired"
    TLS10 = "tls10"
    NO_STATEMENT = "no-statement"
    INVALID = "invalid"
    SLOW = "slow"
    DEAD = "dead"
    FLAPPING = "flapping"
    # For tests, and for whoever wants to see them.
    NOT_YET_VALID = "not-yet-valid"
    WRONG_HOST = "wrong-host"
    SELF_SIGNED = "self-signed"
    UNAUTHORISED = "unauthorised"
    LEGACY = "legacy"
    CHANGING = "changing"


# The servers that `manage.py simulate` runs, in the order of their ports.
SERVERS = (
    Behaviour.CONFORMANT,
    Behaviour.STU3,
    Behaviour.EXPIRED,
    Behaviour.TLS10,
    Behaviour.NO_STATEMENT,
    Behaviour.INVALID,
    Behaviour.SLOW,
    Behaviour.DEAD,
    Behaviour.FLAPPING,
)
_CERTIFICATES = {
    Behaviour.EXPIRED: "expired",
    Behaviour.NOT_YET_VALID: "not-yet-valid",
    Behaviour.WRONG_HOST: "wrong-host",
    Behaviour.SELF_SIGNED: "self-signed",
}
FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `delay` is in seconds, `headers` come on top of the usual ones."""

    status: str
    body: bytes
    content_type: str = FHIR_JSON
    delay: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


# Longer than any deadline of a visit.
SLOW_SECONDS = 300.0


@lru_cache(maxsize=64)
def server_context(folder: Path, behaviour: Behaviour) -> ssl.SSLContext:
    """The server's side of the handshake."""
    authority = Authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if behaviour in (Behaviour.TLS10, Behaviour.LEGACY):
        _speak_old_tls(context, only=behaviour is Behaviour.TLS10)
    context.load_cert_chain(authority.server_file(_CERTIFICATES.get(behaviour, "good")))
    return context


def _speak_old_tls(context: ssl.SSLContext, *, only: bool) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python warns that TLS 1.0 is deprecated: that is what this server is there to show.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        if only:
            context.maximum_version = ssl.TLSVersion.TLSv1


def reply(
    behaviour: Behaviour, path: str, *, base: str, turn: int, tokens: Sequence[str] = ()
) -> Reply:
    """The answer to a GET of `path`. `turn` counts the visits to this path, from 0.

    `tokens` are what proves control of the host, published in a file where there are any.
    """
    if behaviour is Behaviour.SLOW:
        return Reply("200 OK", b"", delay=SLOW_SECONDS)
    if behaviour is Behaviour.UNAUTHORISED:
        return Reply("401 Unauthorized", b"", "text/plain")
    if path == WELL_KNOWN_PATH and tokens and behaviour is not Behaviour.NO_STATEMENT:
        return Reply("200 OK", sites.proof_file(tokens), "text/plain")
    if path.endswith("/metadata"):
        return _metadata(behaviour, turn)
    if path.endswith("/.well-known/smart-configuration"):
        if behaviour is Behaviour.NO_STATEMENT:
            return _missing()
        prefix = path.removesuffix("/.well-known/smart-configuration")
        edition = turn if behaviour is Behaviour.CHANGING else 0
        body = statements.smart_configuration(base + prefix, edition=edition)
        return Reply("200 OK", body, "application/json")
    return _site(behaviour, path, base=base, turn=turn)


def _site(behaviour: Behaviour, path: str, *, base: str, turn: int) -> Reply:
    """A site's pages and files, and at `/openapi.json` the description of an API."""
    spoilt = _is_spoilt(behaviour, turn)
    found = {
        "/": ("text/html", sites.home_page),
        "/.well-known/security.txt": ("text/plain", lambda: sites.security_txt(spoilt=spoilt)),
        "/accessibility-statement": (
            "text/html",
            lambda: sites.accessibility_statement(spoilt=spoilt),
        ),
        "/openapi.json": ("application/json", lambda: sites.openapi_document(base, spoilt=spoilt)),
    }.get(path)
    if found is None or behaviour is Behaviour.NO_STATEMENT:
        return _missing()
    content_type, body = found
    return Reply("200 OK", body(), content_type, headers=() if spoilt else (sites.HSTS,))


def _is_spoilt(behaviour: Behaviour, turn: int) -> bool:
    return behaviour is Behaviour.INVALID or (behaviour is Behaviour.FLAPPING and turn % 2 == 1)


def _missing() -> Reply:
    return Reply("404 Not Found", b"Not found\n", "text/plain")


def _metadata(behaviour: Behaviour, turn: int) -> Reply:
    if behaviour is Behaviour.NO_STATEMENT:
        return _missing()
    if _is_spoilt(behaviour, turn):
        return Reply("200 OK", statements.invalid_statement())
    if behaviour is Behaviour.STU3:
        return Reply("200 OK", statements.stu3_statement())
    if behaviour is Behaviour.CHANGING:
        return Reply("200 OK", statements.edition_of_r4_statement(turn))
    return Reply("200 OK", statements.r4_statement())
