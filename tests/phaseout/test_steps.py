"""Officers work on a case: each step guarded, remembered, and told to whoever came too late."""

from datetime import date, timedelta

import pytest

from procurement.phaseout import selectors, services
from procurement.phaseout.enums import Action, CaseState, StepKind
from procurement.phaseout.models import Case
from procurement.phaseout.services.steps import CaseMoved, NotHealed, NoticeWaits, ReasonMissing
from registry.audit.models import Event
from registry.common.errors import NotPermitted, RuleBroken
from tests import factories
from tests.phaseout import stories

# Triage


def test_an_officer_takes_a_case(case, case_officer, now):
    services.start_triage(case=case, by=case_officer, now=now)
    case.refresh_from_db()
    assert (case.state, case.officer) == (CaseState.TRIAGE, case_officer)
    step = case.steps.last()
    assert (step.kind, step.from_state, step.to_state, step.by) == (
        StepKind.TAKEN, CaseState.FLAGGED, CaseState.TRIAGE, case_officer,
    )  # fmt: skip
    event = Event.objects.last()
    assert (event.action, event.actor) == ("phaseout.taken", case_officer)


def test_who_comes_second_is_told_who_was_first(case, case_officer, second_officer, now):
    services.start_triage(case=case, by=case_officer, now=now)
    before = stories.facts()
    with pytest.raises(CaseMoved) as refusal:
        services.start_triage(case=case, by=second_officer, now=now + timedelta(minutes=1))
    assert refusal.value.message == (
        "The case is now “in triage”: officer@national.test was first (taken for triage, "
        "1 July 2026 at midday). Nothing was changed."
    )
    assert stories.facts() == before


def test_a_dismissal_has_a_reason(in_triage, case_officer, now):
    before = stories.facts()
    with pytest.raises(ReasonMissing):
        services.dismiss(case=in_triage, reason=" \n", by=case_officer, now=now)
    assert stories.facts() == before
    services.dismiss(case=in_triage, reason=" It is leaving. ", by=case_officer, now=now)
    case = Case.objects.get()
    assert (case.state, case.ended_at) == (CaseState.DISMISSED, now)
    assert case.steps.last().reason == "It is leaving."


def test_a_case_is_not_dismissed_before_triage(case, case_officer, now):
    before = stories.facts()
    with pytest.raises(CaseMoved):
        services.dismiss(case=case, reason="No.", by=case_officer, now=now)
    assert stories.facts() == before


# Wrong roles, everywhere

WRONG_FOR_OFFICERS = [
    "supplier_owner", "supplier_editor", "rival_editor", "buyer", "assessor", "approver",
    "standards_editor", "auditor", "administrator", "outsider",
]  # fmt: skip


@pytest.mark.parametrize("who", WRONG_FOR_OFFICERS)
def test_only_a_case_officer_takes_dismisses_proposes_and_closes(
    case, case_officer, who, request, now
):
    person = request.getfixturevalue(who)
    before = stories.facts()
    with pytest.raises(NotPermitted):
        services.start_triage(case=case, by=person, now=now)
    with pytest.raises(NotPermitted):
        services.close_compliant(case=case, reason="", by=person, now=now)
    assert stories.facts() == before
    services.start_triage(case=case, by=case_officer, now=now)
    before = stories.facts()
    with pytest.raises(NotPermitted):
        services.dismiss(case=case, reason="No.", by=person, now=now)
    with pytest.raises(NotPermitted):
        stories.propose(case, person, now)
    assert stories.facts() == before


# Facts that heal


def _heal(case, now):
    stories.make_proved(case.product, case.standard, valid=(date(2026, 7, 1), None))
    stories.refresh(case.product, now=now)


def test_a_healed_case_says_so_and_stays_open(case, now, on):
    assert not selectors.outlook(case, on=on).healed
    _heal(case, now + timedelta(hours=1))
    case.refresh_from_db()
    prospect = selectors.outlook(case, on=on)
    assert (prospect.healed, case.state) == (True, CaseState.FLAGGED)
    assert prospect.words.startswith("The facts have healed: on 1 July 2026 the register holds")


@pytest.mark.parametrize("state", [CaseState.FLAGGED, CaseState.TRIAGE, CaseState.NOTICE_ISSUED])
def test_an_officer_closes_a_healed_case(state, case, case_officer, approver, now):
    if state != CaseState.FLAGGED:
        services.start_triage(case=case, by=case_officer, now=now)
    if state == CaseState.NOTICE_ISSUED:
        services.issue_notice(notice=stories.propose(case, case_officer, now), by=approver, now=now)
    later = now + timedelta(hours=1)
    _heal(case, later)
    services.flag(on=date(2026, 7, 1), now=later)
    case.refresh_from_db()
    assert case.state == state
    services.close_compliant(case=case, reason="", by=case_officer, now=later)
    case.refresh_from_db()
    assert (case.state, case.ended_at) == (CaseState.CLOSED_COMPLIANT, later)
    assert case.steps.last().reason.startswith("The facts have healed")


def test_a_case_is_not_closed_while_its_facts_stand(case, case_officer, now):
    before = stories.facts()
    with pytest.raises(NotHealed, match="from 1 September 2026"):
        services.close_compliant(case=case, reason="It is fine.", by=case_officer, now=now)
    assert stories.facts() == before


def test_a_case_is_not_closed_under_a_waiting_notice(proposed, case_officer, now):
    _heal(proposed.case, now + timedelta(hours=1))
    before = stories.facts()
    with pytest.raises(NoticeWaits):
        services.close_compliant(case=proposed.case, reason="", by=case_officer, now=now)
    assert stories.facts() == before


def test_no_notice_goes_out_on_healed_facts(proposed, approver, now):
    _heal(proposed.case, now + timedelta(hours=1))
    before = stories.facts()
    with pytest.raises(RuleBroken, match="nothing to give notice of"):
        services.issue_notice(notice=proposed, by=approver, now=now + timedelta(hours=2))
    assert stories.facts() == before


def test_after_a_case_is_closed_a_new_lapse_opens_another(case, case_officer, now, on):
    _heal(case, now + timedelta(hours=1))
    services.close_compliant(case=case, reason="", by=case_officer, now=now + timedelta(hours=2))
    case.product.submissions.update(revoked_from=on)
    stories.refresh(case.product, now=now + timedelta(hours=3))
    assert Case.objects.open().get().pk != case.pk


# Many at once


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_take_a_case_one_wins(now):
    case = stories.make_case(now=now)
    officers = [factories.make_user(role="case_officer") for _ in range(50)]
    answers = stories.at_once(
        50, lambda n: services.start_triage(case=case, by=officers[n], now=now)
    )
    [winner] = [n for n, answer in enumerate(answers) if isinstance(answer, Case)]
    assert sum(isinstance(answer, CaseMoved) for answer in answers) == 49
    assert all(
        f"{officers[winner]} was first" in answer.message
        for answer in answers
        if isinstance(answer, CaseMoved)
    )
    case.refresh_from_db()
    assert case.officer == officers[winner]
    assert case.steps.count() == 2


# What is offered


def test_what_each_may_do_next(case, case_officer, approver, auditor, second_officer, now, on):
    def offered(user):
        found = Case.objects.get()
        return selectors.actions(
            found,
            user=user,
            waiting=selectors.waiting_notice(found),
            prospect=selectors.outlook(found, on=on),
        )

    assert offered(case_officer) == {Action.TAKE}
    assert offered(approver) == offered(auditor) == frozenset()
    services.start_triage(case=case, by=case_officer, now=now)
    assert offered(case_officer) == {Action.DISMISS, Action.PROPOSE}
    notice = stories.propose(case, case_officer, now)
    assert offered(case_officer) == offered(auditor) == frozenset()
    assert offered(approver) == offered(second_officer) == {Action.ISSUE, Action.REJECT}
    services.issue_notice(notice=notice, by=approver, now=now)
    assert offered(case_officer) == frozenset()
    _heal(case, now + timedelta(hours=1))
    assert offered(case_officer) == {Action.CLOSE}
    services.close_compliant(case=case, reason="", by=case_officer, now=now + timedelta(hours=2))
    assert offered(case_officer) == frozenset()
