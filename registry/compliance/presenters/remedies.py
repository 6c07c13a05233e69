"""The cheapest thing that makes a standard met, as pages and the API tell it."""

from dataclasses import dataclass
from datetime import date

from registry.common.formatting import format_date
from registry.compliance import rules
from registry.compliance.presenters.readers import Action, Reader
from registry.compliance.rules import PairFacts, Remedy

# On lists; the page of the pair has all of them.
MOST_SHORT = 2


@dataclass(frozen=True)
class StepLine:
    """One thing to do."""

    words: str
    by_the_supplier: bool
    action: Action | None


@dataclass(frozen=True)
class RemedyShown:
    """What would do, for one reader on one day."""

    remedy: Remedy
    # What the steps lead to, and from which day; why nothing would do where nothing does.
    lead: str
    steps: tuple[StepLine, ...]

    @property
    def short(self) -> tuple[StepLine, ...]:
        """The first steps, for a list."""
        return self.steps[:MOST_SHORT]

    @property
    def more(self) -> int:
        """How many steps a list leaves out."""
        return max(len(self.steps) - MOST_SHORT, 0)


def shown(facts: PairFacts, *, on: date, today: date, reader: Reader) -> RemedyShown:
    """The remedy as `reader` may know of it: outsiders are not told of evidence that waits."""
    known = facts if reader.insider else rules.public_facts(facts)
    found = rules.remedy(known, on)
    steps = tuple(
        StepLine(task.words, task.by_the_supplier, reader.act_on(task)) for task in found.tasks
    )
    return RemedyShown(found, _lead(found, on, today), steps)


def _lead(found: Remedy, on: date, today: date) -> str:
    if found.from_day is None:
        return found.obstacle
    version = f"version {found.version.name}"
    if found.from_day > on:
        return f"{found.obstacle} {_later(found, version, today)}"
    if on < today:
        return f"That day is past. This would have been enough to meet {version}:"
    if on == today:
        return f"This is enough to meet {version} from the day on which it is done:"
    return f"Done by {format_date(on)}, this is enough to meet {version} from that day:"


def _later(found: Remedy, version: str, today: date) -> str:
    day = format_date(found.from_day)
    if not found.tasks:
        return f"From {day} {version} counts, and it is met then without anything being done."
    if found.from_day < today:
        return f"From {day} {version} counted. This would have been enough to meet it:"
    return f"From {day} {version} counts. Done by then, this is enough to meet it:"
