"""What would be the cheapest thing that makes a standard met."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings

from registry.common.periods import period
from registry.compliance import rules
from registry.compliance.rules import (
    CheckSpellFact,
    CriterionFact,
    EndpointFact,
    PairFacts,
    ProofFact,
    RequirementFact,
    VersionFact,
)
from registry.compliance.rules.covering import cheapest, cost
from registry.compliance.rules.steps import FORMS, Move, Step, taken, ways
from registry.standards.enums import Form
from tests.compliance.pairs import asked, pairs

JANUARY, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)
ALWAYS = period(None, None)
WEB = frozenset({"web"})

generated = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def criterion(number: int, *forms: str, check: str = "", level: str = "MUST") -> CriterionFact:
    profiles = WEB if check else frozenset()
    return CriterionFact(
        number, f"C{number}", level, forms=forms, check_id=check, profiles=profiles
    )


def facts(*criteria: CriterionFact, accepted=ALWAYS, proofs=(), endpoints=()) -> PairFacts:
    version = VersionFact(1, "1", accepted, criteria)
    return PairFacts((version,), (RequirementFact(ALWAYS),), tuple(proofs), tuple(endpoints))


def proof(ref: str, *criteria: int, state="accepted", valid=None, **more) -> ProofFact:
    more.setdefault("form", "document")
    return ProofFact(len(ref), ref, state, frozenset(criteria), valid, **more)


def endpoint(number: int, result: str = "fail", *, check: str = "tls", in_service=ALWAYS):
    spells = (CheckSpellFact(check, result, ALWAYS),) if result else ()
    return EndpointFact(number, f"https://{number}.test", "web", in_service, spells)


def moves(pair: PairFacts, day: date = JUNE) -> list[tuple[str, str]]:
    return [(step.move.value, step.about) for step in rules.remedy(pair, day).steps]


def words(pair: PairFacts, day: date = JUNE) -> list[str]:
    return [task.words for task in rules.remedy(pair, day).tasks]


class TestThePromise:
    """Its steps are enough, none can be left out, and nothing cheaper would do."""

    @generated
    @given(pair=pairs(), day=asked)
    def test_with_its_steps_it_is_met_and_without_any_of_them_it_is_not(self, pair, day):
        found = rules.remedy(pair, day)
        if found.from_day is None:
            assert found.obstacle
            assert found.steps == ()
            return
        assert found.from_day >= day
        assert (found.from_day > day) == bool(found.obstacle)
        after = taken(pair, found.steps, found.from_day)
        assert rules.status_on(after, found.from_day) == "met"
        for fewer in range(len(found.steps)):
            for some in combinations(found.steps, fewer):
                assert rules.status_on(taken(pair, some, found.from_day), found.from_day) != "met"

    @generated
    @given(pair=pairs(), day=asked)
    def test_no_set_of_steps_is_cheaper(self, pair, day):
        found = rules.remedy(pair, day)
        every = _every_step(pair, day)
        enough = [
            cost(some)
            for some in chain.from_iterable(combinations(every, n) for n in range(4))
            if rules.status_on(taken(pair, some, day), day) == "met"
        ]
        if found.from_day == day and len(found.steps) < 4:
            assert min(enough) == cost(found.steps)
        elif found.from_day != day:
            assert enough == []

    @generated
    @given(pair=pairs(), day=asked)
    def test_what_is_met_needs_nothing(self, pair, day):
        if rules.status_on(pair, day) == "met":
            assert rules.remedy(pair, day).steps == ()
            assert rules.remedy(pair, day).from_day == day

    @generated
    @given(pair=pairs(), day=asked)
    def test_outsiders_are_told_of_nothing_that_waits(self, pair, day):
        known = rules.public_facts(pair)
        assert {each.state for each in known.proofs} <= {"accepted", "returned"}
        assert Move.DECIDE not in {step.move for step in rules.remedy(known, day).steps}


def _every_step(pair: PairFacts, day: date) -> list[Step]:
    """At most twelve of the steps that could bear upon the pair on the day."""
    criteria = [each for version in pair.versions for each in version.musts]
    found = {
        step
        for each in criteria
        if not rules.proved(pair, each, day)
        for way in ways(pair, each, day)
        for step in way
    }
    return sorted(found, key=lambda each: (each.rank, each.about, each.check_id))[:12]


class TestTheOrderOfCost:
    """A decision, a mended endpoint, a renewal, an answer, a new endpoint, new evidence."""

    def test_every_form_has_its_place(self):
        assert sorted(FORMS) == sorted(Form.values)
        assert FORMS[:2] == ("declaration", "document")
        assert set(FORMS[-2:]) == {"test_report", "certificate"}

    def test_what_waits_costs_the_supplier_nothing(self):
        asked_of = criterion(1, "document", check="tls")
        pair = facts(
            asked_of,
            proofs=[
                proof("waits", 1, state="submitted"),
                proof("old", 1, valid=period(None, JUNE)),
            ],
            endpoints=[endpoint(1)],
        )
        assert moves(pair) == [("decide", "waits")]
        assert words(pair) == [
            "Accept evidence waits for C1. It has been waiting for an assessor; "
            "there is nothing for the supplier to do."
        ]
        assert moves(rules.public_facts(pair)) == [("mend", "1")]

    def test_what_waits_for_other_days_is_no_help(self):
        waits = proof("waits", 1, state="submitted", valid=period(DECEMBER, None))
        assert moves(facts(criterion(1, "document"), proofs=[waits])) == [("submit", "document")]

    @pytest.mark.parametrize(
        ("cheaper", "dearer"),
        [
            ({"proofs": [proof("old", 1, valid=period(None, JUNE))]}, ("renew", "old")),
            ({"proofs": [proof("back", 1, state="returned")]}, ("answer", "back")),
            ({}, ("register", "web")),
        ],
    )
    def test_from_the_cheapest_to_the_dearest(self, cheaper, dearer):
        pair = facts(criterion(1, "document", check="tls"), **cheaper)
        assert moves(pair) == [dearer]
        assert moves(replace(pair, endpoints=(endpoint(7),))) == [("mend", "7")]

    def test_a_renewal_before_an_answer_before_an_endpoint_before_new_evidence(self):
        ranks = [Step(move, "document").rank for move in Move]
        assert ranks == sorted(ranks)
        assert len(set(ranks)) == len(ranks)

    def test_the_cheapest_form(self):
        assert moves(facts(criterion(1, "certificate", "declaration", "document"))) == [
            ("submit", "declaration")
        ]

    def test_the_dearest_step_decides_not_how_many_there_are(self):
        # Two renewals are cheaper than one new document that would do for both.
        lapsed = [proof("a", 1, valid=period(None, JUNE)), proof("bb", 2, valid=period(None, JUNE))]
        pair = facts(criterion(1, "document"), criterion(2, "document"), proofs=lapsed)
        assert moves(pair) == [("renew", "a"), ("renew", "bb")]

    def test_one_step_serves_several_criteria(self):
        pair = facts(criterion(1, "certificate", "document"), criterion(2, "document"))
        assert words(pair) == ["Submit new evidence for C1 and C2. The cheapest form: document."]

    def test_the_version_that_costs_least(self):
        dear = VersionFact(1, "1", ALWAYS, (criterion(1, "certificate"),))
        cheap = VersionFact(2, "2", ALWAYS, (criterion(2, "document"), criterion(3, "document")))
        found = rules.remedy(PairFacts((dear, cheap)), JUNE)
        assert found.version.name == "2"

    def test_revoked_evidence_is_not_renewed(self):
        revoked = proof("bad", 1, valid=ALWAYS, revoked_from=JANUARY)
        assert moves(facts(criterion(1, "document"), proofs=[revoked])) == [("submit", "document")]

    def test_evidence_of_a_form_that_is_not_accepted_any_more_is_not_renewed(self):
        old = proof("old", 1, valid=period(None, JUNE), form="declaration")
        assert moves(facts(criterion(1, "document"), proofs=[old])) == [("submit", "document")]

    def test_every_endpoint_in_service_has_to_pass(self):
        pair = facts(criterion(1, check="tls"), endpoints=[endpoint(1), endpoint(2, "unknown")])
        assert moves(pair) == [("mend", "1"), ("mend", "2")]
        one_left = endpoint(2, "unknown", in_service=period(None, JUNE))
        assert moves(replace(pair, endpoints=(endpoint(1), one_left))) == [("mend", "1")]
        assert moves(replace(pair, endpoints=(one_left,))) == [("register", "web")]

    def test_of_two_hundred_lapsed_pieces_the_one_that_lasted_longest(self):
        lapsed = [
            proof(
                f"p{number}", 1, 1000 + number, valid=period(None, date(2020, 1, 1 + number % 28))
            )
            for number in range(200)
        ]
        longest = proof("longest", 1, valid=period(None, JANUARY))
        pair = facts(criterion(1, "document"), proofs=[*lapsed, longest])
        assert moves(pair) == [("renew", "longest")]


class TestTheSentences:
    """What to do, and at what."""

    def test_a_check_that_fails(self):
        failing = replace(
            endpoint(1), spells=(CheckSpellFact("tls", "fail", period(JANUARY, None)),)
        )
        pair = facts(criterion(1, check="tls"), endpoints=[failing])
        assert words(pair) == [
            "Mend https://1.test, so that the check tls passes. It fails since 1 January 2026."
        ]

    def test_a_check_that_is_verified_until_its_certificate_expires(self):
        expiring = replace(endpoint(1), spells=(CheckSpellFact("tls", "pass", period(None, JUNE)),))
        pair = facts(criterion(1, check="tls"), endpoints=[expiring])
        assert words(pair, DECEMBER) == [
            "Have the check tls pass at https://1.test again: it is verified only until "
            "31 May 2026."
        ]
        assert words(pair, JANUARY) == []

    def test_a_check_that_was_never_verified(self):
        pair = facts(criterion(1, check="tls"), endpoints=[endpoint(1, "")])
        assert words(pair) == [
            "Let https://1.test be visited, so that the check tls is verified for the first time."
        ]

    def test_an_endpoint_that_left_service_can_come_back(self):
        left = endpoint(1, "pass", in_service=period(None, JUNE))
        pair = facts(criterion(1, check="tls"), endpoints=[left])
        assert words(pair) == [
            "Register an endpoint (Web site) that passes the check tls, "
            "or put https://1.test into service."
        ]

    def test_evidence_that_lapsed_was_returned_or_starts_later(self):
        asked_of = criterion(1, "document")
        lapsed = proof("old", 1, valid=period(None, JUNE))
        assert words(facts(asked_of, proofs=[lapsed])) == [
            "Renew evidence old for C1: it is valid only until 31 May 2026."
        ]
        later = proof("new", 1, valid=period(DECEMBER, None))
        assert words(facts(asked_of, proofs=[later])) == [
            "Have evidence new cover earlier days for C1: it is valid only from 1 December 2026."
        ]
        returned = proof("back", 1, state="returned", dated=JANUARY)
        assert words(facts(asked_of, proofs=[returned])) == [
            "Answer the return of evidence back: it was returned on 1 January 2026 with what "
            "would do, for C1."
        ]

    def test_a_form_is_called_what_people_call_it(self):
        titled = replace(criterion(1, "dpia"), form_titles=("DPIA",))
        assert words(facts(titled)) == ["Submit new evidence for C1. The cheapest form: DPIA."]

    def test_many_criteria_are_not_all_named(self):
        pair = facts(*[criterion(number, "document") for number in range(30)])
        assert words(pair) == [
            "Submit new evidence for C0, C1, C2, C3, C4 and 25 more criteria. "
            "The cheapest form: document."
        ]


class TestWhenNothingWouldDo:
    """Who could change that."""

    def test_no_version(self):
        found = rules.remedy(PairFacts(), JUNE)
        assert (found.from_day, found.steps) == (None, ())
        assert found.obstacle == (
            "The standard has no version. A standards editor can publish one."
        )

    def test_no_must_criterion(self):
        found = rules.remedy(facts(criterion(1, "document", level="SHOULD")), JUNE)
        assert found.from_day is None
        assert found.obstacle.endswith("A standards editor can add one.")

    def test_every_version_is_retired(self):
        found = rules.remedy(facts(criterion(1, "document"), accepted=period(None, JUNE)), JUNE)
        assert found.from_day is None
        assert found.obstacle == (
            "No version of the standard counts on 1 June 2026. "
            "A standards editor can change when a version counts."
        )

    def test_a_version_that_counts_later_is_what_to_work_for(self):
        pair = facts(criterion(1, "document"), accepted=period(DECEMBER, None))
        found = rules.remedy(pair, JUNE)
        assert (found.from_day, [step.about for step in found.steps]) == (DECEMBER, ["document"])
        assert found.obstacle.startswith("No version of the standard counts on 1 June 2026.")

    def test_between_two_versions_a_day_apart(self):
        old = VersionFact(1, "1", period(None, JUNE), (criterion(1, "document"),))
        new = VersionFact(2, "2", period(date(2026, 6, 2), None), (criterion(2, "document"),))
        held = proof("both", 1, 2, valid=ALWAYS)
        found = rules.remedy(PairFacts((old, new), proofs=(held,)), JUNE)
        # On the gap's day nothing would do; from the next day on it is met anyhow.
        assert (found.from_day, found.steps, found.version.name) == (date(2026, 6, 2), (), "2")

    def test_a_criterion_that_nothing_can_prove(self):
        found = rules.remedy(facts(criterion(1, "document"), criterion(2)), JUNE)
        assert found.from_day is None
        assert found.obstacle == (
            "Nothing that the register knows can prove C2: it accepts no form of evidence and no "
            "check. A standards editor can change what it accepts."
        )


class TestTheSearch:
    """However many steps there are to choose from, an answer comes."""

    def test_hundreds_of_criteria_each_with_its_own_lapsed_evidence(self):
        criteria = [criterion(number, "document", "test_report") for number in range(600)]
        lapsed = [proof(f"p{each.id}", each.id, valid=period(None, JUNE)) for each in criteria]
        found = rules.remedy(facts(*criteria, proofs=lapsed), JUNE)
        assert Counter(step.move for step in found.steps) == {Move.RENEW: 600}

    def test_where_the_search_is_cut_short_no_step_is_idle(self):
        steps = [Step(Move.RENEW, f"{number:03}") for number in range(60)]
        needs = [
            [frozenset({steps[(7 * number + shift) % 60]}) for shift in (0, 1, 3, 9, 27)]
            for number in range(200)
        ]
        chosen = cheapest(needs)
        assert all(any(way <= chosen for way in found) for found in needs)
        for step in chosen:
            assert any(not any(way <= chosen - {step} for way in found) for found in needs)

    def test_a_need_without_a_way(self):
        assert cheapest([[frozenset({Step(Move.RENEW, "a")})], []]) is None
        assert cheapest([]) == frozenset()
