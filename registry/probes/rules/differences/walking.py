"""Two JSON values side by side. Work and memory grow as their size does, never as its square."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from registry.probes.rules.differences.words import MISSING

# The member that tells the entries of a list apart, where every entry has it and none twice.
_NATURAL_KEYS = ("name", "code", "mode", "type", "url", "id")


class Leaf(NamedTuple):
    """A place at which the two differ; the side that has nothing there is MISSING."""

    path: tuple[str, ...]
    before: Any
    after: Any


def walk(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every place at which `before` and `after` differ, by their own order of names.

    The values must be no deeper than documents.MAX_DEPTH. The order of a list of texts, or of
    named entries, makes no difference.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _walk_members(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _walk_lists(before, after, path)
    elif type(before) is not type(after) or before != after:
        yield Leaf(path, before, after)


def _walk_members(before: dict, after: dict, path: tuple[str, ...]) -> Iterator[Leaf]:
    for name, value in before.items():
        yield from _walk_member(value, after.get(name, MISSING), (*path, name))
    for name, value in after.items():
        if name not in before:
            yield Leaf((*path, name), MISSING, value)


def _walk_member(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Leaf]:
    if after is MISSING:
        yield Leaf(path, before, MISSING)
    else:
        yield from walk(before, after, path)


def _walk_lists(before: list, after: list, path: tuple[str, ...]) -> Iterator[Leaf]:
    if not any(isinstance(each, dict | list) for values in (before, after) for each in values):
        yield from _walk_members(counted(before), counted(after), path)
    elif key := _natural_key(before, after):
        yield from _walk_members(
            {each[key]: each for each in before}, {each[key]: each for each in after}, path
        )
    else:
        yield from _walk_middle(before, after, path)


def counted(values: list) -> dict[str, Any]:
    """Plain values by their text; one that stands there again is told so."""
    seen: Counter[str] = Counter()
    found = {}
    for value in values:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        seen[text] += 1
        found[repeated(text, seen[text])] = value
    return found


def repeated(name: str, time: int) -> str:
    """The name of a thing that stands somewhere for the `time`th time."""
    return name if time == 1 else f"{name} ({time})"


def _natural_key(before: list, after: list) -> str:
    for key in _NATURAL_KEYS:
        if _tells_apart(key, before) and _tells_apart(key, after):
            return key
    return ""


def _tells_apart(key: str, values: list) -> bool:
    if not all(isinstance(each, dict) and isinstance(each.get(key), str) for each in values):
        return False
    return len({each[key] for each in values}) == len(values)


def _walk_middle(before: list, after: list, path: tuple[str, ...]) -> Iterator[Leaf]:
    """By place, once what is equal at the beginning and at the end is left out."""
    one, other = [_form(each) for each in before], [_form(each) for each in after]
    first, shorter = 0, min(len(one), len(other))
    while first < shorter and one[first] == other[first]:
        first += 1
    last = 0
    while last < shorter - first and one[-1 - last] == other[-1 - last]:
        last += 1
    for place in range(first, max(len(one), len(other)) - last):
        here = (*path, str(place))
        if place >= len(other) - last:
            yield Leaf(here, before[place], MISSING)
        elif place >= len(one) - last:
            yield Leaf(here, MISSING, after[place])
        else:
            yield from walk(before[place], after[place], here)


def _form(value: Any) -> bytes:
    """A digest: a million texts of orjson's keep a kilobyte each, however short they are."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=16).digest()
