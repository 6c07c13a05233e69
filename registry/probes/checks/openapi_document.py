"""openapi.document: the API is described by an OpenAPI 3 document."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from registry.probes.checks.base import Seen, check, failed, passed, untold
from registry.probes.checks.reading import is_html, published, unreadable
from registry.probes.rules.documents import Document
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Point, shorten
from registry.probes.rules.yaml_documents import read_yaml

_VERSION = re.compile(r"3\.\d+\.\d+(-.+)?")
# A name of the outermost mapping, which need not come first.
_YAML = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SHOWN = 10


@check(
    id="openapi.document",
    version=2,
    title="The API is described by an OpenAPI document",
    rationale=(
        "From a description that machines read, partners make clients and tests by themselves. "
        "One that is old, broken or points to plain http misleads them."
    ),
    reference="OpenAPI Specification 3.0 and 3.1, OpenAPI Object and Server Object",
    remedy=(
        "Publish the document as JSON or YAML at the registered address, with openapi 3.x, info "
        "with title and version, paths, and servers reached by https only."
    ),
    profiles=frozenset({Profile.OPENAPI}),
    captures=(CaptureName.OPENAPI,),
)
def judge(seen: Seen) -> Point | list[Point]:
    """Version, required members and the addresses of servers; no more is claimed."""
    problem = published(seen, CaptureName.OPENAPI)
    if problem:
        return problem
    exchange = seen.exchange(CaptureName.OPENAPI)
    read = exchange.document
    if read.error and not is_html(exchange) and _YAML.search(exchange.body):
        read = read_yaml(exchange.body)
        problem = _unread(read)
    else:
        problem = unreadable(seen, CaptureName.OPENAPI)
    if problem:
        return problem
    document = read.object
    found = [*_twice(read), *_version(document)]
    if not found:
        found = [*_members(document), *_servers(document, exchange.final_url)]
    return found or passed("The document is complete.", actual=shorten(document["openapi"]),
                           where="/openapi")  # fmt: skip


def _unread(document: Document) -> Point | None:
    """Of YAML: what is broken fails, what is well-formed and not read says nothing."""
    if document.object is not None:
        return None
    if document.error.startswith("YAML "):
        return untold("The document is YAML of a kind that we do not read.",
                      expected="JSON, or YAML that says what JSON could",
                      actual=shorten(document.error), where="body")  # fmt: skip
    return failed("The body is not well-formed YAML.", expected="YAML 1.2",
                  actual=shorten(document.error), where="body")  # fmt: skip


def _twice(document: Any) -> list[Point]:
    if not document.duplicate_names:
        return []
    names = shorten(", ".join(document.duplicate_names))
    return [failed("A name stands twice in one object, so two readers may read two things.",
                   expected="unique names", actual=names, where="/")]  # fmt: skip


def _version(document: dict) -> list[Point]:
    version = document.get("openapi")
    if isinstance(version, str) and _VERSION.fullmatch(version):
        return []
    if version is None and "swagger" in document:
        return [failed("The document is of Swagger, which came before OpenAPI 3.", expected="3.x",
                       actual=shorten(document["swagger"]), where="/swagger")]  # fmt: skip
    message = "No version is declared." if version is None else "The version is not 3.x."
    actual = "none" if version is None else shorten(version)
    return [failed(message, expected="3.x", actual=actual, where="/openapi")]


def _members(document: dict) -> list[Point]:
    found = []
    info = document.get("info") if isinstance(document.get("info"), dict) else {}
    for name in ("title", "version"):
        if not isinstance(info.get(name), str):
            found.append(failed(f"The {name} is missing.", expected="text",
                                actual=shorten(info.get(name, "none")),
                                where=f"/info/{name}"))  # fmt: skip
    # From 3.1 on, components or webhooks alone will do.
    wanted = ("paths",)
    if not document["openapi"].startswith("3.0."):
        wanted = ("paths", "components", "webhooks")
    if not any(isinstance(document.get(name), dict) for name in wanted):
        found.append(failed("Nothing is described.", expected=" or ".join(wanted), actual="none",
                            where="/paths"))  # fmt: skip
    return found


def _servers(document: dict, base: str) -> list[Point]:
    servers = document.get("servers", [])
    if not isinstance(servers, list):
        return [failed("The servers are not a list.", expected="a list",
                       actual=shorten(servers), where="/servers")]  # fmt: skip
    found = []
    for index, server in enumerate(servers):
        for url in _addresses(server):
            if url is None or not _is_https(url, base):
                found.append(failed("A server is not reached by https.", expected="https",
                                    actual=shorten(url if url is not None else server),
                                    where=f"/servers/{index}/url"))  # fmt: skip
    return found[:_SHOWN]


def _addresses(server: Any) -> list[str | None]:
    """The address with each value that its scheme may take; `None` when there is none."""
    url = server.get("url") if isinstance(server, dict) else None
    if not isinstance(url, str):
        return [None]
    first = _VARIABLE.match(url)
    schemes = _values(server, first[1]) if first else []
    urls = [url.replace(first[0], scheme, 1) for scheme in schemes] if schemes else [url]
    return [_VARIABLE.sub("x", each) for each in urls]


def _values(server: dict, name: str) -> list[str]:
    variables = server.get("variables")
    variable = variables.get(name) if isinstance(variables, dict) else None
    if not isinstance(variable, dict):
        return []
    allowed = variable.get("enum")
    values = [variable.get("default"), *(allowed if isinstance(allowed, list) else [])]
    return list(dict.fromkeys(value for value in values if isinstance(value, str)))


def _is_https(url: str, base: str) -> bool:
    """Whether the address, relative to the document's own, is reached by https."""
    try:
        parts = urlsplit(urljoin(base, url))
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc)
