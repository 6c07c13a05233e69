"""A FHIR statement as a tree of topics, read by its own release's shape.

DSTU2 and STU3 point to profiles and definitions by a Reference, later releases by a canonical
URL; the early ones list supported profiles once for the whole statement, the later ones by
resource. What has not the form it should have stays in the tree as it is, under "Other".
"""

from collections import Counter
from typing import Any

from registry.probes.rules.differences.walking import counted, repeated
from registry.probes.rules.fhir import STATEMENT_TYPES, release_of, shape_of

SERVER = "Server"
RESOURCES = "Resources"
# Of these, what stands under a resource that came or went is told with it.
PARTS = ("Interactions", "Search parameters", "Operations", "Profiles")
_PART_OF = {"interaction": "Interactions", "searchParam": "Search parameters",
            "operation": "Operations"}  # fmt: skip
_KEY_OF = {"interaction": "code", "searchParam": "name", "operation": "name"}
# Where all profiles of a statement are put when releases with different shapes are compared.
_ALL = "statement"


def is_statement(value: Any) -> bool:
    """Whether a value is a FHIR statement."""
    return isinstance(value, dict) and value.get("resourceType") in STATEMENT_TYPES


def trees(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict, dict]:
    """Both statements as trees that can be laid side by side."""
    shapes = {_shape(each).profile_is_reference for each in (before, after)}
    together = len(shapes) > 1
    return _Tree(before, together).topics, _Tree(after, together).topics


def _shape(statement: dict[str, Any]):
    release = release_of(statement.get("fhirVersion"))
    is_early = statement["resourceType"] == "Conformance"
    return shape_of(release or ("DSTU2" if is_early else ""))


class _Tree:
    """Takes one statement apart; every member of it ends in exactly one topic."""

    def __init__(self, statement: dict[str, Any], together: bool):
        self._together = together
        self._seen: Counter[tuple[str, ...]] = Counter()
        rest = dict(statement)
        self.topics: dict[str, dict] = {
            "Release": _taken(rest, {"resourceType": "statement", "fhirVersion": "FHIR version"}),
            "Software": _taken(rest, {"software": "software"}),
            SERVER: {},
            RESOURCES: {},
            **{part: {} for part in PARTS},
            "Formats": {},
            "Other": rest,
        }
        self._profiles(_ALL, rest, "profile")
        for name, words in (("format", ""), ("patchFormat", "patch: ")):
            self._formats(rest, name, words)
        behaviours = rest.get("rest")
        if isinstance(behaviours, list):
            rest["rest"] = [left for each in behaviours if (left := self._server(each)) is not None]

    def _formats(self, rest: dict, name: str, words: str) -> None:
        if _is_texts(rest.get(name)):
            values = counted(rest.pop(name))
            self.topics["Formats"] |= {words + value: value for value in values}

    def _server(self, server: Any) -> Any:
        """Take a REST behaviour in; returns what cannot be, `None` when nothing is left."""
        if not isinstance(server, dict) or not isinstance(server.get("mode"), str):
            return server
        label = self._label(SERVER, f"{server['mode']} as a whole")
        kept = dict(server)
        self._parts(label, kept)
        resources = kept.get("resource")
        if isinstance(resources, list):
            prefix = "" if server["mode"] == "server" else f"{server['mode']} "
            left = [each for each in resources if not self._resource(each, prefix)]
            kept.pop("resource")
            if left:
                kept["resource"] = left
        self.topics[SERVER][label] = kept
        return None

    def _resource(self, resource: Any, prefix: str) -> bool:
        if not isinstance(resource, dict) or not isinstance(resource.get("type"), str):
            return False
        label = self._label(RESOURCES, prefix + resource["type"])
        kept = dict(resource)
        self._profiles(label, kept, "supportedProfile")
        self._base_profile(label, kept)
        self._parts(label, kept)
        self.topics[RESOURCES][label] = kept
        return True

    def _parts(self, label: str, kept: dict) -> None:
        for member, part in _PART_OF.items():
            here = self.topics[part].setdefault(label, {})
            entries = kept.get(member)
            if not isinstance(entries, list):
                continue
            left = [each for each in entries if not self._part(here, part, label, member, each)]
            kept.pop(member)
            if left:
                kept[member] = left

    def _part(self, here: dict, part: str, label: str, member: str, entry: Any) -> bool:
        key = _KEY_OF[member]
        if not isinstance(entry, dict) or not isinstance(entry.get(key), str):
            return False
        kept = dict(entry)
        name = self._label(part, kept.pop(key), label)
        if "definition" in kept:
            kept["definition"] = _address(kept["definition"])
        here[name] = kept
        return True

    def _profiles(self, label: str, kept: dict, member: str) -> None:
        here = self.topics["Profiles"].setdefault(label, {})
        addresses = kept.get(member)
        if not isinstance(addresses, list):
            return
        addresses = [_address(each) for each in addresses]
        if not _is_texts(addresses):
            return
        kept.pop(member)
        if self._together:
            self.topics["Profiles"][_ALL] |= dict.fromkeys(addresses, "")
        else:
            here |= dict.fromkeys(counted(addresses), "")

    def _base_profile(self, label: str, kept: dict) -> None:
        address = _address(kept.get("profile"))
        if not isinstance(address, str):
            return
        kept.pop("profile")
        if self._together:
            self.topics["Profiles"][_ALL][address] = ""
        else:
            self.topics["Profiles"][label]["base"] = address

    def _label(self, topic: str, name: str, of: str = "") -> str:
        self._seen[topic, of, name] += 1
        return repeated(name, self._seen[topic, of, name])


def _taken(rest: dict, names: dict[str, str]) -> dict[str, Any]:
    """The named members, no longer in `rest`, under the words for them."""
    return {words: rest.pop(name) for name, words in names.items() if name in rest}


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)


def _address(value: Any) -> Any:
    """What a Reference with nothing but an address refers to; anything else as it is."""
    if isinstance(value, dict) and set(value) == {"reference"}:
        return value["reference"]
    return value
