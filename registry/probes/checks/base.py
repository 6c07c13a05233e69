"""What a check is, and the register of them by id."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from registry.probes.rules.confirmation import Confirmation
from registry.probes.rules.observation import Exchange, Observation
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Judgement, Point, Result


class BadParameters(ValueError):
    """Parameters that do not fit a check's schema; the message says which and why."""


class UnknownCheck(LookupError):
    """No check has this id."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its type (`str`, `int`, `bool`, `list` of text, `dict`) and default.

    `fits` says in words what is wrong with a value that has the right type, or "".
    """

    kind: type
    default: Any
    about: str
    choices: tuple[Any, ...] = ()
    minimum: int | None = None
    fits: Callable[[Any], str] | None = None

    def problem(self, value: Any) -> str:
        """What is wrong with `value`; empty when it fits."""
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            return f"must be {_KINDS[self.kind]}"
        if self.kind is list and not all(isinstance(entry, str) for entry in value):
            return "must be a list of text"
        if self.choices and value not in self.choices:
            return "must be one of " + ", ".join(map(str, self.choices))
        if self.minimum is not None and value < self.minimum:
            return f"must be at least {self.minimum}"
        return self.fits(value) if self.fits else ""

    def told(self, value: Any) -> Any:
        """`value` as a finding repeats it: an object by its hash, for it may be large."""
        if self.kind is not dict or not value:
            return value
        digest = hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
        named = {name: value[name] for name in ("url", "version") if name in value}
        return named | {"sha256": digest}

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of one value."""
        schema: dict[str, Any] = {"type": _JSON_TYPES[self.kind], "description": self.about}
        if self.kind is list:
            schema["items"] = {"type": "string"}
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        return schema | {"default": self.default}


_KINDS = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list of text",
    dict: "an object",
}
_JSON_TYPES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check is given: the visit, and its own parameters, complete and valid."""

    visit: Observation
    params: dict[str, Any]

    @property
    def profile(self) -> Profile:
        """The profile that the endpoint is registered under."""
        return self.visit.profile

    @property
    def at(self) -> datetime:
        """The moment of the visit: a check has no other clock."""
        return self.visit.at

    def exchange(self, capture: CaptureName) -> Exchange | None:
        """The answer to a capture, when the visit asked for it."""
        return self.visit.exchanges.get(capture)


Judge = Callable[[Seen], Judgement | Point | list[Point]]


@dataclass(frozen=True, slots=True)
class Check:
    """A question asked of a visit. See docs/how-to/add-a-check.md.

    `on_demand` marks one whose defaults ask for nothing: workers ask it only as criteria do.
    """

    id: str
    version: int
    title: str
    rationale: str
    reference: str
    remedy: str
    profiles: frozenset[Profile]
    judge: Judge
    captures: tuple[CaptureName, ...] = ()
    parameters: dict[str, Parameter] = field(default_factory=dict)
    freshness: timedelta = timedelta(days=14)
    confirmation: Confirmation = Confirmation()
    on_demand: bool = False

    def applies_to(self, profile: Profile | str) -> bool:
        """Whether this check speaks of endpoints of `profile`."""
        return profile in self.profiles

    def complete(self, params: dict[str, Any]) -> dict[str, Any]:
        """`params` with the defaults filled in. `BadParameters` when they do not fit."""
        unknown = sorted(set(params) - set(self.parameters))
        if unknown:
            raise BadParameters(f"{self.id} has no parameter “{unknown[0]}”")
        for name, value in params.items():
            problem = self.parameters[name].problem(value)
            if problem:
                raise BadParameters(f"{self.id}: “{name}” {problem}")
        return {name: p.default for name, p in self.parameters.items()} | params

    def told(self, params: dict[str, Any]) -> dict[str, Any]:
        """`params`, complete, as a finding repeats them."""
        return {name: self.parameters[name].told(value) for name, value in params.items()}

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its parameters."""
        return {
            "type": "object",
            "properties": {name: p.schema() for name, p in self.parameters.items()},
            "additionalProperties": False,
        }


_register: dict[str, Check] = {}


def check(**facts: Any) -> Callable[[Judge], Judge]:
    """Register the decorated function as the judge of the check that `facts` describe."""

    def keep(function: Judge) -> Judge:
        made = Check(judge=function, **facts)
        if made.id in _register:
            raise ValueError(f"two checks are called {made.id}")
        _register[made.id] = made
        return function

    return keep


def get_check(check_id: str) -> Check:
    """The check of that id, or `UnknownCheck`."""
    try:
        return _register[check_id]
    except KeyError as error:
        raise UnknownCheck(f"there is no check called “{check_id}”") from error


def title_of(check_id: str) -> str:
    """What people call a check; one that nobody knows (any more) has its id alone."""
    try:
        return get_check(check_id).title
    except UnknownCheck:
        return check_id


def all_checks() -> Iterator[Check]:
    """Every check, by id."""
    return iter(sorted(_register.values(), key=lambda each: each.id))


def passed(message: str, **more: str) -> Point:
    """A point that is met."""
    return Point(Result.PASS, message, **more)


def failed(message: str, **more: str) -> Point:
    """A point that is conclusively not met."""
    return Point(Result.FAIL, message, **more)


def remarked(message: str, **more: str) -> Point:
    """A point that is met, with something to mend."""
    return Point(Result.WARN, message, **more)


def untold(message: str, **more: str) -> Point:
    """A point that could not be told, for their reasons or the network's."""
    return Point(Result.UNKNOWN, message, **more)
