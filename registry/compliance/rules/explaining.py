"""The explanation of a status: which version came closest, and what stood in its way."""

from dataclasses import dataclass, replace
from datetime import date

from registry.common.formatting import format_date, last_day
from registry.common.periods import holds
from registry.compliance.rules.closeness import Distance, distances
from registry.compliance.rules.facts import (
    CriterionFact,
    ExcuseFact,
    PairFacts,
    RequirementFact,
    VersionFact,
)
from registry.compliance.rules.reasons import (
    Kind,
    Link,
    Reason,
    criterion_reasons,
)
from registry.compliance.rules.statuses import proved, proved_by_check, required, status_on


@dataclass(frozen=True, slots=True)
class CriterionState:
    """A criterion of the closest version: proved, by what; or not, and why."""

    criterion: CriterionFact
    proved: bool
    reasons: tuple[Reason, ...] = ()
    # What lasts longest first.
    proved_by: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps the closest version from being met, in a sentence.

    `criterion` is `None` where the version itself is in the way. `also` are further reasons.
    """

    kind: Kind
    words: str
    since: date | None = None
    link: Link | None = None
    criterion: CriterionFact | None = None
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair has its status on a day."""

    day: date
    status: str
    summary: str
    required: bool
    # What requires it on the day, in sentences.
    requirements: tuple[str, ...] = ()
    # The version that is met, or came closest; `None` where the standard has none.
    version: VersionFact | None = None
    # The criteria of that version, all levels, MUST first.
    criteria: tuple[CriterionState, ...] = ()
    # Empty when the status is met.
    unproved: tuple[Obstacle, ...] = ()
    excuse: ExcuseFact | None = None
    # The other versions, the closest first.
    others: tuple[Distance, ...] = ()
    # Where the facts say otherwise than the register held: their refresh is still owed.
    facts_changed_since: bool = False

    @property
    def met(self) -> bool:
        """Whether the standard is met on the day."""
        return self.status == "met"


def explain(facts: PairFacts, day: date, *, seen: date | None = None) -> Explanation:
    """Explain the status of a pair on `day` from its facts, as told on the day `seen`."""
    status = status_on(facts, day)
    versions = distances(facts, day, seen)
    version = versions[0].version if versions else None
    states = _states(facts, version, day, seen)
    in_the_way = versions[0].reason if versions else None
    unproved = () if status == "met" else tuple(_obstacles(version, in_the_way, states))
    excuse = next((each for each in facts.excuses if holds(each.period, day)), None)
    asked = tuple(_asked(each) for each in facts.requirements if each.holds_on(day))
    return Explanation(
        day=day,
        status=status,
        summary=_summary(status, version, unproved, excuse),
        required=required(facts, day),
        requirements=asked,
        version=version,
        criteria=states,
        unproved=unproved,
        excuse=excuse,
        others=tuple(versions[1:]),
    )


def as_held(explanation: Explanation, status: str) -> Explanation:
    """The explanation of a status that the register held, where that is another than the facts'.

    The reasons stay those of the facts; the summary says that they have changed.
    """
    if status == explanation.status:
        return explanation
    word = status.replace("_", " ")
    summary = f"The register held this as “{word}”. The facts have changed since."
    return replace(explanation, status=status, summary=summary, facts_changed_since=True)


def _obstacles(
    version: VersionFact | None, in_the_way: Reason | None, states: tuple[CriterionState, ...]
) -> list[Obstacle]:
    if version is None:
        return [Obstacle(Kind.NO_VERSION, "The standard has no version that could be met.")]
    found = []
    if in_the_way:
        found.append(Obstacle(in_the_way.kind, in_the_way.words, in_the_way.since))
    for state in states:
        if state.criterion.level == "MUST" and not state.proved:
            first, *others = state.reasons
            words = f"{state.criterion.code}: {first.words}"
            found.append(
                Obstacle(first.kind, words, first.since, first.link, state.criterion, tuple(others))
            )
    return found


def _states(
    facts: PairFacts, version: VersionFact | None, day: date, seen: date | None
) -> tuple[CriterionState, ...]:
    if version is None:
        return ()
    ranked = sorted(version.criteria, key=lambda each: (_LEVELS.index(each.level), each.code))
    return tuple(_state(facts, criterion, day, seen) for criterion in ranked)


_LEVELS = ("MUST", "SHOULD", "MAY")


def _state(
    facts: PairFacts, criterion: CriterionFact, day: date, seen: date | None
) -> CriterionState:
    if not proved(facts, criterion, day):
        reasons = criterion_reasons(facts, criterion, day, seen)
        return CriterionState(criterion, False, tuple(reasons))
    proofs = [proof for proof in facts.proofs_of(criterion) if proof.proves_on(day)]
    proofs.sort(key=lambda proof: (proof.end or date.max, proof.id), reverse=True)
    by = [Link("submission", proof.ref) for proof in proofs]
    if proved_by_check(facts, criterion, day):
        # Where one endpoint does not pass, the others prove nothing.
        by += [
            Link("endpoint", str(each.id))
            for each in facts.endpoints_of(criterion)
            if holds(each.in_service, day)
        ]
    return CriterionState(criterion, True, (), tuple(by))


def _asked(requirement: RequirementFact) -> str:
    who = "every product"
    if requirement.capability is not None:
        who = f"every product that claims {requirement.capability}"
    start = requirement.required.lower
    return f"Required of {who}" + (f" from {format_date(start)}." if start else ".")


def _summary(
    status: str,
    version: VersionFact | None,
    unproved: tuple[Obstacle, ...],
    excuse: ExcuseFact | None,
) -> str:
    if status == "met":
        return f"Version {version.name} is met: every MUST criterion is proved."
    if status == "exempt":
        until = excuse.period.upper
        end = f" until {format_date(last_day(until))}" if until else ""
        return f"Required and not met, but excused{end}."
    if status == "not_required":
        return "Nothing requires this standard of the product on this day."
    if version is None:
        return unproved[0].words
    count = len(unproved)
    things = "one thing is" if count == 1 else f"{count} things are"
    return f"Version {version.name} comes closest: {things} missing."
