"""Does one FHIR statement declare at least what another requires?

After HL7's CapabilityStatement (DSTU2: Conformance) with `kind` requirements, and the extension
capabilitystatement-expectation (DSTU2: conformance-expectation): SHALL where nothing is said.
Each statement is read by its own release's shape. What is malformed is not declared.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from registry.probes.rules.fhir import (
    STATEMENT_TYPES,
    Shape,
    is_json_format,
    release_of,
    shape_of,
)
from registry.probes.rules.results import Point, Result, shorten

_EXPECTATIONS = frozenset(
    f"http://hl7.org/fhir/StructureDefinition/{name}-expectation"
    for name in ("capabilitystatement", "conformance")
)
SHALL, SHOULD = "SHALL", "SHOULD"
_LEVELS = (SHALL, SHOULD, "MAY", "SHOULD-NOT")
# Kinds of things that are declared, and the member of the live statement that would hold them.
FORMAT, PATCH, RESOURCE, PROFILE = "format", "patch format", "resource", "profile"
INTERACTION, SEARCH, OPERATION = "interaction", "search parameter", "operation"
_MEMBERS = {RESOURCE: "resource", INTERACTION: "interaction", SEARCH: "searchParam",
            OPERATION: "operation"}  # fmt: skip
# One server may lack a thousand things; a report of it need not name them all.
MAX_POINTS = 50


class Declared(NamedTuple):
    """One thing that a statement declares.

    `scope` is a resource's type, empty for the whole server. `detail` is a search parameter's
    type, a profile's version or an operation's definition. `where` is a JSON pointer.
    """

    kind: str
    scope: str
    name: str
    where: str
    level: str = SHALL
    detail: str = ""

    @property
    def words(self) -> str:
        """As people read it."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.kind} {self.name}{detail}" + (f" of {self.scope}" if self.scope else "")


def declared(statement: dict[str, Any], shape: Shape) -> list[Declared]:
    """Everything that the statement's servers declare, in the statement's order."""
    found = [
        Declared(FORMAT, "", _format_name(name), where, level)
        for name, where, level in _texts(statement, "format", "")
    ]
    found += [
        Declared(PATCH, "", name.strip().lower(), where, level)
        for name, where, level in _texts(statement, "patchFormat", "")
    ]
    if shape.profile_is_reference:
        for index, entry in _objects(statement.get("profile")):
            found += _reference(entry, "", f"/profile/{index}")
    for at, rest in servers(statement):
        found += _members(rest, "", at)
        for index, resource in _objects(rest.get("resource")):
            found += _resource(resource, f"{at}/resource/{index}", shape)
    return found


def servers(statement: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The JSON pointer and content of each REST server that is described."""
    entries = _objects(statement.get("rest"))
    return [(f"/rest/{index}", rest) for index, rest in entries if rest.get("mode") == "server"]


def requirement_problem(value: dict[str, Any]) -> str:
    """Why `value` cannot be required of a server, in words, or "". `{}` requires nothing."""
    if not value:
        return ""
    if value.get("resourceType") not in STATEMENT_TYPES:
        return "must be a CapabilityStatement (DSTU2: Conformance)"
    if value.get("kind") != "requirements":
        return "must be of kind requirements"
    release = release_of(value.get("fhirVersion"))
    if not release:
        return "must declare a fhirVersion that exists"
    shape = shape_of(release)
    if value["resourceType"] != shape.resource_type:
        return f"must be a {shape.resource_type}, as FHIR {release} has it"
    if value.get("imports"):
        return "must be complete in itself: what it imports is not looked up"
    return _content_problem(declared(value, shape))


def _content_problem(needs: list[Declared]) -> str:
    unknown = next((need for need in needs if need.level not in _LEVELS), None)
    if unknown:
        return f"has an expectation that does not exist at {unknown.where}"
    if not any(need.level in (SHALL, SHOULD) for need in needs):
        return "must require something of a server"
    return ""


def compare(live: dict[str, Any], required: dict[str, Any], release: str) -> list[Point]:
    """What `live` lacks of `required`, both of `release`: FAIL for SHALL, WARN for SHOULD.

    What a resource needs is asked only where the server has that resource: a missing resource
    is one point. A search parameter of the whole server counts for each resource.
    """
    shape = shape_of(release)
    offer = _Offer(live, shape)
    points = [
        point
        for need in declared(required, shape)
        if need.level in (SHALL, SHOULD)
        for point in offer.points_of(need)
    ]
    points.sort(key=lambda point: point.result is not Result.FAIL)
    return points[:MAX_POINTS]


class _Offer:
    """What a live statement declares, made ready to be asked."""

    def __init__(self, live: dict[str, Any], shape: Shape):
        self._all: dict[tuple[str, str, str], list[Declared]] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        for each in declared(live, shape):
            self._all.setdefault((each.kind, each.scope, each.name), []).append(each)
            self._names.setdefault((each.kind, each.scope), []).append(each.name)
        self._places = {name: found[0].where for (kind, _, name), found in self._all.items()
                        if kind == RESOURCE}  # fmt: skip
        self._server = next((at for at, _ in servers(live)), "/rest")
        self._profiles = "profile" if shape.profile_is_reference else "supportedProfile"

    def points_of(self, need: Declared) -> list[Point]:
        """Nothing, or the one point of a need that is not met."""
        if need.scope and need.scope not in self._places:
            return []
        found = self._all.get((need.kind, need.scope, need.name), [])
        if need.kind == SEARCH and need.scope:
            found = found + self._all.get((need.kind, "", need.name), [])
        if not found:
            names = ", ".join(self._names.get((need.kind, need.scope), [])) or "none"
            return [_point(need, f"The {need.words} is not declared.", names, self._place(need))]
        if any(_fits(need, each) for each in found):
            return []
        actual, where = found[0].detail or "none", found[0].where
        if need.kind == OPERATION:
            # Servers define operations at their own address: the name is what clients call.
            return [Point(Result.WARN, f"The {need.kind} {need.name} has another definition.",
                          need.detail, shorten(actual), where)]  # fmt: skip
        return [_point(need, f"The {need.words} is declared otherwise.", actual, where)]

    def _place(self, need: Declared) -> str:
        if need.kind in (FORMAT, PATCH):
            return "/format" if need.kind == FORMAT else "/patchFormat"
        if need.kind == PROFILE:
            return f"{self._places.get(need.scope, '')}/{self._profiles}"
        base = self._places[need.scope] if need.scope else self._server
        return f"{base}/{_MEMBERS[need.kind]}"


def _point(need: Declared, message: str, actual: str, where: str) -> Point:
    result = Result.FAIL if need.level == SHALL else Result.WARN
    return Point(result, shorten(message), shorten(f"{need.level}: {need.words}"),
                 shorten(actual), where)  # fmt: skip


def _fits(need: Declared, offered: Declared) -> bool:
    if not need.detail or need.detail == offered.detail:
        return True
    return need.kind != SEARCH and not offered.detail


def _resource(resource: dict[str, Any], where: str, shape: Shape) -> Iterator[Declared]:
    kind = resource.get("type")
    if not isinstance(kind, str):
        return
    yield Declared(RESOURCE, "", kind, where, _level(resource))
    yield from _members(resource, kind, where)
    profile = resource.get("profile")
    if shape.profile_is_reference:
        if isinstance(profile, dict):
            yield from _reference(profile, kind, f"{where}/profile")
        return
    if isinstance(profile, str):
        yield _profile(profile, kind, f"{where}/profile", _level(resource.get("_profile")))
    for name, at, level in _texts(resource, "supportedProfile", where):
        yield _profile(name, kind, at, level)


def _members(holder: dict[str, Any], scope: str, where: str) -> Iterator[Declared]:
    """Interactions, search parameters and operations of a server or of a resource."""
    for index, entry in _objects(holder.get("interaction")):
        if isinstance(entry.get("code"), str):
            at = f"{where}/interaction/{index}"
            yield Declared(INTERACTION, scope, entry["code"], at, _level(entry))
    for index, entry in _objects(holder.get("searchParam")):
        if isinstance(entry.get("name"), str):
            at = f"{where}/searchParam/{index}"
            yield Declared(SEARCH, scope, entry["name"], at, _level(entry), _text(entry, "type"))
    for index, entry in _objects(holder.get("operation")):
        if isinstance(entry.get("name"), str):
            at = f"{where}/operation/{index}"
            name = entry["name"].removeprefix("$")
            yield Declared(OPERATION, scope, name, at, _level(entry), _definition(entry))


def _definition(operation: dict[str, Any]) -> str:
    """A canonical URL from R4 on, a Reference before."""
    definition = operation.get("definition")
    if isinstance(definition, dict):
        return _text(definition, "reference")
    return definition if isinstance(definition, str) else ""


def _reference(entry: dict[str, Any], scope: str, where: str) -> Iterator[Declared]:
    if isinstance(entry.get("reference"), str):
        yield _profile(entry["reference"], scope, where, _level(entry))


def _profile(canonical: str, scope: str, where: str, level: str) -> Declared:
    url, _, version = canonical.partition("|")
    return Declared(PROFILE, scope, url, where, level, version)


def _level(holder: Any) -> str:
    extensions = holder.get("extension") if isinstance(holder, dict) else None
    if not extensions:
        return SHALL
    for _, extension in _objects(extensions):
        if _text(extension, "url") in _EXPECTATIONS:
            return _text(extension, "valueCode") or "none"
    return SHALL


def _texts(holder: dict[str, Any], name: str, where: str) -> Iterator[tuple[str, str, str]]:
    """The entries of a list of text: each with its pointer, and the level of its `_` twin."""
    entries, twins = holder.get(name), holder.get(f"_{name}")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, str):
            twin = twins[index] if isinstance(twins, list) and index < len(twins) else None
            yield entry, f"{where}/{name}/{index}", _level(twin)


def _objects(value: Any) -> list[tuple[int, dict[str, Any]]]:
    entries = enumerate(value) if isinstance(value, list) else ()
    return [(index, entry) for index, entry in entries if isinstance(entry, dict)]


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _format_name(text: str) -> str:
    """One name for the media types and short codes of one format."""
    if is_json_format(text):
        return "json"
    lower = text.strip().lower()
    named = {"xml": "xml", "ttl": "ttl", "turtle": "ttl"}
    return next((short for part, short in named.items() if part in lower), lower)
