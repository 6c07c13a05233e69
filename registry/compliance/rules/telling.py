"""A step of a remedy in a sentence: what to do, and at what."""

from collections.abc import Sequence
from datetime import date

from registry.common.formatting import format_date, last_day
from registry.common.periods import holds
from registry.compliance.rules.facts import CriterionFact, EndpointFact, PairFacts, ProofFact
from registry.compliance.rules.reasons import Link
from registry.compliance.rules.steps import Move, Step
from registry.probes.rules.profiles import Profile

# A list of criteria longer than this is cut short.
MOST_CODES = 5


def tell(facts: PairFacts, step: Step, criteria: Sequence[CriterionFact], day: date) -> str:
    """What to do, so that `criteria` are proved on `day`, in one or two sentences."""
    codes = _codes(criteria)
    if step.move is Move.MEND:
        endpoint = next(each for each in facts.endpoints if str(each.id) == step.about)
        return _mend(endpoint, criteria[0], day)
    if step.move is Move.REGISTER:
        return _register(facts, step, criteria, day)
    if step.move is Move.SUBMIT:
        return f"Submit new evidence for {codes}. The cheapest form: {_title(step, criteria)}."
    proof = next(each for each in facts.proofs if each.ref == step.about)
    if step.move is Move.DECIDE:
        since = f" since {format_date(proof.dated)}" if proof.dated else ""
        return (
            f"Accept evidence {proof.ref} for {codes}. It has been waiting for an assessor{since}; "
            "there is nothing for the supplier to do."
        )
    if step.move is Move.ANSWER:
        on = f" on {format_date(proof.dated)}" if proof.dated else ""
        return (
            f"Answer the return of evidence {proof.ref}: it was returned{on} with what would do, "
            f"for {codes}."
        )
    return _renew(proof, codes, day)


def link_of(step: Step) -> Link | None:
    """What the step is about, where the register has a page of it."""
    if step.move is Move.MEND:
        return Link("endpoint", step.about)
    if step.move in (Move.DECIDE, Move.RENEW, Move.ANSWER):
        return Link("submission", step.about)
    return None


def _mend(endpoint: EndpointFact, criterion: CriterionFact, day: date) -> str:
    check = f"the check {criterion.check_name}"
    spell = endpoint.spell_on(criterion.check_id, day)
    since = f" since {format_date(spell.period.lower)}" if spell and spell.period.lower else ""
    if spell is not None and spell.result == "fail":
        return f"Mend {endpoint.url}, so that {check} passes. It fails{since}."
    if spell is not None:
        return (
            f"Bring {endpoint.url} back, so that {check} can be verified. It could not be{since}."
        )
    ends = [each.period.upper for each in endpoint.spells_of(criterion.check_id)]
    last = max((end for end in ends if end is not None and end <= day), default=None)
    if last is None:
        return f"Let {endpoint.url} be visited, so that {check} is verified for the first time."
    return (
        f"Have {check} pass at {endpoint.url} again: it is verified only until "
        f"{format_date(last_day(last))}."
    )


def _register(facts: PairFacts, step: Step, criteria: Sequence[CriterionFact], day: date) -> str:
    checks = " and ".join(sorted({each.check_name for each in criteria}))
    noun = "check" if len({each.check_id for each in criteria}) == 1 else "checks"
    words = f"Register an endpoint ({_profile(step.about)}) that passes the {noun} {checks}"
    idle = [
        each.url
        for each in facts.endpoints
        if each.profile == step.about and not holds(each.in_service, day)
    ]
    return f"{words}, or put {idle[-1]} into service." if idle else f"{words}."


def _renew(proof: ProofFact, codes: str, day: date) -> str:
    if proof.end is not None and proof.end <= day:
        last = format_date(last_day(proof.end))
        return f"Renew evidence {proof.ref} for {codes}: it is valid only until {last}."
    start = format_date(proof.valid.lower)
    return (
        f"Have evidence {proof.ref} cover earlier days for {codes}: it is valid only from {start}."
    )


def _title(step: Step, criteria: Sequence[CriterionFact]) -> str:
    """What people call a form, as the criteria that accept it say."""
    for each in criteria:
        titles = dict(zip(each.forms, each.form_titles, strict=False))
        if step.about in titles:
            title = titles[step.about]
            # "DPIA" keeps its capitals, "Test report" does not.
            return title if title[:2].isupper() else title[:1].lower() + title[1:]
    return step.about.replace("_", " ")


def _profile(name: str) -> str:
    return Profile(name).label if name in set(Profile) else name


def _codes(criteria: Sequence[CriterionFact]) -> str:
    codes = [each.code for each in criteria]
    if len(codes) > MOST_CODES:
        return f"{', '.join(codes[:MOST_CODES])} and {len(codes) - MOST_CODES} more criteria"
    if len(codes) < 2:
        return "".join(codes)
    return f"{', '.join(codes[:-1])} and {codes[-1]}"
