"""The words of a judgement: results, points and findings."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """What a check found (probing.md, "Results").

    ERROR is our own fault and never counts. UNKNOWN is theirs or the network's.
    """

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    ERROR = "error"

    @property
    def conclusive(self) -> bool:
        """Whether it says something of the product: a warning is a pass with a remark."""
        return self in (Result.PASS, Result.WARN, Result.FAIL)

    @property
    def passes(self) -> bool:
        """Whether the check is met."""
        return self in (Result.PASS, Result.WARN)

    @property
    def label(self) -> str:
        """The word shown to people."""
        return _SHOWN[self][0]

    @property
    def colour(self) -> str:
        """The NHS tag colour that goes with the label."""
        return _SHOWN[self][1]


_SHOWN = {
    Result.PASS: ("Pass", "green"),
    Result.FAIL: ("Fail", "red"),
    Result.WARN: ("Pass with a remark", "yellow"),
    Result.NOT_APPLICABLE: ("Does not apply", "grey"),
    Result.UNKNOWN: ("Could not be told", "grey"),
    Result.ERROR: ("Our own error", "purple"),
}

# The worst point of a judgement is its result; inconclusive beats a pass, never a failure.
_SEVERITY = [
    Result.FAIL,
    Result.ERROR,
    Result.UNKNOWN,
    Result.WARN,
    Result.PASS,
    Result.NOT_APPLICABLE,
]


def severity(result: Result) -> int:
    """The place of a result in the order of harm; the smallest decides."""
    return _SEVERITY.index(result)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a check looked at.

    `where` is a JSON pointer (starts with `/`), a header's name, or a part of the handshake.
    """

    result: Result
    message: str
    expected: str = ""
    actual: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check says: its points, and the moment a pass is known to end, if any."""

    points: tuple[Point, ...]
    known_end: datetime | None = None

    @property
    def worst(self) -> Point:
        """The point that decides the result; the first among equals."""
        return min(self.points, key=lambda point: severity(point.result))


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer about one visit, as it is stored and printed."""

    check: str
    version: int
    result: Result
    message: str
    expected: str = ""
    actual: str = ""
    where: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    known_end: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: of the points, those that are not plain passes."""
        return {
            "check": self.check,
            "version": self.version,
            "result": self.result.value,
            "message": self.message,
            "expected": self.expected,
            "actual": self.actual,
            "where": self.where,
            "params": self.params,
            "known_end": self.known_end.isoformat() if self.known_end else None,
            "points": [
                {
                    "result": point.result.value,
                    "message": point.message,
                    "expected": point.expected,
                    "actual": point.actual,
                    "where": point.where,
                }
                for point in self.points
                if point.result is not Result.PASS
            ],
        }


def shorten(value: Any, limit: int = 200) -> str:
    """`value` as text fit for a finding: one line, at most `limit` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
