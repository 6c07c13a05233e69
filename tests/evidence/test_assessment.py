"""Claiming, deciding, deciding by two, revoking; and what stops each."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from registry.accounts.models import Role
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.periods import period
from registry.evidence import services
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Submission
from registry.evidence.rules import lease
from registry.evidence.services.checks import ConflictOfInterest
from registry.evidence.services.claiming import TakenUp
from tests import factories
from tests.evidence.conftest import ASKED, HALF, actions, standing

pytestmark = pytest.mark.django_db


def test_only_an_assessor_assesses(
    submitted, supplier_owner, case_officer, approver, auditor, administrator, outsider, now
):
    for person in (supplier_owner, case_officer, approver, auditor, administrator, outsider):
        with pytest.raises(NotPermitted):
            services.take_up(submission=submitted, by=person, now=now)
    submitted.refresh_from_db()
    assert submitted.state == SubmissionState.SUBMITTED


def test_an_assessor_who_belongs_to_the_supplier_is_refused(supplier, submitted, now):
    insider = factories.make_member(supplier, "insider@aldermoor.test")
    factories.RoleGrant.objects.create(
        user=insider, role=Role.ASSESSOR, granted_at=factories.LONG_AGO
    )
    with pytest.raises(ConflictOfInterest, match="You act for Aldermoor Health Systems"):
        services.take_up(submission=submitted, by=insider, now=now)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.assessor) == (SubmissionState.SUBMITTED, None)


def test_an_assessor_who_joins_the_supplier_afterwards_may_not_decide(
    supplier, claimed, assessor, now
):
    factories.SupplierMembership.objects.create(
        user=assessor, supplier=supplier, role="supplier_editor", since=now
    )
    before = standing(claimed)
    with pytest.raises(ConflictOfInterest):
        services.accept(submission=claimed, valid=ASKED, reason="Fine.", by=assessor, now=now)
    assert standing(claimed) == before


def test_whoever_sent_it_may_not_assess_it_after_leaving(submitted, supplier_editor, now):
    supplier_editor.supplier_memberships.all().delete()
    factories.RoleGrant.objects.create(
        user=supplier_editor, role=Role.ASSESSOR, granted_at=factories.LONG_AGO
    )
    with pytest.raises(ConflictOfInterest, match="You prepared"):
        services.take_up(submission=submitted, by=supplier_editor, now=now)


def test_what_one_assessor_has_another_may_not_decide(claimed, second_assessor, now):
    before = standing(claimed)
    with pytest.raises(TakenUp, match="has already taken this up"):
        services.take_up(submission=claimed, by=second_assessor, now=now)
    with pytest.raises(TakenUp):
        services.accept(submission=claimed, valid=ASKED, reason="x", by=second_assessor, now=now)
    with pytest.raises(TakenUp):
        services.put_back(submission=claimed, by=second_assessor, now=now)
    assert standing(claimed) == before


def test_what_lies_too_long_may_be_taken_over(claimed, second_assessor, now, settings):
    later = lease.ends(now=now, days=settings.EVIDENCE_LEASE_DAYS)
    with pytest.raises(TakenUp):
        services.take_up(submission=claimed, by=second_assessor, now=later - timedelta(seconds=1))
    taken = services.take_up(submission=claimed, by=second_assessor, now=later)
    assert taken.assessor == second_assessor


def test_a_claim_is_given_up(claimed, assessor, second_assessor, now):
    free = services.put_back(submission=claimed, by=assessor, now=now)
    assert (free.state, free.assessor) == (SubmissionState.SUBMITTED, None)
    with pytest.raises(Conflict, match="nobody has taken it up"):
        services.accept(submission=claimed, valid=ASKED, reason="x", by=assessor, now=now)
    services.take_up(submission=claimed, by=second_assessor, now=now)


@pytest.mark.parametrize(
    ("valid", "field"),
    [
        (period(date(2026, 5, 31), date(2027, 6, 1)), "valid_from"),
        (period(date(2026, 6, 1), date(2027, 6, 2)), "valid_from"),
        (period(date(2026, 6, 1), None), "valid_from"),
        (period(None, date(2027, 6, 1)), "valid_from"),
    ],
)
def test_days_beyond_what_was_asked_are_not_accepted(claimed, assessor, now, valid, field):
    before = standing(claimed)
    with pytest.raises(RuleBroken):
        services.accept(submission=claimed, valid=valid, reason="Fine.", by=assessor, now=now)
    assert standing(claimed) == before


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_its_reason(claimed, assessor, now, reason):
    before = standing(claimed)
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.accept(submission=claimed, valid=ASKED, reason=reason, by=assessor, now=now)
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.return_(submission=claimed, reason=reason, what_would_do="x", by=assessor, now=now)
    with pytest.raises(RuleBroken, match="what would do"):
        services.return_(submission=claimed, reason="x", what_would_do=reason, by=assessor, now=now)
    assert standing(claimed) == before


def test_evidence_is_returned_with_what_would_do(claimed, assessor, now, rung):
    returned = services.return_(
        submission=claimed, reason="Unsigned.", what_would_do="Sign it.", by=assessor, now=now
    )
    assert returned.state == SubmissionState.RETURNED
    decision = returned.decisions.get()
    assert (decision.reason, decision.what_would_do) == ("Unsigned.", "Sign it.")
    assert rung == []


def test_decisions_are_never_changed(accepted):
    decision = accepted.decisions.get()
    decision.reason = "Something else"
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()
    assert accepted.decisions.get().reason == "The report is sound."


@pytest.mark.parametrize("step", ["draft", "submitted", "in_assessment", "returned", "withdrawn"])
def test_the_database_refuses_steps_that_do_not_exist(accepted, step):
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.filter(pk=accepted.pk).update(state=step)


def test_clinical_safety_needs_two_assessors(safety_case, assessor, second_assessor, now, rung):
    first = services.accept(
        submission=safety_case, valid=ASKED, reason="Well argued.", by=assessor, now=now
    )
    assert (first.state, first.assessor) == (SubmissionState.IN_ASSESSMENT, None)
    assert rung == []
    assert actions()[-1] == "evidence.first_accepted"

    services.take_up(submission=safety_case, by=second_assessor, now=now)
    second = services.accept(
        submission=safety_case, valid=HALF, reason="Agreed.", by=second_assessor, now=now
    )

    assert second.state == SubmissionState.ACCEPTED
    assert second.valid == HALF  # the days that both accepted
    assert [d.decided_by for d in second.decisions.all()] == [assessor, second_assessor]
    assert len(rung) == 1


def test_the_first_assessor_is_not_the_second(safety_case, assessor, now):
    services.accept(submission=safety_case, valid=ASKED, reason="Fine.", by=assessor, now=now)
    before = standing(safety_case)
    with pytest.raises(Conflict, match="second assessor must be somebody else"):
        services.take_up(submission=safety_case, by=assessor, now=now)
    with pytest.raises(Conflict, match="Take this up"):
        services.accept(submission=safety_case, valid=ASKED, reason="x", by=assessor, now=now)
    assert standing(safety_case) == before


def test_the_second_assessor_may_return_it(safety_case, assessor, second_assessor, now):
    services.accept(submission=safety_case, valid=ASKED, reason="Fine.", by=assessor, now=now)
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    returned = services.return_(
        submission=safety_case,
        reason="A hazard is missing.",
        what_would_do="Add it.",
        by=second_assessor,
        now=now,
    )
    assert returned.state == SubmissionState.RETURNED


def test_two_assessors_who_share_no_day_do_not_accept(safety_case, assessor, second_assessor, now):
    services.accept(submission=safety_case, valid=HALF, reason="Fine.", by=assessor, now=now)
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    before = standing(safety_case)
    rest = period(date(2026, 12, 1), date(2027, 6, 1))
    with pytest.raises(RuleBroken, match="share none of them"):
        services.accept(submission=safety_case, valid=rest, reason="x", by=second_assessor, now=now)
    assert standing(safety_case) == before


def test_putting_back_keeps_the_first_acceptance(safety_case, assessor, second_assessor, now):
    services.accept(submission=safety_case, valid=ASKED, reason="Fine.", by=assessor, now=now)
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    free = services.put_back(submission=safety_case, by=second_assessor, now=now)
    assert (free.state, free.assessor) == (SubmissionState.IN_ASSESSMENT, None)


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 9, 1), date(2027, 5, 31)])
def test_accepted_evidence_is_revoked_from_a_day(
    accepted, second_assessor, product, now, rung, day
):
    revoked = services.revoke(
        submission=accepted, from_=day, reason="Forged.", by=second_assessor, now=now
    )
    assert (revoked.state, revoked.revoked_from) == (SubmissionState.ACCEPTED, day)
    decision = revoked.decisions.last()
    assert (decision.outcome, decision.revoked_from) == (Outcome.REVOKED, day)
    assert rung[-1] == ([product.pk], f"evidence {accepted.ref} was revoked")


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2027, 6, 1)])
def test_a_day_on_which_it_proves_nothing_is_no_day_to_revoke_from(accepted, assessor, now, day):
    before = standing(accepted)
    with pytest.raises(RuleBroken, match="must be one that the evidence is valid on"):
        services.revoke(submission=accepted, from_=day, reason="Forged.", by=assessor, now=now)
    assert standing(accepted) == before


def test_evidence_is_revoked_once_by_an_impartial_assessor(
    accepted, assessor, supplier_editor, case_officer, now
):
    day = date(2026, 9, 1)
    for person in (supplier_editor, case_officer):
        with pytest.raises(NotPermitted):
            services.revoke(submission=accepted, from_=day, reason="x", by=person, now=now)
    services.revoke(submission=accepted, from_=day, reason="Forged.", by=assessor, now=now)
    with pytest.raises(Conflict, match="already revoked"):
        services.revoke(submission=accepted, from_=day, reason="Again.", by=assessor, now=now)
    assert accepted.decisions.filter(outcome=Outcome.REVOKED).count() == 1


def test_only_accepted_evidence_is_revoked(claimed, assessor, now):
    with pytest.raises(Conflict, match="It is being assessed"):
        services.revoke(
            submission=claimed, from_=date(2026, 9, 1), reason="x", by=assessor, now=now
        )
