"""What a submission answers to a questionnaire, and what that comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from registry.common.periods import civil_date
from registry.evidence.enums import SubmissionState
from registry.evidence.models import EvidenceFile, QuestionnaireAnswers, Submission
from registry.evidence.rules import completeness, questionnaire
from registry.evidence.rules.questionnaire import Finding, Questionnaire, Reply
from registry.standards.enums import Form


@dataclass(frozen=True)
class Answered:
    """A form, the replies to it by code, and the submission's files by their content's hash."""

    submission: Submission
    form: Questionnaire
    replies: Mapping[str, Reply]
    files: Mapping[str, EvidenceFile]
    saved_at: datetime | None


def answered(submission: Submission) -> Answered | None:
    """The questionnaire of the submission; `None` when it is no questionnaire, or when it came
    into the register without answers. A draft that answers nothing yet has the current form.
    """
    if submission.form != Form.QUESTIONNAIRE:
        return None
    kept = QuestionnaireAnswers.objects.filter(submission=submission).first()
    if kept is None and submission.state != SubmissionState.DRAFT:
        return None
    return _answered(submission, kept)


def _answered(submission: Submission, kept: QuestionnaireAnswers | None) -> Answered:
    form = questionnaire.form_of(kept.version if kept else questionnaire.CURRENT)
    replies = questionnaire.from_json(kept.replies if kept else {})
    # The release is the submission's own: it is said once.
    for question in form.questions:
        if question.kind == "release":
            replies[question.code] = Reply(submission.release)
    files = {file.sha256: file for file in submission.files.all()}
    return Answered(submission, form, replies, files, kept.saved_at if kept else None)


def findings_of(given: Answered, *, on: date) -> list[Finding]:
    """What each section came to on the day it was sent; that of a draft, on the day `on`."""
    sent = given.submission.submitted_at
    day = civil_date(sent) if sent else on
    return questionnaire.judge_all(given.form, given.replies, on=day, attached=given.files)


def questionnaire_problems_of(submission: Submission) -> list[completeness.Problem]:
    """What keeps a draft from being sent as far as its questionnaire goes."""
    given = answered(submission)
    if given is None:
        return []
    unfinished = [
        section.code
        for section in given.form.sections
        if questionnaire.lacking(section, given.replies, attached=given.files)
    ]
    versions = submission.criteria.values_list("version__standard__code", "version__version")
    return completeness.questionnaire_problems(
        name=given.form.name,
        version=given.form.version,
        standard=given.form.standard,
        unfinished=unfinished,
        release=submission.release,
        proves=set(versions),
    )


def previous_questionnaire(submission: Submission) -> Answered | None:
    """The answers before these: those it follows, otherwise the last that were sent for the same
    product before it was.
    """
    sent = _others_sent(submission)
    kept = sent.filter(submission=submission.supersedes_id).first()
    if kept is None:
        if submission.submitted_at:
            sent = sent.filter(submission__submitted_at__lt=submission.submitted_at)
        kept = sent.order_by("-submission__submitted_at", "-pk").first()
    return _answered(kept.submission, kept) if kept else None


def _others_sent(submission: Submission) -> QuerySet[QuestionnaireAnswers]:
    return (
        QuestionnaireAnswers.objects.filter(submission__product=submission.product_id)
        .exclude(submission__state=SubmissionState.DRAFT)
        .exclude(submission=submission.pk)
        .select_related("submission")
        .prefetch_related("submission__files")
    )
