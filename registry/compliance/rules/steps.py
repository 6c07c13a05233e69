"""What somebody can do so that a criterion is proved on a day, and what that does to the facts.

The order of cost is docs/adr/0071.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from registry.common.periods import holds, period
from registry.compliance.rules.facts import (
    CheckSpellFact,
    CriterionFact,
    EndpointFact,
    PairFacts,
    ProofFact,
)


class Move(StrEnum):
    """The kinds of steps, the cheapest first (docs/adr/0071)."""

    DECIDE = "decide"
    MEND = "mend"
    RENEW = "renew"
    ANSWER = "answer"
    REGISTER = "register"
    SUBMIT = "submit"


# Forms of new evidence, the cheapest to come by first: what the supplier writes by itself, what
# it holds already, what it has to work out, what somebody else has to give.
FORMS = (
    "declaration",
    "document",
    "named_cso",
    "registration",
    "questionnaire",
    "conformance_statement",
    "machine_report",
    "statement_of_applicability",
    "crm_plan",
    "hazard_log",
    "dpia",
    "safety_case_report",
    "published_assessment",
    "onboarding_certificate",
    "test_report",
    "certificate",
)
_MOVES = tuple(Move)
_WAITING = ("submitted", "in_assessment")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    `about` is a submission's reference, an endpoint's id, a profile or a form of evidence, as the
    move says; `check_id` is the check that a mended endpoint has to pass.
    """

    move: Move
    about: str
    check_id: str = ""

    @property
    def rank(self) -> int:
        """Its place in the order of cost; 0 is the cheapest."""
        if self.move is not Move.SUBMIT:
            return _MOVES.index(self.move)
        # A form that nobody ranked is dearer than any that is.
        place = FORMS.index(self.about) if self.about in FORMS else len(FORMS)
        return _MOVES.index(Move.SUBMIT) + place

    @property
    def private(self) -> bool:
        """Whether it tells of unpublished evidence (product.md)."""
        return self.move is Move.DECIDE


def ways(facts: PairFacts, criterion: CriterionFact, day: date) -> list[frozenset[Step]]:
    """Every way to have `criterion`, which is unproved, proved on `day`: sets of steps, each of
    which is enough.
    """
    singles = [Step(Move.SUBMIT, form) for form in criterion.forms]
    singles += _of_evidence(facts, criterion, day)
    found = [frozenset((step,)) for step in singles]
    serving = [each for each in facts.endpoints_of(criterion) if holds(each.in_service, day)]
    if criterion.check_id and serving:
        # Each endpoint in service has to pass, and none of the steps above makes one pass.
        failing = [each for each in serving if not _passes(each, criterion.check_id, day)]
        found.append(frozenset(_mend(each, criterion) for each in failing))
    elif criterion.check_id:
        found += [frozenset((Step(Move.REGISTER, each),)) for each in sorted(criterion.profiles)]
    return found


def _mend(endpoint: EndpointFact, criterion: CriterionFact) -> Step:
    return Step(Move.MEND, str(endpoint.id), criterion.check_id)


def _passes(endpoint: EndpointFact, check_id: str, day: date) -> bool:
    spell = endpoint.spell_on(check_id, day)
    return spell is not None and spell.result == "pass"


def _of_evidence(facts: PairFacts, criterion: CriterionFact, day: date) -> list[Step]:
    """What can be made of evidence that was submitted, the best first.

    Of each kind, and of what speaks to the same criteria, only that which lasted longest.
    """
    best: dict[tuple[Move, frozenset], tuple] = {}
    for proof in facts.proofs_of(criterion):
        move = move_for(proof, day)
        if move is None or proof.form not in criterion.forms:
            continue
        newest = (proof.end or date.max, proof.dated or date.min, proof.id, proof.ref)
        key = (move, proof.criteria & facts.criterion_ids)
        best[key] = max(best.get(key, newest), newest)
    ranked = sorted(((newest, move) for (move, _), newest in best.items()), reverse=True)
    return [Step(move, newest[-1]) for newest, move in ranked]


def move_for(proof: ProofFact, day: date) -> Move | None:
    """What would make this evidence prove its criteria on `day`; `None` where nothing would.

    What was revoked is not renewed: it was wrong, and something new has to be shown. What waits
    helps only where the supplier asked for the day.
    """
    if proof.state in _WAITING:
        asked_for = proof.valid is None or holds(proof.valid, day)
        return Move.DECIDE if asked_for else None
    if proof.state == "returned":
        return Move.ANSWER
    if proof.state == "accepted" and proof.revoked_from is None and not holds(proof.valid, day):
        return Move.RENEW
    return None


def taken(facts: PairFacts, steps: Iterable[Step], day: date) -> PairFacts:
    """The facts once `steps` are taken, so that each counts from `day` on."""
    for step in sorted(steps, key=lambda each: (each.rank, each.about, each.check_id)):
        if step.move is Move.MEND:
            facts = replace(facts, endpoints=tuple(_mended(facts, step, day)))
        elif step.move is Move.REGISTER:
            facts = replace(facts, endpoints=(*facts.endpoints, _registered(facts, step, day)))
        else:
            facts = replace(facts, proofs=(*facts.proofs, _accepted(facts, step, day)))
    return facts


def _accepted(facts: PairFacts, step: Step, day: date) -> ProofFact:
    """Evidence as it stands when accepted: for the criteria that accept its form."""
    held = next((each for each in facts.proofs if each.ref == step.about), None)
    new = ProofFact(id=-1, ref="new", state="accepted", criteria=frozenset(), form=step.about)
    proof = new if step.move is Move.SUBMIT else held
    valid = proof.valid if step.move is Move.DECIDE and proof.valid else period(day, None)
    return replace(
        proof,
        state="accepted",
        valid=valid,
        criteria=frozenset(each.id for each in covered(facts, step)),
    )


def covered(facts: PairFacts, step: Step) -> list[CriterionFact]:
    """The criteria that evidence would prove, or that the check of a step is asked for."""
    criteria = [each for version in facts.versions for each in version.criteria]
    if step.move is Move.SUBMIT:
        return [each for each in criteria if step.about in each.forms]
    if step.move is Move.MEND:
        return [each for each in criteria if each.check_id == step.check_id]
    if step.move is Move.REGISTER:
        return [each for each in criteria if step.about in each.profiles]
    proof = next(each for each in facts.proofs if each.ref == step.about)
    return [each for each in criteria if each.id in proof.criteria and proof.form in each.forms]


def _mended(facts: PairFacts, step: Step, day: date) -> Iterator[EndpointFact]:
    for endpoint in facts.endpoints:
        if str(endpoint.id) == step.about:
            passing = CheckSpellFact(step.check_id, "pass", period(day, None))
            # What is found from the day on takes the place of what held the day.
            others = [each for each in endpoint.spells if not _overruled(each, step, day)]
            endpoint = replace(endpoint, spells=(*others, passing))
        yield endpoint


def _overruled(spell: CheckSpellFact, step: Step, day: date) -> bool:
    upper = spell.period.upper
    return spell.check_id == step.check_id and (upper is None or upper > day)


def _registered(facts: PairFacts, step: Step, day: date) -> EndpointFact:
    """A new endpoint, in service from the day on, that passes whatever is asked of it."""
    checks = {each.check_id for version in facts.versions for each in version.criteria}
    return EndpointFact(
        id=-1 - len(facts.endpoints),
        url="",
        profile=step.about,
        in_service=period(day, None),
        spells=tuple(
            CheckSpellFact(each, "pass", period(day, None)) for each in sorted(checks) if each
        ),
    )
