"""Each reason of compliance.md, in words, with what to look at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from registry.compliance import selectors, services
from registry.evidence.models import Decision
from registry.history.services import tick
from tests import factories
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

JANUARY, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)


@pytest.fixture
def product():
    return factories.make_product()


@pytest.fixture
def standard():
    return factories.make_standard()


@pytest.fixture
def version(standard):
    return factories.make_version(standard, "4.2")


@pytest.fixture
def criterion(version):
    return factories.make_criterion(version, "CSCR")


@pytest.fixture
def explained(product, standard, now, on):
    """Explains the pair on the day of `now`, its timeline computed first."""

    def explain(day=on):
        services.refresh(product_ids=[product.pk], now=now, cause=A_STORY)
        explanation = selectors.explain(product=product, standard=standard, on=day)
        assert not explanation.facts_changed_since
        return explanation

    return explain


def only(explanation):
    """The one obstacle as (kind, words, since, link as a pair)."""
    (obstacle,) = explanation.unproved
    link = obstacle.link and (obstacle.link.kind, obstacle.link.key)
    return obstacle.kind, obstacle.words, obstacle.since, link


def undecided(product, criterion, ref, state):
    """Evidence that was not accepted."""
    proof = factories.make_proof(product, ref=ref)
    clone = type(proof).objects.create(
        ref=f"{ref}-{state}",
        product=product,
        form="document",
        state=state,
        created_by=proof.created_by,
        created_at=factories.LONG_AGO,
        submitted_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )
    clone.criteria.add(criterion)
    return clone


def test_met(product, criterion, explained, version):
    factories.make_criterion(version, "NICE", level="SHOULD")
    proof = factories.make_proof(product, criterion)
    explanation = explained()
    assert (explanation.met, explanation.status, explanation.unproved) == (True, "met", ())
    assert explanation.summary == "Version 4.2 is met: every MUST criterion is proved."
    assert explanation.requirements == ("Required of every product from 2 May 2018.",)
    must, should = explanation.criteria
    assert (must.criterion.code, must.proved) == ("CSCR", True)
    assert [(link.kind, link.key) for link in must.proved_by] == [("submission", proof.ref)]
    assert (should.criterion.code, should.proved) == ("NICE", False)
    assert [reason.words for reason in should.reasons] == ["No evidence has been accepted."]


def test_never_proved(criterion, explained):
    explanation = explained()
    assert explanation.summary == "Version 4.2 comes closest: one thing is missing."
    assert only(explanation) == (
        "never_proved", "CSCR: No evidence has been accepted.", None, None
    )  # fmt: skip


def test_expired_says_which_was_the_last(product, criterion, explained):
    factories.make_proof(product, criterion, valid=(None, JANUARY), ref="older")
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE), ref="newer")
    assert only(explained()) == (
        "expired",
        "CSCR: Evidence newer expired after 31 May 2026.",
        JUNE,
        ("submission", "newer"),
    )


def test_revoked(product, criterion, explained):
    factories.make_proof(product, criterion, valid=(JANUARY, None), revoked_from=JUNE, ref="p")
    words = "CSCR: Evidence p was revoked on 1 June 2026."
    assert only(explained()) == ("revoked", words, JUNE, ("submission", "p"))


def test_revoked_from_its_first_day_before_it_began(product, criterion, explained):
    factories.make_proof(product, criterion, valid=(DECEMBER, None), revoked_from=DECEMBER, ref="p")
    words = "CSCR: Evidence p was revoked from 1 December 2026."
    assert only(explained()) == ("revoked", words, DECEMBER, ("submission", "p"))


def test_valid_only_later(product, criterion, explained):
    factories.make_proof(product, criterion, valid=(DECEMBER, None), ref="p")
    words = "CSCR: Evidence p is valid only from 1 December 2026."
    assert only(explained()) == ("starts_later", words, DECEMBER, ("submission", "p"))
    assert explained(DECEMBER).met


def test_returned_on_the_day_of_the_decision(product, criterion, explained, assessor):
    returned = undecided(product, criterion, "p", "returned")
    Decision.objects.create(
        submission=returned,
        outcome="returned",
        reason="The report is unsigned.",
        decided_by=assessor,
        # Still 30 April in Greenwich, already May in London.
        decided_at=datetime(2026, 4, 30, 23, 30, tzinfo=UTC),
    )
    words = "CSCR: Evidence p-returned was returned on 1 May 2026."
    link = ("submission", "p-returned")
    assert only(explained()) == ("returned", words, date(2026, 5, 1), link)


def test_awaiting_a_decision_is_for_those_who_may_know(product, criterion, explained):
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE), ref="old")
    undecided(product, criterion, "p", "in_assessment")
    (obstacle,) = explained().unproved
    assert obstacle.kind == "expired"
    (waiting,) = obstacle.also
    assert waiting.words == (
        "Evidence p-in_assessment has been waiting for a decision since 2 March 2026."
    )
    assert waiting.private


def test_the_first_reason_is_fit_for_everyone(product, criterion, explained):
    undecided(product, criterion, "p", "submitted")
    (obstacle,) = explained().unproved
    assert (obstacle.kind, obstacle.link) == ("never_proved", None)
    assert [(reason.kind, reason.private) for reason in obstacle.also] == [("awaiting", True)]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_drafts_and_withdrawn_evidence_are_nobodys_business(product, criterion, explained, state):
    undecided(product, criterion, "p", state)
    assert only(explained())[0] == "never_proved"


class TestThingsToCome:
    """What ends after the day on which somebody asks is told in the present."""

    @pytest.fixture
    def told(self, product, standard, criterion):
        def _told(*, seen: date) -> str:
            pair = (product.pk, standard.pk)
            found = selectors.explain_many(days={pair: DECEMBER}, seen=seen)[pair]
            return found.unproved[0].words

        return _told

    def test_evidence_that_has_yet_to_expire(self, product, criterion, told):
        factories.make_proof(product, criterion, valid=(None, JUNE), ref="dated")
        assert told(seen=date(2026, 5, 31)) == "CSCR: Evidence dated expires after 31 May 2026."
        assert told(seen=JUNE) == "CSCR: Evidence dated expired after 31 May 2026."

    def test_an_edition_that_has_yet_to_retire(self, product, version, criterion, told):
        factories.make_proof(product, criterion)
        version.accepted = factories.period(None, JUNE)
        version.save()
        assert told(seen=date(2026, 5, 31)) == "Version 4.2 is retired on 1 June 2026."
        assert told(seen=JUNE) == "Version 4.2 was retired on 1 June 2026."


class TestChecks:
    """Reasons that a check gives."""

    @pytest.fixture
    def criterion(self, version):
        return factories.make_criterion(version, "TLS", proofs=(), check_id="tls.version")

    @pytest.fixture
    def endpoint(self, product, criterion):
        return factories.make_endpoint(product)

    def test_failing_since(self, endpoint, explained):
        factories.make_check_spell(endpoint, (None, JUNE))
        factories.make_check_spell(endpoint, (JUNE, None), result="fail")
        assert only(explained()) == (
            "check_failing",
            "TLS: The check “The connection uses a current version of TLS” fails at "
            "https://fhir.example.test/r4 since 1 June 2026.",
            JUNE,
            ("endpoint", str(endpoint.pk)),
        )

    def test_unverified_since(self, endpoint, explained):
        factories.make_check_spell(endpoint, (JUNE, None), result="unknown")
        kind, words, since, _ = only(explained())
        assert (kind, since) == ("unverified", JUNE)
        assert words == (
            "TLS: The check “The connection uses a current version of TLS” could not be "
            "verified at https://fhir.example.test/r4 since 1 June 2026."
        )

    def test_verified_only_until_a_known_end(self, endpoint, explained):
        factories.make_check_spell(endpoint, (None, DECEMBER))
        kind, words, since, _ = only(explained(DECEMBER))
        assert (kind, since) == ("unverified", DECEMBER)
        assert words == (
            "TLS: The check “The connection uses a current version of TLS” is verified at "
            "https://fhir.example.test/r4 only until 30 November 2026."
        )

    def test_what_ended_last_comes_first(self, product, criterion, endpoint, explained):
        factories.make_proof(product, criterion, valid=(None, JANUARY), ref="old")
        factories.make_check_spell(endpoint, (None, DECEMBER))
        (obstacle,) = explained(DECEMBER).unproved
        assert obstacle.kind == "unverified"
        assert [reason.kind for reason in obstacle.also] == ["expired"]

    def test_evidence_that_outlived_the_check_comes_first(
        self, product, criterion, endpoint, explained
    ):
        factories.make_proof(product, criterion, valid=(None, JUNE), ref="newer")
        factories.make_check_spell(endpoint, (None, JANUARY))
        (obstacle,) = explained(DECEMBER).unproved
        assert obstacle.kind == "expired"

    def test_never_verified(self, endpoint, explained):
        words = (
            "TLS: The check “The connection uses a current version of TLS” has never been verified "
            "at https://fhir.example.test/r4."
        )
        assert only(explained()) == (
            "unverified", words, None, ("endpoint", str(endpoint.pk))
        )  # fmt: skip

    def test_each_endpoint_that_does_not_pass_is_named(self, product, endpoint, explained):
        factories.make_check_spell(endpoint, result="fail")
        factories.make_endpoint(product, "https://other.example.test")
        (obstacle,) = explained().unproved
        assert obstacle.kind == "check_failing"
        assert [reason.kind for reason in obstacle.also] == ["unverified"]

    def test_no_endpoint_at_all(self, criterion, explained):
        words = (
            "TLS: No endpoint for the check "
            "“The connection uses a current version of TLS” is in service."
        )
        assert only(explained()) == ("no_endpoint", words, None, None)

    def test_no_endpoint_left_in_service(self, endpoint, explained):
        endpoint.in_service = factories.period(JANUARY, JUNE)
        endpoint.save()
        words = (
            "TLS: No endpoint for the check "
            "“The connection uses a current version of TLS” "
            "has been in service since 1 June 2026."
        )
        assert only(explained()) == ("no_endpoint", words, JUNE, None)

    def test_proved_by_the_check(self, endpoint, explained):
        factories.make_check_spell(endpoint)
        (state,) = explained().criteria
        assert [(link.kind, link.key) for link in state.proved_by] == [
            ("endpoint", str(endpoint.pk))
        ]


def test_a_retired_version_that_is_proved_is_closer_than_one_that_is_not(
    product, standard, explained
):
    old = factories.make_version(standard, "1", (None, JUNE))
    new = factories.make_version(standard, "2", (JANUARY, None))
    factories.make_criterion(new, "A")
    factories.make_criterion(new, "B")
    factories.make_proof(product, factories.make_criterion(old))
    explanation = explained()
    assert explanation.version.name == "1"
    assert only(explanation) == (
        "version_retired", "Version 1 was retired on 1 June 2026.", JUNE, None
    )  # fmt: skip


def test_among_equals_the_version_that_counts_is_closest(product, standard, explained):
    old = factories.make_version(standard, "1", (None, JUNE))
    new = factories.make_version(standard, "2", (JANUARY, None))
    factories.make_criterion(new)
    factories.make_proof(product, factories.make_criterion(old))
    explanation = explained()
    assert explanation.version.name == "2"
    assert only(explanation)[0] == "never_proved"


def test_a_version_not_yet_accepted(product, standard, explained):
    coming = factories.make_version(standard, "5", (DECEMBER, None))
    factories.make_proof(product, factories.make_criterion(coming))
    words = "Version 5 counts from 1 December 2026."
    assert only(explained()) == ("version_not_yet_accepted", words, DECEMBER, None)


def test_a_version_without_a_must_criterion(product, version, explained):
    factories.make_criterion(version, "NICE", level="SHOULD")
    words = "Version 4.2 has no MUST criterion, so nothing can meet it."
    assert only(explained()) == ("no_must", words, None, None)


def test_a_standard_without_a_version(standard, explained):
    explanation = explained()
    assert explanation.version is None
    assert explanation.criteria == ()
    assert only(explanation)[:2] == (
        "no_version", "The standard has no version that could be met."
    )  # fmt: skip


def test_excused(product, standard, criterion, explained, approver):
    factories.make_dispensation(product, standard, (JANUARY, DECEMBER), by=approver)
    explanation = explained()
    assert explanation.status == "exempt"
    assert explanation.summary == "Required and not met, but excused until 30 November 2026."
    assert explanation.excuse.reason == "A replacement is being built."
    assert len(explanation.unproved) == 1


def test_not_required_names_the_capability_when_it_is(product, now, on):
    capability = factories.make_capability()
    standard = factories.make_standard("FHIR", capability=capability, required=(JANUARY, None))
    explanation = selectors.explain(product=product, standard=standard, on=on)
    assert (explanation.status, explanation.required) == ("not_required", False)
    factories.make_claim(product, capability)
    services.refresh(product_ids=[product.pk], now=now, cause=A_STORY)
    explanation = selectors.explain(product=product, standard=standard, on=on)
    assert explanation.requirements == (
        "Required of every product that claims Patient Information Maintenance "
        "from 1 January 2026.",
    )


def test_the_status_and_the_reasons_are_those_of_then(
    product, standard, criterion, explained, now, on
):
    asked = {"product": product, "standard": standard, "on": on}
    tick(now=now)
    explained()
    factories.make_proof(product, criterion, ref="found")
    tick(now=now + timedelta(hours=1))
    services.refresh(product_ids=[product.pk], now=now + timedelta(hours=1), cause=A_STORY)
    before = selectors.explain(**asked, known_at=now)
    assert (before.status, before.facts_changed_since) == ("not_met", False)
    assert only(before)[:2] == ("never_proved", "CSCR: No evidence has been accepted.")
    after = selectors.explain(**asked, known_at=None)
    assert (after.status, after.facts_changed_since) == ("met", False)
    again = selectors.explain(**asked, known_at=now + timedelta(hours=1))
    assert (again.status, again.criteria) == ("met", after.criteria)


def test_facts_whose_refresh_is_still_owed_are_said_to_have_changed(
    product, standard, criterion, explained, now, on
):
    explained()
    factories.make_proof(product, criterion)
    asked = {"product": product, "standard": standard, "on": on}
    owing = selectors.explain(**asked)
    assert (owing.status, owing.facts_changed_since) == ("not_met", True)
    assert owing.summary == "The register held this as “not met”. The facts have changed since."
    services.refresh(product_ids=[product.pk], now=now + timedelta(hours=1), cause=A_STORY)
    assert not selectors.explain(**asked).facts_changed_since


def test_queries_do_not_grow(django_assert_num_queries, criterion, standard, now, on):
    products = [factories.make_product(f"product-{number}") for number in range(20)]
    for product in products:
        factories.make_proof(product, criterion, valid=(None, JUNE))
        endpoint = factories.make_endpoint(product)
        factories.make_check_spell(endpoint)
    services.refresh(product_ids=None, now=now, cause=A_STORY)
    for some in (products[:1], products):
        with django_assert_num_queries(11):
            explained = selectors.explain_many(
                days={(product.pk, standard.pk): on for product in some}
            )
        assert {explanation.status for explanation in explained.values()} == {"not_met"}
