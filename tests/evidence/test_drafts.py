"""Evidence on its way from a draft to the national team, and what stops it."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.periods import period
from registry.evidence import services
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Submission
from registry.evidence.services import Answers, Incomplete
from tests.evidence.conftest import ASKED, HALF, actions, make_draft, standing

pytestmark = pytest.mark.django_db


def test_evidence_is_drafted_sent_assessed_and_accepted(
    product, accessible, supplier_editor, assessor, answers, now, rung
):
    draft = make_draft(product, [accessible], supplier_editor, answers, now)
    assert draft.state == SubmissionState.DRAFT
    assert draft.valid == ASKED  # the first day is the day of issue

    sent = services.submit(submission=draft, by=supplier_editor, now=now)
    assert (sent.state, sent.submitted_by, sent.submitted_at) == (
        SubmissionState.SUBMITTED,
        supplier_editor,
        now,
    )
    services.take_up(submission=sent, by=assessor, now=now)
    assert rung == []

    accepted = services.accept(submission=sent, valid=HALF, reason=" Sound. ", by=assessor, now=now)

    accepted.refresh_from_db()
    assert (accepted.state, accepted.valid) == (SubmissionState.ACCEPTED, HALF)
    assert accepted.assessor is None
    decision = accepted.decisions.get()
    assert (decision.outcome, decision.reason, decision.valid, decision.decided_by) == (
        Outcome.ACCEPTED,
        "Sound.",
        HALF,
        assessor,
    )
    assert rung == [([product.pk], f"evidence {accepted.ref} was accepted")]
    assert actions() == [
        "evidence.started",
        "evidence.file_attached",
        "evidence.saved",
        "evidence.submitted",
        "evidence.taken_up",
        "evidence.accepted",
    ]


def test_the_usual_end_is_filled_in(product, accessible, supplier_editor, now):
    draft = services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )
    answers = Answers(criteria=[accessible.pk], issued_on=date(2026, 6, 1))
    saved = services.save_submission(submission=draft, answers=answers, by=supplier_editor, now=now)
    assert saved.valid == period(date(2026, 6, 1), date(2027, 6, 1))


def test_an_empty_draft_may_be_saved(product, supplier_editor, now):
    draft = services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )
    saved = services.save_submission(
        submission=draft, answers=Answers(criteria=[]), by=supplier_editor, now=now
    )
    assert (saved.valid, saved.issuer, list(saved.criteria.all())) == (None, "", [])


def test_a_form_that_the_criterion_does_not_accept_is_refused(
    product, accessible, supplier_editor, now
):
    with pytest.raises(RuleBroken) as refusal:
        services.start_submission(
            product=product,
            form="certificate",
            criteria=[accessible.pk],
            by=supplier_editor,
            now=now,
        )
    assert refusal.value.message == (
        "WCAG 2.2 AUDIT does not accept the form “Certificate”. It accepts test report."
    )
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("form", ["", "hearsay"])
def test_an_unknown_form_is_refused(product, supplier_editor, now, form):
    with pytest.raises(RuleBroken, match="Select the form"):
        services.start_submission(
            product=product, form=form, criteria=[], by=supplier_editor, now=now
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"criteria": [999_999]}, "criteria"),
        ({"links": ["javascript:alert(1)"]}, "links"),
        ({"links": ["https://example.com", "ftp://example.com/x"]}, "links"),
        ({"valid_until": date(2026, 6, 1)}, "valid_until"),
        ({"issued_on": None, "valid_from": None}, "issued_on"),
    ],
)
def test_answers_that_cannot_be_kept_are_refused(
    draft, supplier_editor, answers, now, change, field
):
    before = standing(draft)
    with pytest.raises(RuleBroken) as refusal:
        services.save_submission(
            submission=draft, answers=replace(answers, **change), by=supplier_editor, now=now
        )
    assert refusal.value.field == field
    assert standing(draft) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"issuer": ""}, "issuer"),
        ({"criteria": []}, "criteria"),
        ({"issued_on": date(2026, 7, 2), "valid_from": date(2026, 7, 2)}, "issued_on"),
        ({"valid_from": date(2026, 5, 1)}, "valid_from"),
    ],
)
def test_an_incomplete_draft_is_not_sent(draft, supplier_editor, answers, now, change, field):
    services.save_submission(
        submission=draft, answers=replace(answers, **change), by=supplier_editor, now=now
    )
    before = standing(draft)
    with pytest.raises(Incomplete) as refusal:
        services.submit(submission=draft, by=supplier_editor, now=now)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert standing(draft) == before


def test_a_criterion_that_changed_its_mind_is_noticed_when_sending(
    draft, accessible, supplier_editor, now
):
    accessible.proofs = ["declaration"]
    accessible.save()
    with pytest.raises(RuleBroken, match="does not accept the form “Test report”"):
        services.submit(submission=draft, by=supplier_editor, now=now)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.DRAFT


def test_a_draft_is_discarded_without_a_trace_but_the_audit(draft, supplier_editor, now):
    services.discard_draft(submission=draft, by=supplier_editor, now=now)
    assert not Submission.objects.exists()
    assert actions()[-1] == "evidence.discarded"
    with pytest.raises(Conflict, match="discarded"):
        services.submit(submission=draft, by=supplier_editor, now=now)


def test_what_was_submitted_cannot_be_discarded_even_in_the_database(
    submitted, supplier_editor, now
):
    with pytest.raises(Conflict, match="It is submitted"):
        services.discard_draft(submission=submitted, by=supplier_editor, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.all().delete()
    assert Submission.objects.count() == 1


def test_only_the_suppliers_members_prepare_and_send(
    product, draft, answers, rival_editor, assessor, buyer, outsider, now
):
    before = standing(draft)
    for stranger in (rival_editor, assessor, buyer, outsider):
        for step in (
            lambda by: services.start_submission(
                product=product, form="document", criteria=[], by=by, now=now
            ),
            lambda by: services.save_submission(submission=draft, answers=answers, by=by, now=now),
            lambda by: services.submit(submission=draft, by=by, now=now),
            lambda by: services.discard_draft(submission=draft, by=by, now=now),
            lambda by: services.start_again(submission=draft, by=by, now=now),
        ):
            with pytest.raises(NotPermitted):
                step(stranger)
    assert standing(draft) == before
    assert Submission.objects.count() == 1


def test_a_sent_submission_is_no_longer_changed(submitted, answers, supplier_editor, now):
    before = standing(submitted)
    for step in (
        lambda: services.save_submission(
            submission=submitted, answers=answers, by=supplier_editor, now=now
        ),
        lambda: services.submit(submission=submitted, by=supplier_editor, now=now),
        lambda: services.remove_file(
            submission=submitted, file_id=submitted.files.get().pk, by=supplier_editor, now=now
        ),
    ):
        with pytest.raises(Conflict):
            step()
    assert standing(submitted) == before


def test_evidence_is_withdrawn_until_it_is_decided(claimed, supplier_owner, now, rung):
    withdrawn = services.withdraw(submission=claimed, by=supplier_owner, now=now)
    assert (withdrawn.state, withdrawn.assessor) == (SubmissionState.WITHDRAWN, None)
    assert rung == []


def test_accepted_evidence_is_not_withdrawn(accepted, supplier_editor, now):
    with pytest.raises(Conflict, match="already accepted"):
        services.withdraw(submission=accepted, by=supplier_editor, now=now)
    accepted.refresh_from_db()
    assert accepted.state == SubmissionState.ACCEPTED


def test_returned_evidence_is_started_again_with_its_files(
    claimed, assessor, supplier_editor, accessible, now
):
    services.return_(
        submission=claimed, reason="Unsigned.", what_would_do="Sign it.", by=assessor, now=now
    )
    again = services.start_again(submission=claimed, by=supplier_editor, now=now)
    assert again.state == SubmissionState.DRAFT
    assert (again.supersedes, again.valid) == (claimed, ASKED)
    assert list(again.criteria.all()) == [accessible]
    assert [file.name for file in again.files.all()] == ["report.csv"]
    with pytest.raises(Conflict, match="draft that follows"):
        services.start_again(submission=claimed, by=supplier_editor, now=now)


def test_renewing_asks_for_dates_and_files_anew(accepted, supplier_editor, now):
    renewed = services.start_again(submission=accepted, by=supplier_editor, now=now)
    assert (renewed.valid, renewed.issued_on, renewed.files.count()) == (None, None, 0)
    assert renewed.issuer == "Fellside Test House"
