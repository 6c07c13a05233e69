"""The change log of an endpoint: what it said of itself, and when that changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.probes.rules.differences import Difference
from registry.probes.selectors.changes import Change, ChangeLog

# Bodies beyond this are compared on the page of the change alone.
COMPARED_IN_LISTS = 200_000
# Of one change in a list; all of them stand on its page.
WORDS_SHOWN = 5

_NAMES = {
    "metadata": "FHIR statement",
    "smart_configuration": "SMART configuration",
    "openapi": "OpenAPI document",
    "security_txt": "security.txt",
    "accessibility_statement": "Accessibility statement",
    "root": "Web page",
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in a list; `words` are the first things that differ."""

    change: Change
    document: str
    counts: str
    words: list[str]
    more: int


def lines(
    log: ChangeLog, differences: Mapping[tuple[str, str, str], Difference]
) -> list[ChangeLine]:
    """The changes of `log` as lines; those without a difference say nothing of what it is."""
    return [
        _line(change, differences.get((change.capture, change.before, change.after)))
        for change in log.changes
    ]


def document_name(capture: str) -> str:
    """What people call a capture."""
    return _NAMES.get(capture, capture.replace("_", " ").capitalize())


def _line(change: Change, difference: Difference | None) -> ChangeLine:
    entries = difference.entries[:WORDS_SHOWN] if difference else ()
    return ChangeLine(
        change=change,
        document=document_name(change.capture),
        counts=difference.counts if difference else "",
        words=[f"{entry.topic}: {entry.words}" for entry in entries],
        more=difference.count - len(entries) if difference else 0,
    )
