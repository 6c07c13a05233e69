"""Is a FHIR statement valid for its release? Form and required elements only.

After the CapabilityStatement (DSTU2: Conformance) resource of each release and its
invariants cpt-1, cpt-9 and cpt-12. Terminology bindings beyond the listed codes, profiles
and narrative are not checked, and no more is claimed.
"""

import re
from typing import Any

from registry.probes.rules.fhir import Shape, is_json_format
from registry.probes.rules.results import Point, Result, shorten

_DATE_TIME = re.compile(
    r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")
# One statement may be wrong a thousand times over; a report of it need not be.
MAX_POINTS = 25
_NOTHING = object()


def _fail(message: str, where: str, expected: str = "", actual: Any = "") -> Point:
    return Point(Result.FAIL, message, expected, shorten(actual), where)


def _remark(message: str, where: str, expected: str = "", actual: Any = "") -> Point:
    return Point(Result.WARN, message, expected, shorten(actual), where)


def problems(statement: dict[str, Any], shape: Shape) -> list[Point]:
    """What is wrong with `statement`, or worth a remark, judged by its release's `shape`."""
    found = [
        *_type(statement, shape),
        *_kind(statement),
        *_status(statement, shape),
        *_format(statement),
        *_rest(statement, shape),
        *_remarks(statement, shape),
    ]
    return found[:MAX_POINTS]


def _type(statement: dict, shape: Shape) -> list[Point]:
    kind = statement.get("resourceType")
    if kind == shape.resource_type:
        return []
    return [_fail("Not the statement of its release.", "/resourceType", shape.resource_type, kind)]


def _kind(statement: dict) -> list[Point]:
    kind = statement.get("kind")
    if kind == "requirements":
        return [_fail("This describes a specification, not a running server.", "/kind",
                      "instance", kind)]  # fmt: skip
    if kind == "capability":
        return [_remark("This describes software in general, not this server.", "/kind",
                        "instance", kind)]  # fmt: skip
    if kind != "instance":
        return [_fail("The kind is missing or none that exists.", "/kind", "instance", kind)]
    if not isinstance(statement.get("implementation"), dict):
        return [_remark("An instance should say which one it is.", "/implementation",
                        "an implementation", "none")]  # fmt: skip
    return []


def _status(statement: dict, shape: Shape) -> list[Point]:
    status = statement.get("status")
    if isinstance(status, str) and status in shape.statuses:
        return []
    expected = ", ".join(sorted(shape.statuses))
    return [_fail("The status is missing or none that exists.", "/status", expected, status)]


def _format(statement: dict) -> list[Point]:
    formats = statement.get("format")
    if not isinstance(formats, list) or not formats:
        return [_fail("No list of formats.", "/format", "json among the formats", formats)]
    if any(is_json_format(entry) for entry in formats):
        return []
    return [_fail("JSON is not offered.", "/format", "json among the formats", formats)]


def _rest(statement: dict, shape: Shape) -> list[Point]:
    rest = statement.get("rest")
    if not isinstance(rest, list) or not all(isinstance(entry, dict) for entry in rest):
        return [_fail("No list of REST behaviours.", "/rest", "an array of objects",
                      type(rest).__name__ if rest is not None else "none")]  # fmt: skip
    found = []
    if not any(entry.get("mode") == "server" for entry in rest):
        modes = [entry.get("mode") for entry in rest]
        found.append(_fail("No REST server is described.", "/rest", "mode server", modes))
    for index, entry in enumerate(rest):
        found += _resources(entry.get("resource", []), f"/rest/{index}/resource", shape)
    return found


def _is_objects(value: Any) -> bool:
    # Of the types that JSON brings there are no subclasses: comparing them is enough.
    return type(value) is list and set(map(type, value)) <= {dict}


def _members(entries: Any, member: str) -> set:
    """The values of `member` in a list of objects; one value that nothing equals otherwise.

    Most lists are as they should be, and are many: each is looked at as a whole first.
    """
    try:
        return {entry[member] for entry in entries} if type(entries) is list else {_NOTHING}
    except (KeyError, IndexError, TypeError):
        return {_NOTHING}


def _resources(resources: Any, where: str, shape: Shape) -> list[Point]:
    if not _is_objects(resources):
        return [_fail("The resources are not a list of objects.", where, "an array of objects")]
    found = _repeated([r.get("type") for r in resources], where, "type", "resource")
    for index, resource in enumerate(resources):
        here = f"{where}/{index}"
        if not isinstance(resource.get("type"), str) or not _NAME.fullmatch(resource["type"]):
            found.append(_fail("A resource without a proper type.", f"{here}/type",
                               "a resource type", resource.get("type")))  # fmt: skip
        found += _profile(resource, here, shape)
        found += _interactions(resource.get("interaction", []), f"{here}/interaction", shape)
        found += _parameters(resource.get("searchParam", []), f"{here}/searchParam")
    return found


def _profile(resource: dict, where: str, shape: Shape) -> list[Point]:
    profile = resource.get("profile")
    if profile is None:
        return []
    if shape.profile_is_reference:
        fits, expected = isinstance(profile, dict), "a Reference object"
    else:
        fits, expected = isinstance(profile, str), "text (a canonical URL)"
    if fits:
        return []
    return [_fail("The profile has another release's form.", f"{where}/profile", expected,
                  profile)]  # fmt: skip


def _interactions(interactions: Any, where: str, shape: Shape) -> list[Point]:
    if _members(interactions, "code") <= shape.interactions:
        return []
    if not _is_objects(interactions):
        return [_fail("The interactions are not a list of objects.", where, "an array of objects")]
    return [
        _fail("No such interaction in this release.", f"{where}/{index}/code",
              ", ".join(sorted(shape.interactions)), entry.get("code"))
        for index, entry in enumerate(interactions)
        if not (isinstance(entry.get("code"), str) and entry["code"] in shape.interactions)
    ]  # fmt: skip


def _parameters(parameters: Any, where: str) -> list[Point]:
    names = _members(parameters, "name")
    if _NOTHING not in names and len(names) == len(parameters):
        return []
    if not _is_objects(parameters):
        return [_fail("The search parameters are not a list of objects.", where,
                      "an array of objects")]  # fmt: skip
    return _repeated([p.get("name") for p in parameters], where, "name", "search parameter")


def _repeated(names: list, where: str, member: str, what: str) -> list[Point]:
    """The second and later places of a name that should be unique (cpt-9, cpt-12)."""
    texts = [name for name in names if isinstance(name, str)]
    if len(set(texts)) == len(texts):
        return []
    seen: set[str] = set()
    found = []
    for index, name in enumerate(names):
        if isinstance(name, str) and name in seen:
            found.append(_fail(f"The {what} is described twice.", f"{where}/{index}/{member}",
                               f"each {what} once", name))  # fmt: skip
        if isinstance(name, str):
            seen.add(name)
    return found


def _remarks(statement: dict, shape: Shape) -> list[Point]:
    found = []
    date = statement.get("date")
    if not (isinstance(date, str) and _DATE_TIME.fullmatch(date)):
        found.append(_remark("The date is missing or malformed.", "/date", "a FHIR dateTime", date))
    if shape.accept_unknown and "acceptUnknown" not in statement:
        found.append(_remark("Unknown content is not spoken of.", "/acceptUnknown", "a code"))
    return found
