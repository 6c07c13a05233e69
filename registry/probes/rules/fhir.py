"""FHIR releases, and how each shapes its statement.

HL7's list of published versions (hl7.org/fhir/history.html). A release newer than the one
asked for is newer, not unknown.
"""

import re
from dataclasses import dataclass
from typing import Any

STATEMENT_TYPES = ("CapabilityStatement", "Conformance")
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:[-+.].*)?")
# (first major.minor of the release, its name), oldest first. What lies between two
# publications is a ballot of the later one.
_RELEASES = (
    ((0, 0), "DSTU1"),
    ((0, 4), "DSTU2"),
    ((1, 1), "STU3"),
    ((3, 2), "R4"),
    ((4, 1), "R4B"),
    ((4, 4), "R5"),
    ((5, 1), "R6"),
)
ORDER = tuple(name for _, name in _RELEASES)


def release_of(version: Any) -> str:
    """The release's name ("R4") of a `fhirVersion` ("4.0.1"); empty when it is none."""
    match = _VERSION.fullmatch(version.strip()) if isinstance(version, str) else None
    if not match:
        return ""
    number = (int(match[1]), int(match[2]))
    if number == (4, 2):
        # The first ballot of R5 was numbered before R4B was thought of.
        return "R5"
    if number[0] > 6:
        return ""
    return [name for first, name in _RELEASES if number >= first][-1]


def accepts(accepted: list[str], version: str) -> bool:
    """Whether `version` ("4.0.1") is in a set of releases ("R4") and versions ("4.0.1", "4.0")."""
    release = release_of(version)
    return any(
        entry == release or version == entry or version.startswith(f"{entry}.")
        for entry in accepted
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """What a release asks of a statement's form."""

    resource_type: str
    statuses: frozenset[str]
    interactions: frozenset[str]
    profile_is_reference: bool
    accept_unknown: bool


_CODES = frozenset(
    ("read", "vread", "update", "delete", "create")
    + ("search-type", "history-instance", "history-type")
)
_STATUSES = frozenset(("draft", "active", "retired"))
_SHAPES = {
    "DSTU2": Shape(
        "Conformance", _STATUSES, _CODES | {"validate"}, profile_is_reference=True,
        accept_unknown=True,
    ),
    "STU3": Shape(
        "CapabilityStatement", _STATUSES | {"unknown"}, _CODES | {"patch"},
        profile_is_reference=True, accept_unknown=True,
    ),
}  # fmt: skip
_NORMATIVE = Shape(
    "CapabilityStatement", _STATUSES | {"unknown"}, _CODES | {"patch"},
    profile_is_reference=False, accept_unknown=False,
)  # fmt: skip


def shape_of(release: str) -> Shape:
    """The form of a statement of `release`; R4's, which later ones keep, where unnamed."""
    return _SHAPES.get("DSTU2" if release == "DSTU1" else release, _NORMATIVE)


def is_json_format(text: Any) -> bool:
    """Whether a statement's `format` entry means JSON, in any of the forms in use."""
    return isinstance(text, str) and bool(re.search(r"(?<!nd)json", text.lower()))
