"""Questions about one submission."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import (
    QuerySet,
)

from registry.catalogue.selectors import require_acts_for
from registry.evidence.models import EvidenceFile, Message, MessageFile, Submission
from registry.evidence.rules import completeness
from registry.evidence.selectors.files import infected
from registry.evidence.selectors.questionnaire import questionnaire_problems_of
from registry.evidence.selectors.reports import unproved
from registry.standards.enums import SECOND_ASSESSOR_CLASSES


def submission_for(user, ref: str) -> Submission | None:
    """The submission of this reference with all that its page shows; `None` unless visible."""
    threads = (
        "messages__author",
        "messages__files__content",
        "decisions__left_out__criterion__version__standard",
    )
    found = _whole(Submission.objects.visible_to(user)).prefetch_related(*threads)
    return found.filter(ref=ref).first()


def own_submission(user, ref: str) -> Submission | None:
    """The same, for those who act for its supplier; NotPermitted for others who may see it."""
    found = submission_for(user, ref)
    if found is not None:
        require_acts_for(user, found.product.supplier)
    return found


def published(ref: str) -> Submission | None:
    """The accepted evidence of this reference, whose facts everybody may see."""
    return _whole(Submission.objects.published()).filter(ref=ref).first()


def _whole(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    return submissions.select_related(
        "product__supplier", "assessor", "created_by", "submitted_by", "supersedes"
    ).prefetch_related(
        "criteria__version__standard",
        "files__content",
        "files__report",
        "decisions__decided_by",
        "superseded_by",
    )


def sent_together(submission: Submission, *, user) -> list[Submission]:
    """What else was sent at once with `submission`, by product, as far as `user` may see it."""
    others = Submission.objects.visible_to(user).sent_together(submission)
    return list(
        others.exclude(pk=submission.pk)
        .select_related("product__supplier")
        .order_by("product__name", "pk")
    )


def on_the_same_desk(together: Iterable[Submission], *, user, now: datetime) -> list[Submission]:
    """Of what was sent `together`, what is on the desk of `user`, in its order."""
    return [
        each
        for each in together
        if each.assessor_id == user.pk and each.leased_until and each.leased_until > now
    ]


def file_for(user, ref: str, file_id: int) -> EvidenceFile | None:
    """A file of a submission that `user` may see."""
    visible = Submission.objects.visible_to(user).filter(ref=ref)
    files = EvidenceFile.objects.filter(pk=file_id, submission__in=visible)
    return files.select_related("submission", "content").first()


def standard_codes(submission: Submission) -> list[str]:
    """The codes of the standards that the submission speaks to."""
    codes = submission.criteria.values_list("version__standard__code", flat=True)
    return sorted(set(codes))


def needs_second_assessor(submission: Submission) -> bool:
    """product.md: acceptance on clinical safety or security needs a second assessor."""
    return submission.criteria.filter(
        version__standard__standard_class__in=SECOND_ASSESSOR_CLASSES
    ).exists()


def claimed(submission: Submission) -> completeness.Claimed:
    """What the submission claims, for the rules: a draft, for all the products it is for."""
    valid = submission.valid
    others = submission.also_for.values_list("criteria__version__standard__code", flat=True)
    return completeness.Claimed(
        form=submission.form,
        standards=sorted({*standard_codes(submission), *others}),
        issuer=submission.issuer,
        reference=submission.reference,
        issued_on=submission.issued_on,
        start=valid and valid.lower,
        until=valid and valid.upper,
        files=submission.files.count(),
        links=len(submission.links),
        questionnaire=questionnaire_problems_of(submission),
        infected=infected(submission),
        unproved=unproved(submission),
    )


def problems_of(submission: Submission, *, on: date) -> list[completeness.Problem]:
    """What keeps a draft from being submitted on the day `on`."""
    return completeness.problems(claimed(submission), on=on)


def thread(submission: Submission) -> list[Message]:
    """What was asked and answered about a submission, oldest first."""
    return list(submission.messages.all())


def message_file_for(user, ref: str, file_id: int) -> MessageFile | None:
    """A file of the thread of a submission that `user` may see."""
    visible = Submission.objects.visible_to(user).filter(ref=ref)
    return MessageFile.objects.filter(pk=file_id, message__submission__in=visible).first()
