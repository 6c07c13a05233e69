"""Notices: one officer proposes, a second one decides, on a basis that is in force."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from procurement.phaseout import services
from procurement.phaseout.enums import CaseState, NoticeBasis, NoticeState
from procurement.phaseout.models import Case, Notice
from procurement.phaseout.services.notices import BasisNotInForce, NoticeDecided, TooSoon
from procurement.phaseout.services.steps import NoticeWaits, ReasonMissing
from registry.common.errors import NotPermitted
from registry.standards.models import Standard
from tests import factories
from tests.phaseout import stories

WRONG_FOR_DECIDERS = [
    "supplier_owner", "supplier_editor", "rival_editor", "buyer", "assessor",
    "standards_editor", "auditor", "administrator", "outsider",
]  # fmt: skip


@pytest.mark.parametrize("who", WRONG_FOR_DECIDERS)
def test_only_an_officer_or_an_approver_decides_on_a_notice(proposed, who, request, now):
    person = request.getfixturevalue(who)
    before = stories.facts()
    with pytest.raises(NotPermitted):
        services.issue_notice(notice=proposed, by=person, now=now)
    with pytest.raises(NotPermitted):
        services.reject_notice(notice=proposed, reason="No.", by=person, now=now)
    assert stories.facts() == before


@pytest.mark.parametrize("who", ["approver", "second_officer"])
def test_a_second_officer_issues_the_notice(proposed, who, request, now):
    second = request.getfixturevalue(who)
    services.issue_notice(notice=proposed, by=second, now=now + timedelta(days=1))
    case = Case.objects.get()
    assert (case.state, case.respond_by) == (CaseState.NOTICE_ISSUED, stories.RESPOND_BY)
    notice = case.notices.get()
    assert (notice.state, notice.decided_by) == (NoticeState.ISSUED, second)
    kinds = [step.kind for step in case.steps.all()]
    assert kinds == ["flagged", "taken", "notice_proposed", "notice_issued"]


def test_who_proposed_never_decides(proposed, case_officer, now):
    before = stories.facts()
    with pytest.raises(NotPermitted, match="second officer"):
        services.issue_notice(notice=proposed, by=case_officer, now=now)
    with pytest.raises(NotPermitted, match="second officer"):
        services.reject_notice(notice=proposed, reason="No.", by=case_officer, now=now)
    assert stories.facts() == before
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
    again = stories.propose(case, case_officer, now)
    assert again.state == NoticeState.PROPOSED


def test_a_rejection_has_a_reason(proposed, approver, now):
    before = stories.facts()
    with pytest.raises(ReasonMissing):
        services.reject_notice(notice=proposed, reason="", by=approver, now=now)
    assert stories.facts() == before


def test_one_notice_waits_at_a_time(proposed, in_triage, second_officer, now):
    before = stories.facts()
    with pytest.raises(NoticeWaits):
        stories.propose(in_triage, second_officer, now)
    with pytest.raises(NoticeWaits):
        services.dismiss(case=in_triage, reason="No.", by=second_officer, now=now)
    assert stories.facts() == before


def test_a_notice_has_a_text(in_triage, case_officer, now):
    with pytest.raises(ReasonMissing) as refusal:
        stories.propose(in_triage, case_officer, now, text="  ")
    assert refusal.value.field == "text"
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("respond_by", "fits"), [(date(2026, 7, 28), False), (date(2026, 7, 29), True)]
)
def test_a_notice_gives_at_least_28_days(in_triage, case_officer, now, respond_by, fits):
    if fits:
        stories.propose(in_triage, case_officer, now, respond_by=respond_by)
    else:
        with pytest.raises(TooSoon, match="29 July 2026") as refusal:
            stories.propose(in_triage, case_officer, now, respond_by=respond_by)
        assert refusal.value.field == "respond_by"
    assert Notice.objects.exists() is fits


def test_28_days_count_from_the_day_of_issue(in_triage, case_officer, approver, now):
    notice = stories.propose(in_triage, case_officer, now, respond_by=date(2026, 7, 29))
    before = stories.facts()
    with pytest.raises(TooSoon, match="30 July 2026"):
        services.issue_notice(notice=notice, by=approver, now=now + timedelta(days=1))
    assert stories.facts() == before


def test_a_notice_rests_on_a_legal_basis_that_is_in_force(in_triage, case_officer, now):
    basis = NoticeBasis.INFORMATION_STANDARD
    notice = stories.propose(in_triage, case_officer, now, basis=basis)
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
    before = stories.facts()
    with pytest.raises(BasisNotInForce, match=words) as refusal:
        stories.propose(in_triage, case_officer, now, basis=NoticeBasis.INFORMATION_STANDARD)
    assert refusal.value.field == "basis"
    assert stories.facts() == before


def test_the_statute_does_not_bind_suppliers_before_february_2026(now, case_officer):
    before_it = now.replace(month=2, day=4)
    case = stories.make_case(now=before_it, lapses=date(2026, 2, 1))
    services.start_triage(case=case, by=case_officer, now=before_it)
    basis = NoticeBasis.INFORMATION_STANDARD
    with pytest.raises(BasisNotInForce, match="5 February 2026"):
        stories.propose(case, case_officer, before_it, basis=basis)
    assert stories.propose(case, case_officer, before_it + timedelta(days=1), basis=basis).pk


def test_the_text_of_a_notice_stands(proposed, now):
    with pytest.raises(InternalError), transaction.atomic():
        Notice.objects.update(text="Something else.")
    assert Notice.objects.get().text == "Show the document."


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_on_a_notice_one_wins(now):
    case = stories.make_case(now=now)
    proposer, one, other = (factories.make_user(role="case_officer") for _ in range(3))
    services.start_triage(case=case, by=proposer, now=now)
    notice = stories.propose(case, proposer, now)

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
