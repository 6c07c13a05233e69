"""Generated facts of one product and one standard, for rules that need no database.

Days are few, so that periods meet, adjoin and leave gaps; both ends are open now and then, and a
version without a MUST criterion, evidence of a form that is not accepted any more, a check that
nobody knows and an endpoint that leaves on the day another fails all occur.
"""

from datetime import date, timedelta

from hypothesis import strategies as st

from registry.common.periods import period
from registry.compliance.rules import (
    CheckSpellFact,
    CriterionFact,
    EndpointFact,
    ExcuseFact,
    PairFacts,
    ProofFact,
    RequirementFact,
    VersionFact,
)
from tests.compliance.worlds import DAYS, ends, spans

FORMS = ("declaration", "document", "test_report")
# By check: the profiles that it speaks of; the last is a check that nobody knows.
CHECKS = {
    "": frozenset(),
    "tls.version": frozenset({"web", "fhir-r4"}),
    "fhir.statement": frozenset({"fhir-r4"}),
    "gone.check": frozenset(),
}
periods = spans().map(lambda span: period(*span))


@st.composite
def pairs(draw) -> PairFacts:
    """The facts of one pair."""
    versions = tuple(draw(_version(number)) for number in range(draw(st.integers(0, 3))))
    ids = [each.id for version in versions for each in version.criteria]
    return PairFacts(
        versions=versions,
        requirements=tuple(RequirementFact(draw(periods)) for _ in range(draw(st.integers(0, 2)))),
        proofs=tuple(
            draw(_proof(number, ids)) for number in range(draw(st.integers(0, 5)) if ids else 0)
        ),
        endpoints=tuple(draw(_endpoint(number)) for number in range(draw(st.integers(0, 3)))),
        excuses=tuple(ExcuseFact(1, draw(periods)) for _ in range(draw(st.integers(0, 1)))),
    )


@st.composite
def _version(draw, number: int) -> VersionFact:
    criteria = tuple(
        draw(_criterion(10 * number + place)) for place in range(draw(st.integers(0, 3)))
    )
    return VersionFact(number, f"v{number}", draw(periods), criteria)


@st.composite
def _criterion(draw, number: int) -> CriterionFact:
    check_id = draw(st.sampled_from(list(CHECKS)))
    return CriterionFact(
        id=number,
        code=f"C{number}",
        level=draw(st.sampled_from(["MUST", "MUST", "MUST", "SHOULD"])),
        forms=tuple(draw(st.lists(st.sampled_from(FORMS), max_size=2, unique=True))),
        check_id=check_id,
        profiles=CHECKS[check_id],
    )


@st.composite
def _proof(draw, number: int, ids: list[int]) -> ProofFact:
    state = draw(
        st.sampled_from(["accepted", "accepted", "submitted", "in_assessment", "returned"])
    )
    accepted = state == "accepted"
    return ProofFact(
        id=number,
        ref=f"p{number}",
        state=state,
        criteria=frozenset(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4))),
        valid=draw(periods if accepted else st.one_of(st.none(), periods)),
        revoked_from=draw(st.one_of(st.none(), st.sampled_from(DAYS))) if accepted else None,
        form=draw(st.sampled_from(FORMS)),
        dated=draw(st.one_of(st.none(), st.sampled_from(DAYS))),
    )


@st.composite
def _endpoint(draw, number: int) -> EndpointFact:
    spells = []
    for check_id in ("tls.version", "fhir.statement"):
        cuts = [None, *sorted(draw(st.sets(st.sampled_from(DAYS), max_size=3))), None]
        for start, until in zip(cuts, cuts[1:], strict=False):
            result = draw(st.sampled_from(["pass", "pass", "fail", "unknown", None]))
            if result:
                spells.append(CheckSpellFact(check_id, result, period(start, until)))
    return EndpointFact(
        id=number,
        url=f"https://{number}.example.test",
        profile=draw(st.sampled_from(["web", "fhir-r4"])),
        in_service=draw(periods),
        spells=tuple(spells),
    )


asked = st.sampled_from([DAYS[0] - timedelta(days=1), *DAYS, date(1948, 1, 1), date(2199, 12, 31)])
__all__ = ["asked", "ends", "pairs"]
