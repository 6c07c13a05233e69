"""Synthetic pages and files that simulated sites publish, as they should be and spoilt."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def home_page() -> bytes:
    """A home page that links to its accessibility statement."""
    return (
        b"<!doctype html><html lang=en><title>Simulated site</title><h1>Simulated site</h1>"
        b'<a href="/accessibility-statement">Accessibility statement</a></html>'
    )


def security_txt(*, spoilt: bool) -> bytes:
    """In date for 200 days; spoilt, Expires has a form that was seen in the field."""
    end = datetime.now(UTC) + 200 * _DAY
    expires = "2030-01-01:12:00:00.000Z" if spoilt else f"{end:%Y-%m-%dT%H:%M:%SZ}"
    contact = "mailto:security@simulation.example"
    return f"# Simulated site\nContact: {contact}\nExpires: {expires}\n".encode()


def accessibility_statement(*, spoilt: bool) -> bytes:
    """Reviewed 60 days ago; spoilt, 500 days ago and without a version of WCAG."""
    day = datetime.now(UTC) - (500 if spoilt else 60) * _DAY
    against = "accessible" if spoilt else "compliant with WCAG 2.2 AA"
    return (
        "<!doctype html><html lang=en><title>Accessibility statement</title>"
        "<h1>Accessibility statement</h1>"
        f"<p>This site is partly {against}.</p>"
        f"<p>This statement was last reviewed on {day.day} {day:%B %Y}.</p></html>"
    ).encode()


def proof_file(tokens: Sequence[str]) -> bytes:
    """What proves control of the host for each supplier that was given one of the tokens."""
    return "\n".join(["# Proofs of control", *tokens, ""]).encode()


def openapi_document(base: str, *, spoilt: bool) -> bytes:
    """A small document of the server at `base`; spoilt, with a server of plain http."""
    servers = [{"url": base}, *([{"url": "http://old.simulation.example/"}] if spoilt else [])]
    answer = {"responses": {"200": {"description": "It is alive"}}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Simulated API", "version": "1.0.0"},
            "servers": servers,
            "paths": {"/health": {"get": answer}},
        }
    ).encode()
