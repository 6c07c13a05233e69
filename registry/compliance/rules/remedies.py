"""The cheapest thing that makes a standard met on a day (docs/adr/0071).

What the rule promises: with its steps taken the status on `from_day` is "met", and without any
one of them it is not. tests/compliance/test_remedies.py holds it to that in generated worlds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from registry.common.formatting import format_date
from registry.common.periods import holds
from registry.compliance.rules.closeness import distances
from registry.compliance.rules.covering import Way, cheapest, cost
from registry.compliance.rules.facts import CriterionFact, PairFacts, VersionFact
from registry.compliance.rules.reasons import Link
from registry.compliance.rules.statuses import proved
from registry.compliance.rules.steps import Move, Step, ways
from registry.compliance.rules.telling import link_of, tell


@dataclass(frozen=True, slots=True)
class Task:
    """A step of a remedy in a sentence, and the criteria of the version that it is for."""

    step: Step
    words: str
    criteria: tuple[CriterionFact, ...]
    link: Link | None = None

    @property
    def by_the_supplier(self) -> bool:
        """Whether the supplier has to act; otherwise an assessor has."""
        return self.step.move is not Move.DECIDE


@dataclass(frozen=True, slots=True)
class Remedy:
    """The cheapest steps after which a version is met.

    `from_day` is the first day on which it would be: the day asked about, or the first day on
    which a version counts; `None` where nothing would do. `obstacle` says why the day itself is
    out of reach, and who could change that; empty where it is not.
    """

    from_day: date | None
    version: VersionFact | None = None
    tasks: tuple[Task, ...] = ()
    obstacle: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is to be done."""
        return tuple(task.step for task in self.tasks)


def remedy(facts: PairFacts, day: date) -> Remedy:
    """What would make the pair `met` on `day`, or on the first later day that it could be.

    Without tasks where it is met by then anyhow.
    """
    found = _cheapest_on(facts, day)
    if found is not None:
        return found
    obstacle = _obstacle(facts, day)
    for later in _days_after(facts, day):
        found = _cheapest_on(facts, later)
        if found is not None:
            return replace(found, obstacle=obstacle)
    return Remedy(None, obstacle=obstacle)


def public_facts(facts: PairFacts) -> PairFacts:
    """The facts without evidence that waits for a decision, which outsiders may not know of."""
    known = tuple(each for each in facts.proofs if each.state in ("accepted", "returned"))
    return replace(facts, proofs=known)


def _cheapest_on(facts: PairFacts, day: date) -> Remedy | None:
    """The cheapest over the versions that count on `day`; among equals the closest."""
    best: tuple | None = None
    for place, each in enumerate(distances(facts, day)):
        if each.reason is not None:
            continue
        needs = [ways(facts, one, day) for one in each.missing]
        chosen = cheapest(_without_twins(needs))
        if chosen is not None:
            price = (cost(chosen), place)
            if best is None or price < best[0]:
                best = (price, each.version, chosen)
    if best is None:
        return None
    _, version, chosen = best
    return Remedy(day, version, tuple(_tasks(facts, version, chosen, day)))


def _without_twins(needs: list[list[Way]]) -> list[list[Way]]:
    """Of single steps that cost the same and meet the same needs, only the first.

    Two hundred lapsed certificates for one criterion are one way, not two hundred.
    """
    meets: dict[Step, list[int]] = {}
    for place, found in enumerate(needs):
        for way in found:
            if len(way) == 1:
                meets.setdefault(next(iter(way)), []).append(place)
    first: dict[tuple, Step] = {}
    for step, places in meets.items():
        if step.move in _INTERCHANGEABLE:
            first.setdefault((step.rank, tuple(places)), step)
    kept = set(first.values())
    return [
        [way for way in found if len(way) > 1 or _is_kept(next(iter(way)), kept)] for found in needs
    ]


_INTERCHANGEABLE = (Move.DECIDE, Move.RENEW, Move.ANSWER)


def _is_kept(step: Step, kept: set[Step]) -> bool:
    return step.move not in _INTERCHANGEABLE or step in kept


def _tasks(facts: PairFacts, version: VersionFact, chosen: Way, day: date) -> Iterable[Task]:
    missing = [each for each in version.musts if not proved(facts, each, day)]
    found = {each.id: ways(facts, each, day) for each in missing}
    for step in sorted(chosen, key=lambda each: (each.rank, each.about, each.check_id)):
        serves = tuple(
            each for each in missing if any(step in way and way <= chosen for way in found[each.id])
        )
        words = tell(facts, step, serves, day)
        yield Task(step, words, serves, link_of(step))


def _days_after(facts: PairFacts, day: date) -> list[date]:
    """The days after `day` on which a version begins to count, in order."""
    starts = {version.accepted.lower for version in facts.versions if version.musts}
    return sorted(start for start in starts if start is not None and start > day)


def _obstacle(facts: PairFacts, day: date) -> str:
    """Why no step would do on `day`, and who could change that."""
    if not facts.versions:
        return "The standard has no version. A standards editor can publish one."
    able = [version for version in facts.versions if version.musts]
    if not able:
        return (
            "No version has a MUST criterion, so nothing can meet it. "
            "A standards editor can add one."
        )
    counting = [version for version in able if holds(version.accepted, day)]
    if not counting:
        return (
            f"No version of the standard counts on {format_date(day)}. "
            "A standards editor can change when a version counts."
        )
    stuck = next(
        each
        for version in counting
        for each in version.musts
        if not proved(facts, each, day) and not ways(facts, each, day)
    )
    return (
        f"Nothing that the register knows can prove {stuck.code}: it accepts no form of evidence "
        "and no check. A standards editor can change what it accepts."
    )
