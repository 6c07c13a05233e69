"""Officers work on a case: each step guarded, remembered, and told to whoever came too late."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from procurement.phaseout import selectors, services
from procurement.phaseout.enums import Action, CaseState, NoticeBasis, NoticeState, StepKind
from procurement.phaseout.models import Case, CaseStep, Notice
from procurement.phaseout.services.notices import BasisNotInForce, NoticeDecided, TooSoon
from procurement.phaseout.services.steps import CaseMoved, NotHealed, NoticeWaits, ReasonMissing
from registry.audit.models import Event
from registry.common.errors import NotPermitted, RuleBroken
from registry.standards.models import Standard
from tests import factories
from tests.phaseout import stories

RESPOND_BY = date(2026, 8, 10)


@pytest.fixture
def case(db, now):
    return stories.make_case(now=now)


@pytest.fixture
def in_triage(case, case_officer, now):
    return services.start_triage(case=case, by=case_officer, now=now)


@pytest.fixture
def proposed(in_triage, case_officer, now):
    return _propose(in_triage, case_officer, now)


def _propose(case, by, now, **changes):
    facts = {
        "text": "Show the document.",
        "basis": NoticeBasis.LISTING_TERMS,
        "respond_by": RESPOND_BY,
    }
    return services.propose_notice(case=case, by=by, now=now, **(facts | changes))


def _facts():
    """Everything that a refusal must leave as it was."""
    return (
        list(Case.objects.order_by("pk").values()),
        list(CaseStep.objects.order_by("pk").values()),
        list(Notice.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
    )


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
    before = _facts()
    with pytest.raises(CaseMoved) as refusal:
        services.start_triage(case=case, by=second_officer, now=now + timedelta(minutes=1))
    assert refusal.value.message == (
        "The case is now “in triage”: officer@national.test was first (taken for triage, "
        "1 July 2026 at 12:00pm). Nothing was changed."
    )
    assert _facts() == before


def test_a_dismissal_has_a_reason(in_triage, case_officer, now):
    before = _facts()
    with pytest.raises(ReasonMissing):
        services.dismiss(case=in_triage, reason=" \n", by=case_officer, now=now)
    assert _facts() == before
    services.dismiss(case=in_triage, reason=" It is leaving. ", by=case_officer, now=now)
    case = Case.objects.get()
    assert (case.state, case.ended_at) == (CaseState.DISMISSED, now)
    assert case.steps.last().reason == "It is leaving."


def test_a_case_is_not_dismissed_before_triage(case, case_officer, now):
    before = _facts()
    with pytest.raises(CaseMoved):
        services.dismiss(case=case, reason="No.", by=case_officer, now=now)
    assert _facts() == before


# Wrong roles, everywhere

WRONG_FOR_OFFICERS = [
    "supplier_owner", "supplier_editor", "rival_editor", "buyer", "assessor", "approver",
    "standards_editor", "auditor", "administrator", "outsider",
]  # fmt: skip
WRONG_FOR_DECIDERS = [name for name in WRONG_FOR_OFFICERS if name != "approver"]


@pytest.mark.parametrize("who", WRONG_FOR_OFFICERS)
def test_only_a_case_officer_takes_dismisses_proposes_and_closes(
    case, case_officer, who, request, now
):
    person = request.getfixturevalue(who)
    before = _facts()
    with pytest.raises(NotPermitted):
        services.start_triage(case=case, by=person, now=now)
    with pytest.raises(NotPermitted):
        services.close_compliant(case=case, reason="", by=person, now=now)
    assert _facts() == before
    services.start_triage(case=case, by=case_officer, now=now)
    before = _facts()
    with pytest.raises(NotPermitted):
        services.dismiss(case=case, reason="No.", by=person, now=now)
    with pytest.raises(NotPermitted):
        _propose(case, person, now)
    assert _facts() == before


@pytest.mark.parametrize("who", WRONG_FOR_DECIDERS)
def test_only_an_officer_or_an_approver_decides_on_a_notice(proposed, who, request, now):
    person = request.getfixturevalue(who)
    before = _facts()
    with pytest.raises(NotPermitted):
        services.issue_notice(notice=proposed, by=person, now=now)
    with pytest.raises(NotPermitted):
        services.reject_notice(notice=proposed, reason="No.", by=person, now=now)
    assert _facts() == before


# Notices


@pytest.mark.parametrize("who", ["approver", "second_officer"])
def test_a_second_officer_issues_the_notice(proposed, who, request, now):
    second = request.getfixturevalue(who)
    services.issue_notice(notice=proposed, by=second, now=now + timedelta(days=1))
    case = Case.objects.get()
    assert (case.state, case.respond_by) == (CaseState.NOTICE_ISSUED, RESPOND_BY)
    notice = case.notices.get()
    assert (notice.state, notice.decided_by) == (NoticeState.ISSUED, second)
    kinds = [step.kind for step in case.steps.all()]
    assert kinds == ["flagged", "taken", "notice_proposed", "notice_issued"]


def test_who_proposed_never_decides(proposed, case_officer, now):
    before = _facts()
    with pytest.raises(NotPermitted, match="second officer"):
        services.issue_notice(notice=proposed, by=case_officer, now=now)
    with pytest.raises(NotPermitted, match="second officer"):
        services.reject_notice(notice=proposed, reason="No.", by=case_officer, now=now)
    assert _facts() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state="issued", decided_by=case_officer, decided_at=now)


def test_an_officer_who_is_approver_too_does_not_decide_on_their_own(proposed, case_officer, now):
    factories.RoleGrant.objects.create(user=case_officer, role="approver", granted_at=now)
    with pytest.raises(NotPermitted):
        services.issue_notice(notice=proposed, by=case_officer, now=now)
    assert Case.objects.get().state == CaseState.TRIAGE


def test_a_rejected_notice_leaves_the_case_in_triage(proposed, approver, case_officer, now):
    services.reject_notice(notice=proposed, reason="Name the version.", by=approver, now=now)
    case = Case.objects.get()
    assert (case.state, case.respond_by) == (CaseState.TRIAGE, None)
    assert case.notices.get().decision_reason == "Name the version."
    again = _propose(case, case_officer, now)
    assert again.state == NoticeState.PROPOSED


def test_a_rejection_has_a_reason(proposed, approver, now):
    before = _facts()
    with pytest.raises(ReasonMissing):
        services.reject_notice(notice=proposed, reason="", by=approver, now=now)
    assert _facts() == before


def test_one_notice_waits_at_a_time(proposed, in_triage, second_officer, now):
    before = _facts()
    with pytest.raises(NoticeWaits):
        _propose(in_triage, second_officer, now)
    with pytest.raises(NoticeWaits):
        services.dismiss(case=in_triage, reason="No.", by=second_officer, now=now)
    assert _facts() == before


def test_a_notice_has_a_text(in_triage, case_officer, now):
    with pytest.raises(ReasonMissing) as refusal:
        _propose(in_triage, case_officer, now, text="  ")
    assert refusal.value.field == "text"
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("respond_by", "fits"), [(date(2026, 7, 28), False), (date(2026, 7, 29), True)]
)
def test_a_notice_gives_at_least_28_days(in_triage, case_officer, now, respond_by, fits):
    if fits:
        _propose(in_triage, case_officer, now, respond_by=respond_by)
    else:
        with pytest.raises(TooSoon, match="29 July 2026") as refusal:
            _propose(in_triage, case_officer, now, respond_by=respond_by)
        assert refusal.value.field == "respond_by"
    assert Notice.objects.exists() is fits


def test_28_days_count_from_the_day_of_issue(in_triage, case_officer, approver, now):
    notice = _propose(in_triage, case_officer, now, respond_by=date(2026, 7, 29))
    before = _facts()
    with pytest.raises(TooSoon, match="30 July 2026"):
        services.issue_notice(notice=notice, by=approver, now=now + timedelta(days=1))
    assert _facts() == before


def test_a_notice_rests_on_a_legal_basis_that_is_in_force(in_triage, case_officer, now):
    basis = NoticeBasis.INFORMATION_STANDARD
    notice = _propose(in_triage, case_officer, now, basis=basis)
    assert notice.legal_basis.startswith("Health and Social Care Act 2012, section 250; ")
    assert "2025" in notice.legal_basis


@pytest.mark.parametrize(
    ("legal_basis", "in_force", "words"),
    [
        ("", None, "no legal basis"),
        ("Regulations of 2026", date(2026, 7, 2), "from 2 July 2026 on"),
    ],
)
def test_a_basis_that_does_not_bind_is_refused(
    in_triage, case_officer, now, legal_basis, in_force, words
):
    Standard.objects.update(legal_basis=legal_basis, legal_basis_in_force=in_force)
    before = _facts()
    with pytest.raises(BasisNotInForce, match=words) as refusal:
        _propose(in_triage, case_officer, now, basis=NoticeBasis.INFORMATION_STANDARD)
    assert refusal.value.field == "basis"
    assert _facts() == before


def test_the_statute_does_not_bind_suppliers_before_february_2026(now, case_officer):
    before_it = now.replace(month=2, day=4)
    case = stories.make_case(now=before_it, lapses=date(2026, 2, 1))
    services.start_triage(case=case, by=case_officer, now=before_it)
    basis = NoticeBasis.INFORMATION_STANDARD
    with pytest.raises(BasisNotInForce, match="5 February 2026"):
        _propose(case, case_officer, before_it, basis=basis)
    assert _propose(case, case_officer, before_it + timedelta(days=1), basis=basis).pk


def test_the_text_of_a_notice_stands(proposed, now):
    with pytest.raises(InternalError), transaction.atomic():
        Notice.objects.update(text="Something else.")
    assert Notice.objects.get().text == "Show the document."


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
        services.issue_notice(notice=_propose(case, case_officer, now), by=approver, now=now)
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
    before = _facts()
    with pytest.raises(NotHealed, match="from 1 September 2026"):
        services.close_compliant(case=case, reason="It is fine.", by=case_officer, now=now)
    assert _facts() == before


def test_a_case_is_not_closed_under_a_waiting_notice(proposed, case_officer, now):
    _heal(proposed.case, now + timedelta(hours=1))
    before = _facts()
    with pytest.raises(NoticeWaits):
        services.close_compliant(case=proposed.case, reason="", by=case_officer, now=now)
    assert _facts() == before


def test_no_notice_goes_out_on_healed_facts(proposed, approver, now):
    _heal(proposed.case, now + timedelta(hours=1))
    before = _facts()
    with pytest.raises(RuleBroken, match="nothing to give notice of"):
        services.issue_notice(notice=proposed, by=approver, now=now + timedelta(hours=2))
    assert _facts() == before


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


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_on_a_notice_one_wins(now):
    case = stories.make_case(now=now)
    proposer, one, other = (factories.make_user(role="case_officer") for _ in range(3))
    services.start_triage(case=case, by=proposer, now=now)
    notice = _propose(case, proposer, now)

    def decide(number):
        if number % 2:
            return services.issue_notice(notice=notice, by=one, now=now)
        return services.reject_notice(notice=notice, reason="No.", by=other, now=now)

    answers = stories.at_once(2, decide)
    assert sum(isinstance(answer, Notice) for answer in answers) == 1
    [told] = [answer for answer in answers if isinstance(answer, NoticeDecided)]
    notice.refresh_from_db()
    assert told.message == (
        f"{notice.decided_by} {notice.get_state_display().lower()} this notice already. "
        "Nothing was changed."
    )
    assert case.steps.count() == 4
    assert Case.objects.get().state == (
        CaseState.NOTICE_ISSUED if notice.state == NoticeState.ISSUED else CaseState.TRIAGE
    )


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
    notice = _propose(case, case_officer, now)
    assert offered(case_officer) == offered(auditor) == frozenset()
    assert offered(approver) == offered(second_officer) == {Action.ISSUE, Action.REJECT}
    services.issue_notice(notice=notice, by=approver, now=now)
    assert offered(case_officer) == frozenset()
    _heal(case, now + timedelta(hours=1))
    assert offered(case_officer) == {Action.CLOSE}
    services.close_compliant(case=case, reason="", by=case_officer, now=now + timedelta(hours=2))
    assert offered(case_officer) == frozenset()
