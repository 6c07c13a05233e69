"""From the bytes of a file to records, with every problem named by line and field."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from procurement.interchange.rules import fields as f
from procurement.interchange.rules.kinds import REQUIRED, Kind
from registry.standards.rules import national_number

LINE_BYTES_MAX = 1_000_000
PROBLEMS_MAX = 100
# A line of the format is some four deep.
DEPTH_MAX = 20
# No field holds more, and Python itself refuses to read very long ones.
WHOLE_NUMBER_DIGITS_MAX = 100
# From here on Python writes an exponent, and the database all the digits, of a whole number.
_WRITTEN_OUT_FROM = 1e16
_BOM = b"\xef\xbb\xbf"
# The field that a problem with the line as a whole is reported under.
LINE = "line"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of one line (the first is 1)."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its kind, its number and its values."""

    kind: Kind
    line: int
    values: dict[str, Any]

    @property
    def key(self) -> tuple:
        """The natural key; a period counts by its start, a standard by its identity."""
        return tuple(_key_part(name, self.values[name]) for name in self.kind.key)


@dataclass(slots=True)
class Reading:
    """Records in the file's order, and what was wrong. `more` problems were not kept."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    def refuse(self, line: int, name: str, reason: str) -> None:
        """Note a problem; only the first hundred are kept."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(line, name, reason))
        else:
            self.more += 1


def identity(code: str) -> str:
    """What makes two codes one standard: DCB3051 and DAPB3051 share their four digits."""
    number = national_number(code)
    return f"national {number}" if number else code


def _key_part(name: str, value: Any) -> Any:
    if name in ("standard", "code"):
        return identity(value)
    if name in ("required", "claimed", "period"):
        return value[0]
    return value


class _Twice(ValueError):
    """An object names one key twice."""


def read(lines: Iterable[bytes], kinds: dict[str, Kind]) -> Reading:
    """Every line of a file; nothing is to be kept unless `problems` is empty."""
    reading = Reading()
    first: dict[tuple, Record] = {}
    for number, raw in enumerate(lines, 1):
        record = _line(raw, number, kinds, reading)
        if record is None:
            continue
        known = first.setdefault((record.kind.name, record.key), record)
        if known is record:
            reading.records.append(record)
        elif _content(known) != _content(record):
            different = _difference(known, record)
            reading.refuse(
                number, different, f"contradicts line {known.line}, which has the same key"
            )
    return reading


def _content(record: Record) -> dict[str, Any]:
    """The values, with the key as it counts: two codes of one standard are no contradiction."""
    return record.values | dict(zip(record.kind.key, record.key, strict=True)) | {
        name: value[1] for name, value in record.values.items()
        if name in record.kind.key and name in ("required", "claimed", "period")
    }  # fmt: skip


def _difference(one: Record, other: Record) -> str:
    mine, theirs = _content(one), _content(other)
    return next(name for name in one.values if mine[name] != theirs[name])


def _line(raw: bytes, number: int, kinds: dict[str, Kind], reading: Reading) -> Record | None:
    try:
        said = _object(raw, number)
    except f.Refused as reason:
        reading.refuse(number, LINE, str(reason))
        return None
    except _Twice as twice:
        reading.refuse(number, str(twice), "is given twice")
        return None
    kind = kinds.get(said["kind"]) if isinstance(said.get("kind"), str) else None
    if kind is None:
        reading.refuse(number, "kind", _no_kind(said, kinds))
        return None
    return _record(said, number, kind, reading)


def _no_kind(said: dict, kinds: dict[str, Kind]) -> str:
    if "kind" not in said:
        return "is missing"
    return f"{f.shown(said['kind'])} is not one of {', '.join(kinds)}"


def _record(said: dict, number: int, kind: Kind, reading: Reading) -> Record | None:
    values, whole = {}, True
    for name in said:
        if name != "kind" and name not in kind.names:
            reading.refuse(number, name, f"a {kind.name} has no such field")
            whole = False
    for each in kind.fields:
        try:
            values[each.name] = _value(each, said)
        except f.Refused as reason:
            reading.refuse(number, each.name, str(reason))
            whole = False
    return Record(kind, number, values) if whole else None


def _value(each: Any, said: dict) -> Any:
    if each.name in said:
        return each.read(said[each.name])
    if each.default is REQUIRED:
        raise f.Refused("is missing")
    return each.default


def _object(raw: bytes, number: int) -> dict:
    """The JSON object on a line. `Refused` says why there is none; `_Twice` names a key."""
    body = raw.removesuffix(b"\n")
    _whole_line(body, number)
    try:
        said = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_small,
        )
    except UnicodeDecodeError as error:
        raise f.Refused(f"is not UTF-8: byte {error.start + 1} of the line") from error
    except RecursionError as error:
        raise f.Refused("is nested too deep") from error
    except json.JSONDecodeError as error:
        raise f.Refused(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    if _depth(said) > DEPTH_MAX:
        raise f.Refused("is nested too deep")
    if not isinstance(said, dict):
        raise f.Refused(f"must be one JSON object, not {f.shown(said)}")
    return said


def _depth(value: Any) -> int:
    """How many lists and objects stand inside each other, counted without recursion."""
    depth, level = 0, [value]
    while level and depth <= DEPTH_MAX:
        inside = [each for each in level if isinstance(each, (dict, list))]
        level = [part for each in inside for part in _parts(each)]
        depth += bool(inside)
    return depth


def _parts(value: dict | list) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _whole_line(body: bytes, number: int) -> None:
    if number == 1 and body.startswith(_BOM):
        raise f.Refused("starts with a byte order mark; write plain UTF-8")
    if len(body) > LINE_BYTES_MAX:
        raise f.Refused(f"is longer than {LINE_BYTES_MAX} bytes")
    if b"\r" in body:
        raise f.Refused("contains a carriage return; lines end in a line feed alone")
    if not body.strip():
        raise f.Refused("is empty; every line holds one object")


def _pairs(pairs: list[tuple[str, Any]]) -> dict:
    names = [name for name, _ in pairs]
    said = dict(pairs)
    if len(said) != len(names):
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return said


def _no_constant(name: str) -> Any:
    raise f.Refused(f"contains {name}, which is not JSON")


def _finite(digits: str) -> float | int:
    """A number with a point or an exponent, as the database will give it back."""
    value = float(digits)
    if not math.isfinite(value):
        raise f.Refused(f"contains the number {digits[:20]}, which is too large")
    if abs(value) >= _WRITTEN_OUT_FROM:
        return _small(str(int(Decimal(repr(value)))))
    return value


def _small(digits: str) -> int:
    if len(digits) > WHOLE_NUMBER_DIGITS_MAX:
        raise f.Refused(f"contains the number {digits[:20]}…, which is too large")
    return int(digits)


def lines_of(stream: Any) -> Iterator[bytes]:
    """The lines of a binary stream, each cut a little past the longest that is read."""
    while raw := stream.readline(LINE_BYTES_MAX + 2):
        yield raw
        while not raw.endswith(b"\n") and len(raw) > LINE_BYTES_MAX + 1:
            # The rest of a line that is refused anyway.
            raw = stream.readline(LINE_BYTES_MAX + 2)
