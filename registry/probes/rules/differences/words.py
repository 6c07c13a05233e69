"""What a difference is made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A page of changes is read by people; what is beyond is counted.
MOST_ENTRIES = 200
# Bodies that differ everywhere are not counted to the end.
MOST_COUNTED = 10_000
_LONGEST = 160


class Sort(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return self.value.title()

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"added": "green", "removed": "red", "changed": "blue"}[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was added, removed or changed. `before` and `after` are short texts."""

    sort: Sort
    topic: str
    name: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """In one line: "Patient: family, type changed from string to token"."""
        if self.sort is Sort.CHANGED and (self.before or self.after):
            return f"{self.name} changed from {self.before or '–'} to {self.after or '–'}"
        return f"{self.name} {self.sort.value}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two captures: the first entries by topic, and how many there are.

    Where there are more than MOST_COUNTED, `cut` is true and the numbers are of so many.
    """

    entries: tuple[Entry, ...] = ()
    added: int = 0
    removed: int = 0
    changed: int = 0
    cut: bool = False

    @property
    def count(self) -> int:
        """How many things differ, those that are not among `entries` too."""
        return self.added + self.removed + self.changed

    @property
    def more(self) -> int:
        """How many are not among `entries`."""
        return self.count - len(self.entries)

    @property
    def counts(self) -> str:
        """In words: "2 added, 1 removed"; empty when nothing differs."""
        told = ((self.added, "added"), (self.removed, "removed"), (self.changed, "changed"))
        words = ", ".join(f"{number:,} {word}" for number, word in told if number)
        return f"at least {words}" if self.cut else words

    def by_topic(self) -> list[tuple[str, list[Entry]]]:
        """The entries under their topics, in the order in which these first come."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.topic, []).append(entry)
        return list(found.items())


class Missing:
    """Stands for a value that one side does not have."""


MISSING = Missing()


def brief(value: Any) -> str:
    """A value in a few words; of what has members, how many. Empty for what holds nothing."""
    if value is MISSING or value == {}:
        return ""
    if isinstance(value, dict):
        return _members(len(value), "member")
    if isinstance(value, list):
        return _members(len(value), "entry", "entries")
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    # Cut before it is tidied: a single text may be five megabytes.
    text = " ".join(str(value)[: _LONGEST * 4].split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _members(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
