"""JSON read strictly, and asked for what must be there: a refusal names the place."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

DEEPEST = 64
MOST_VALUES = 1_000_000
MOST_RESULTS = 5_000
MOST_REQUIREMENTS = 50
LONGEST_ID, LONGEST_NAME, LONGEST_WORDS = 200, 200, 400

PASS = "pass"
# What a test may have come to, in the words that pages show. Only the first proves anything.
OUTCOMES = {
    "pass": "Passed",
    "warning": "Passed with warnings",
    "fail": "Failed",
    "error": "Error",
    "skip": "Skipped",
    "omit": "Left out",
    "cancel": "Cancelled",
    "unknown": "No result",
}


class ReportRefused(ValueError):
    """The report cannot be used; the message ends the sentence "The report cannot be used: …"."""


@dataclass(frozen=True)
class Result:
    """What one test came to, and the requirements that it says it tests."""

    name: str
    outcome: str
    requirements: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Report:
    """A report as it was read. `issued_on` is the day on which the last of it was made."""

    kind: str
    tool: str
    title: str = ""
    tester: str = ""
    issued_on: date | None = None
    results: tuple[Result, ...] = field(default=())


@dataclass(frozen=True)
class Thing:
    """A JSON object and where it stands, like `TestReport.test[3]`."""

    value: dict[str, Any]
    place: str

    def text(self, name: str, *, most: int, needed: bool = False) -> str:
        """A text cut to `most` characters; "" when it is not there."""
        found = self.value.get(name)
        if found is None or found == "":
            if needed:
                raise ReportRefused(f"{self.place}.{name} is missing")
            return ""
        if not isinstance(found, str):
            raise ReportRefused(f"{self.place}.{name} must be text")
        return printable(found)[:most]

    def one_of(self, name: str, options: frozenset[str]) -> str:
        """A code that must be there and be one of `options`."""
        found = self.text(name, most=100, needed=True)
        if found not in options:
            known = ", ".join(sorted(options))
            raise ReportRefused(f"{self.place}.{name} is “{found[:40]}”; it must be one of {known}")
        return found

    def thing(self, name: str) -> "Thing | None":
        """The object of this name, if there is one."""
        found = self.value.get(name)
        return None if found is None else as_thing(found, f"{self.place}.{name}")

    def things(self, name: str) -> "Iterator[Thing]":
        """The objects in the list of this name; none when it is not there."""
        return things(self.value.get(name) or [], f"{self.place}.{name}")

    def texts(self, *names: str) -> tuple[str, ...]:
        """Identifiers under any of `names`, each a text or a list of texts, without repetitions."""
        found: dict[str, None] = {}
        for name in names:
            held = self.value.get(name) or []
            for each in [held] if isinstance(held, str) else held if isinstance(held, list) else ():
                if isinstance(each, str) and 0 < len(each) <= LONGEST_ID:
                    # Cleaned, it would be another's.
                    if printable(each) != each:
                        raise ReportRefused(f"{self.place}.{name} holds letters that no id has")
                    found[each] = None
        if len(found) > MOST_REQUIREMENTS:
            raise ReportRefused(f"{self.place} names more than {MOST_REQUIREMENTS} requirements")
        return tuple(found)

    def day(self, name: str) -> date | None:
        """The day of a moment or of a date, as it is written there."""
        found = self.text(name, most=40)
        try:
            return datetime.fromisoformat(found).date() if found else None
        except ValueError as error:
            raise ReportRefused(f"{self.place}.{name} is no date: “{found}”") from error


def as_thing(value: Any, place: str) -> Thing:
    """An object; anything else is refused."""
    if not isinstance(value, dict):
        raise ReportRefused(f"{place} must be an object")
    return Thing(value, place)


def things(value: Any, place: str) -> Iterator[Thing]:
    """The objects of a list; anything else is refused."""
    if not isinstance(value, list):
        raise ReportRefused(f"{place} must be a list")
    for number, each in enumerate(value):
        yield as_thing(each, f"{place}[{number}]")


def limited(results: list[Result]) -> tuple[Result, ...]:
    """Some results, and not more than anybody would read."""
    if not results:
        raise ReportRefused("it holds no result of a test")
    if len(results) > MOST_RESULTS:
        raise ReportRefused(f"it holds more than {MOST_RESULTS:,} results")
    return tuple(results)


def parsed(content: bytes) -> Any:
    """The value of a JSON text in UTF-8: no name twice, no NaN, at most 64 deep."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportRefused("it is not text in UTF-8") from error
    if sum(text.count(mark) for mark in ",[{") > MOST_VALUES:
        raise ReportRefused(f"it holds more than {MOST_VALUES:,} values")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_number,
        )
    except RecursionError as error:
        raise ReportRefused(f"it is nested more than {DEEPEST} deep") from error
    except json.JSONDecodeError as error:
        raise ReportRefused(f"it is not JSON: line {error.lineno}, {error.msg}") from error
    _refuse_depth(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ReportRefused(f"the name “{printable(twice)[:60]}” stands twice in one object")
    return held


def _no_constant(name: str) -> Any:
    raise ReportRefused(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ReportRefused(f"the number {digits[:20]} is too large")
    return number


def _number(digits: str) -> int:
    if len(digits) > 20:
        raise ReportRefused(f"the number {digits[:20]}… is too large")
    return int(digits)


def _refuse_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST + 1:
            raise ReportRefused(f"it is nested more than {DEEPEST} deep")
        holders = [each for each in level if isinstance(each, dict | list)]
        level = [
            inner
            for each in holders
            for inner in (each.values() if isinstance(each, dict) else each)
        ]


def printable(text: str) -> str:
    """Without characters that no page and no database keeps."""
    return "".join(
        each for each in text if each in "\n\t" or (each.isprintable() and each != "\x00")
    )
