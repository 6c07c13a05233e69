"""What several checks ask of an answer before they can judge what it says.

The field's facts live here: gateways answer 404 on discovery paths and 401 without a token,
neither is a failure; bot walls, limits, outages and sign-in pages say nothing of the product.
"""

import re

from registry.probes.checks.base import Seen, failed, untold
from registry.probes.rules.fhir import STATEMENT_TYPES, release_of
from registry.probes.rules.observation import Exchange, Trouble
from registry.probes.rules.profiles import CaptureName
from registry.probes.rules.results import Point, shorten

HTTP_OK = 200
# What a site answers for a page that it does not have.
ABSENT = (404, 410)
_SAYS_NOTHING = {
    401: "The server asks for a token before it answers.",
    403: "The server, or a bot wall before it, refused us.",
    404: "Nothing is published here. Gateways hide discovery paths, so this is no failure.",
    407: "A proxy asks for credentials.",
    408: "The server gave up waiting.",
    410: "Nothing is published here any more.",
    425: "The server wants to be asked later.",
    429: "The server asked us to come less often.",
}
# Words of pages that stand in front of a service: sign-in forms, bot walls, consent pages.
_WALL = re.compile(
    rb"type=[\"']?password|sign[ -]?in|log[ -]?in|captcha|challenge|verify you are|"
    rb"access denied|just a moment",
    re.IGNORECASE,
)
_SCANNED = 64 * 1024
_HTML = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)


def unanswered(seen: Seen, capture: CaptureName) -> Point | None:
    """The UNKNOWN that a missing answer means; `None` when one was read."""
    exchange = seen.exchange(capture)
    if exchange is None:
        return untold("This visit did not ask for it.", where=capture.value)
    if exchange.answered:
        return None
    message = {
        Trouble.UNTRUSTED: "The certificate does not show who answered, so nothing was asked.",
        Trouble.FORBIDDEN: "Our own guard refused the address.",
    }.get(exchange.trouble, "The endpoint could not be reached.")
    return untold(message, actual=shorten(exchange.detail), where=capture.value)


def says_nothing(exchange: Exchange, *, walls: bool = True) -> Point | None:
    """The UNKNOWN of an answer that says nothing of the product; `None` of any other.

    Without `walls` only its status is asked: a page for people may well offer to sign in.
    """
    status = exchange.status or 0
    message = _SAYS_NOTHING.get(status)
    if message is None and status >= 500:
        message = "The server reported an error of its own."
    if message is None and walls and is_wall(exchange):
        message = "A sign-in page or a bot wall answered in place of the service."
    return untold(message, expected="200", actual=str(status), where="status") if message else None


def is_html(exchange: Exchange) -> bool:
    """Whether the body is a page for people, whatever its header says."""
    return bool(_HTML.match(exchange.body.removeprefix(b"\xef\xbb\xbf")))


def is_wall(exchange: Exchange) -> bool:
    """Whether the body is a page that stands in front of a service."""
    return is_html(exchange) and bool(_WALL.search(exchange.body[:_SCANNED]))


def not_an_object(exchange: Exchange) -> Point | None:
    """The FAIL of a body that is not one JSON object; `None` when it is."""
    document = exchange.document
    if is_html(exchange):
        return failed("A page for people answered.", expected="JSON", actual="HTML", where="body")
    if document.error:
        return failed(
            "The body is not well-formed JSON.",
            expected="JSON (RFC 8259)",
            actual=shorten(document.error),
            where="body",
        )
    if document.object is None:
        return failed(
            "The body is JSON, but not an object.",
            expected="an object",
            actual=_KINDS.get(type(document.value), "a value"),
            where="/",
        )
    return None


def published(seen: Seen, capture: CaptureName, *, walls: bool = True) -> Point | None:
    """Why a page that a site should have cannot be judged, or `None` when it can.

    Unlike a gateway's discovery path, a page that a site does not have is a FAIL.
    """
    missing = unanswered(seen, capture)
    if missing:
        return missing
    exchange = seen.exchange(capture)
    more = {"expected": "200", "actual": str(exchange.status), "where": "status"}
    if exchange.status in ABSENT:
        return failed("Nothing is published here.", **more)
    silent = says_nothing(exchange, walls=walls)
    if silent or exchange.status == HTTP_OK:
        return silent
    return failed("The answer is not a success.", **more)


_KINDS = {list: "an array", str: "text", int: "a number", float: "a number", bool: "a boolean"}


def unreadable(seen: Seen, capture: CaptureName) -> Point | None:
    """Why the capture cannot be judged as a JSON object, or `None` when it can."""
    missing = unanswered(seen, capture)
    if missing:
        return missing
    exchange = seen.exchange(capture)
    silent = says_nothing(exchange)
    if silent:
        return silent
    if exchange.status != HTTP_OK:
        return failed(
            "The answer is not a success.",
            expected="200",
            actual=str(exchange.status),
            where="status",
        )
    return not_an_object(exchange)


def no_statement(seen: Seen) -> Point | None:
    """Why there is no FHIR statement to judge, or `None` when there is one."""
    problem = unreadable(seen, CaptureName.METADATA)
    if problem:
        return problem
    kind = seen.exchange(CaptureName.METADATA).document.object.get("resourceType")
    if kind in STATEMENT_TYPES:
        return None
    return untold(
        "The server did not show its statement.",
        expected=" or ".join(STATEMENT_TYPES),
        actual=shorten(kind) if kind is not None else "no resourceType",
        where="/resourceType",
    )


def release_told(seen: Seen, statement: dict) -> str:
    """The declared release; else the profile's; else what the resource type tells."""
    fallback = "DSTU2" if statement.get("resourceType") == "Conformance" else "R4"
    declared = release_of(statement.get("fhirVersion"))
    return declared or seen.profile.spec.fhir_release or fallback
