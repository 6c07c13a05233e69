"""Bodies read as JSON the careful way.

RFC 8259: names in an object should be unique, NaN is not JSON, a byte order mark may be
ignored. FHIR adds that names are unique. A parser's leniency must not become a pass.
"""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson

# Deeper than any honest FHIR or OpenAPI document by an order of magnitude.
MAX_DEPTH = 64
_BOM = b"\xef\xbb\xbf"
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Document:
    """A body read as JSON. `error` is empty when it is well-formed; then `value` holds it."""

    value: Any = None
    error: str = ""
    has_bom: bool = False
    duplicate_names: tuple[str, ...] = ()

    @property
    def object(self) -> dict[str, Any] | None:
        """The value when it is a JSON object."""
        return self.value if isinstance(self.value, dict) else None


class _TooDeep(Exception):
    pass


def read_document(body: bytes) -> Document:
    """Read `body` as JSON (UTF-8). Never raises: what is wrong stands in `error`."""
    has_bom = body.startswith(_BOM)
    text = body[len(_BOM) :] if has_bom else body
    if not text.strip():
        return Document(error="the body is empty", has_bom=has_bom)
    try:
        value = orjson.loads(text)
        compact = _written(value)
        if not _is_shallow(compact):
            _refuse_deeper(value)
    except _TooDeep:
        return Document(error=f"nested deeper than {MAX_DEPTH} levels", has_bom=has_bom)
    except orjson.JSONDecodeError as error:
        return Document(error=_in_words(error), has_bom=has_bom)
    twice = () if _names_are_unique(text, compact) else _duplicates(text)
    return Document(value, has_bom=has_bom, duplicate_names=twice)


def _written(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        # What was read can be written, up to the depth that the library stops at.
        raise _TooDeep from error


def _is_shallow(compact: bytes) -> bool:
    """Whether `compact` (JSON without white space) is surely no deeper than allowed.

    Brackets alone are left, and the innermost pairs taken away level by level: some thousand
    octets in place of every value. False also where brackets inside of text confuse it.
    """
    left = compact.translate(None, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not left:
            return True
        left = left.replace(b"{}", b"").replace(b"[]", b"")
    return False


def _names_are_unique(text: bytes, compact: bytes) -> bool:
    """Whether surely no name stands twice in an object of `text`, which reads as `compact`.

    A name that stands twice is lost in reading, so that less is written than was read. Where
    both are the same but for white space nothing was lost; where they are not (numbers and
    letters can be written in several ways), nothing is known yet.
    """
    return text == compact or text.translate(None, _SPACE) == compact.translate(None, _SPACE)


def _in_words(error: orjson.JSONDecodeError) -> str:
    if "depth" in error.msg or "recursion" in error.msg:
        return f"nested deeper than {MAX_DEPTH} levels"
    return f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"


def _refuse_deeper(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _TooDeep


def _inside(value: Any):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _duplicates(text: bytes) -> tuple[str, ...]:
    """Names that stand twice in one object; the depth is known to be harmless."""
    twice: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> None:
        names = Counter(name for name, _ in pairs)
        if len(names) != len(pairs):
            twice.extend(name for name, times in names.items() if times > 1)

    # Numbers stay text: a number of ten thousand digits is the reader's problem, not ours.
    json.loads(text, object_pairs_hook=collect, parse_int=str, parse_float=str)
    return tuple(sorted(set(twice)))
