"""The algebra of compliance.md, for one pair on one day."""

from collections.abc import Iterable, Iterator
from datetime import date

from psycopg2.extras import DateRange

from registry.common.periods import holds
from registry.compliance.rules.facts import CriterionFact, PairFacts, VersionFact


def proved(facts: PairFacts, criterion: CriterionFact, day: date) -> bool:
    """Whether any of its proofs, or its check, proves the criterion on `day`."""
    if any(proof.proves_on(day) for proof in facts.proofs_of(criterion)):
        return True
    return proved_by_check(facts, criterion, day)


def proved_by_check(facts: PairFacts, criterion: CriterionFact, day: date) -> bool:
    """Whether every endpoint in service passes, and there is at least one."""
    if not criterion.check_id:
        return False
    serving = [each for each in facts.endpoints_of(criterion) if holds(each.in_service, day)]
    results = [each.spell_on(criterion.check_id, day) for each in serving]
    return bool(results) and all(spell and spell.result == "pass" for spell in results)


def met_by(facts: PairFacts, version: VersionFact, day: date) -> bool:
    """Whether `version` counts on `day` and each of its MUST criteria is proved.

    A version without a MUST criterion is met by nobody.
    """
    musts = version.musts
    if not musts or not holds(version.accepted, day):
        return False
    return all(proved(facts, criterion, day) for criterion in musts)


def required(facts: PairFacts, day: date) -> bool:
    """Whether any scope row requires the standard of the product on `day`."""
    return any(requirement.holds_on(day) for requirement in facts.requirements)


def excused(facts: PairFacts, day: date) -> bool:
    """Whether a dispensation holds `day`."""
    return any(holds(excuse.period, day) for excuse in facts.excuses)


def status_on(facts: PairFacts, day: date) -> str:
    """`met`, `exempt`, `not_met` or `not_required` (the values of `enums.Status`)."""
    if any(met_by(facts, version, day) for version in facts.versions):
        return "met"
    if not required(facts, day):
        return "not_required"
    return "exempt" if excused(facts, day) else "not_met"


def verdict_on(pairs: Iterable[PairFacts], day: date) -> str:
    """The verdict on a product, from all its pairs (the values of `enums.Verdict`).

    A standard that is met without being required makes nobody compliant.
    """
    pairs = list(pairs)
    statuses = {status_on(facts, day) for facts in pairs}
    if "not_met" in statuses:
        return "non_compliant"
    if "exempt" in statuses:
        return "exempt"
    return "compliant" if any(required(facts, day) for facts in pairs) else "nothing_required"


def boundaries(facts: PairFacts) -> set[date]:
    """Every day on which the pair's status may change: all ends of all its facts."""
    ends = {end for span in _spans(facts) for end in (span.lower, span.upper)}
    ends |= {proof.revoked_from for proof in facts.proofs}
    return {end for end in ends if end is not None}


def _spans(facts: PairFacts) -> Iterator[DateRange]:
    yield from (version.accepted for version in facts.versions)
    yield from (excuse.period for excuse in facts.excuses)
    yield from (proof.valid for proof in facts.proofs if proof.valid is not None)
    for requirement in facts.requirements:
        yield requirement.required
        yield from requirement.claimed
    for endpoint in facts.endpoints:
        yield endpoint.in_service
        yield from (spell.period for spell in endpoint.spells)
