"""What differs between two captures of one kind, in words (probing.md, "Captures").

Pure, bounded, and as long as the bodies are: the work grows with their size, never with its
square, and only the first entries are kept. Two bodies with one canonical hash do not differ;
two with different ones differ in at least one entry.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from registry.probes.rules.canonical import canonical_hash, stable
from registry.probes.rules.differences import documents, statements
from registry.probes.rules.differences.walking import Leaf, walk
from registry.probes.rules.differences.words import (
    MISSING,
    MOST_COUNTED,
    MOST_ENTRIES,
    Difference,
    Entry,
    Sort,
    brief,
)
from registry.probes.rules.documents import Document, read_document

__all__ = ["MOST_ENTRIES", "Difference", "Entry", "Sort", "difference"]

_TAG = re.compile(r"<[^<>]*>")
_ONLY_FORM = Entry(Sort.CHANGED, "Form", "The order or the writing, and nothing that is compared,")
_PARTS = (*statements.PARTS, documents.OPERATIONS)
# Words are made for the entries that are kept, not for all that are counted.
_Found = tuple[Sort, Callable[[Sort], Entry]]


def difference(capture: str, before: bytes, after: bytes) -> Difference:
    """What differs from `before` to `after`, two bodies of the capture of that name.

    Never raises, whatever the bodies are.
    """
    one, other = read_document(before), read_document(after)
    if canonical_hash(before, one, capture=capture) == canonical_hash(
        after, other, capture=capture
    ):
        return Difference()
    if one.error or other.error:
        return _told(_of_texts(capture, before, after, one, other))
    return _told(_of_values(capture, one, other))


def _told(found: Iterator[_Found]) -> Difference:
    counts: Counter[Sort] = Counter()
    entries = []
    for place, (sort, make) in enumerate(islice(found, MOST_COUNTED)):
        counts[sort] += 1
        if place < MOST_ENTRIES:
            entries.append(make(sort))
    if not entries:
        return Difference((_ONLY_FORM,), changed=1)
    return Difference(
        tuple(entries),
        added=counts[Sort.ADDED],
        removed=counts[Sort.REMOVED],
        changed=counts[Sort.CHANGED],
        cut=next(found, None) is not None,
    )


def _of_values(capture: str, one: Document, other: Document) -> Iterator[_Found]:
    before, after = stable(one.value, capture), stable(other.value, capture)
    for sort, name in _went_and_came(one.duplicate_names, other.duplicate_names):
        yield sort, partial(_twice, name)
    if statements.is_statement(before) and statements.is_statement(after):
        yield from _of_trees(*statements.trees(before, after))
    elif documents.is_openapi(before) and documents.is_openapi(after):
        yield from _of_trees(documents.openapi_tree(before), documents.openapi_tree(after))
    elif capture == "smart_configuration" and isinstance(before, dict) and isinstance(after, dict):
        yield from _of_trees(documents.smart_tree(before), documents.smart_tree(after))
    else:
        for leaf in walk(before, after):
            yield _sort(leaf), partial(_at_a_path, leaf)


def _twice(name: str, sort: Sort) -> Entry:
    return Entry(sort, "Form", f"Name that stands twice in an object: {brief(name)}")


def _of_trees(before: dict[str, Any], after: dict[str, Any]) -> Iterator[_Found]:
    for leaf in walk(before, after):
        topic, *path = leaf.path
        if topic == statements.RESOURCES and len(path) == 1:
            leaf = leaf._replace(**_with_interactions(leaf, path[0], before, after))
        # What stands under a thing that came or went is told with that thing.
        if not (topic in _PARTS and len(path) == 1):
            yield _sort(leaf), partial(_in_a_topic, topic, path, leaf)


def _with_interactions(leaf: Leaf, label: str, before: dict, after: dict) -> dict[str, Any]:
    """A resource that came or went, told by what could be done with it."""
    return {
        side: ", ".join(tree["Interactions"].get(label, ())) or "no interaction"
        for side, tree in (("before", before), ("after", after))
        if getattr(leaf, side) is not MISSING
    }


def _in_a_topic(topic: str, path: list[str], leaf: Leaf, sort: Sort) -> Entry:
    if topic == documents.OPERATIONS and path[1].isupper():
        path = [f"{path[1]} {path[0]}", *path[2:]]
    elif topic in statements.PARTS:
        path = [f"{path[0]}: {path[1]}", *path[2:]]
    return _entry(sort, topic, brief(", ".join(path)), leaf)


def _at_a_path(leaf: Leaf, sort: Sort) -> Entry:
    pointer = "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in leaf.path)
    return _entry(sort, "Content", brief(pointer) or "The whole", leaf)


def _sort(leaf: Leaf) -> Sort:
    if leaf.before is MISSING:
        return Sort.ADDED
    return Sort.REMOVED if leaf.after is MISSING else Sort.CHANGED


def _entry(sort: Sort, topic: str, name: str, leaf: Leaf) -> Entry:
    before, after = brief(leaf.before), brief(leaf.after)
    # A thing in a list is its own name.
    own = sort is not Sort.CHANGED and (before or after) == brief("".join(leaf.path[-1:]))
    return Entry(sort, topic, name, "" if own else before, "" if own else after)


def _of_texts(
    capture: str, before: bytes, after: bytes, one: Document, other: Document
) -> Iterator[_Found]:
    """By line, as soon as one of the two is not JSON."""
    if bool(one.error) != bool(other.error):
        words = ["not JSON" if each.error else "JSON" for each in (one, other)]
        yield Sort.CHANGED, lambda sort: Entry(sort, "Form", "The body", *words)
    texts = [body.decode("utf-8", "replace") for body in (before, after)]
    if capture == "security_txt":
        yield from _of_trees(*map(documents.security_tree, texts))
        return
    lines = [_lines(text, without_tags=True) for text in texts]
    if lines[0] == lines[1]:
        lines = [_lines(text, without_tags=False) for text in texts]
    for sort, line in _went_and_came(*lines):
        yield sort, partial(_line, line)


def _line(line: str, sort: Sort) -> Entry:
    return Entry(sort, "Text", brief(line))


def _lines(text: str, *, without_tags: bool) -> list[str]:
    if without_tags and "<html" in text[:2000].lower():
        text = _TAG.sub("\n", text)
    return [stripped for line in text.splitlines() if (stripped := line.strip())]


def _went_and_came(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sort, str]]:
    """The texts of which one side has more, each as often as it has more of it."""
    for text in _beyond(before, after):
        yield Sort.REMOVED, text
    for text in _beyond(after, before):
        yield Sort.ADDED, text


def _beyond(texts: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    left = Counter(others)
    for text in texts:
        if left[text] > 0:
            left[text] -= 1
        else:
            yield text
