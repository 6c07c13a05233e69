"""What a supplier does with its evidence, up to and after sending it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.models import Product
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import Conflict, RuleBroken
from registry.common.periods import civil_date, period
from registry.evidence.enums import SubmissionState
from registry.evidence.models import EvidenceFile, Submission, SubmissionCriterion
from registry.evidence.rules import completeness, validity
from registry.evidence.selectors import claimed
from registry.evidence.services.checks import accepting_criteria, locked
from registry.standards.enums import Form
from registry.standards.models import Criterion

# Letters and digits that nobody confuses on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_web_address = URLValidator(schemes=["https", "http"])


@dataclass(frozen=True)
class Answers:
    """What a supplier answered. `valid_until` is the first day on which it no longer proves."""

    criteria: Collection[int]
    release: str = ""
    issuer: str = ""
    reference: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    exclusions: str = ""
    link: str = ""


def _new_ref() -> str:
    """A reference that says nothing of how many there are, and survives a move to elsewhere."""
    drawn = [secrets.choice(_LETTERS) for _ in range(8)]
    return f"EV-{''.join(drawn[:4])}-{''.join(drawn[4:])}"


@transaction.atomic
def start_submission(
    *, product: Product, form: str, criteria: Collection[int], by: User, now: datetime
) -> Submission:
    """A draft of evidence of `form` that speaks to `criteria` (primary keys; none will do)."""
    require_acts_for(by, product.supplier)
    if form not in Form.values:
        raise RuleBroken("Select the form of evidence.", field="form")
    found = accepting_criteria(form, criteria)
    row = Submission.objects.create(
        ref=_new_ref(), product=product, form=form, created_by=by, created_at=now
    )
    _speak_to(row, found)
    audit.record(actor=by, action="evidence.started", subject=row, now=now)
    return row


@transaction.atomic
def save_submission(
    *, submission: Submission, answers: Answers, by: User, now: datetime
) -> Submission:
    """Keep what was answered so far; a draft need not be complete.

    A first day that is left out is the day of issue, a last one what is usual for the form
    and the standards. `RuleBroken` names the field that cannot be kept.
    """
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    found = accepting_criteria(row.form, answers.criteria)
    _refuse_bad_link(answers.link)
    for name in ("release", "issuer", "reference", "exclusions", "link"):
        setattr(row, name, getattr(answers, name).strip())
    row.issued_on = answers.issued_on
    row.valid = _validity(row.form, answers, found)
    row.save()
    _speak_to(row, found)
    audit.record(actor=by, action="evidence.saved", subject=row, now=now)
    return row


def _refuse_bad_link(link: str) -> None:
    if not link.strip():
        return
    try:
        _web_address(link.strip())
    except ValidationError as error:
        words = "Link must be a public web address, like https://www.example.com/report"
        raise RuleBroken(words, field="link") from error


def _validity(form: str, answers: Answers, criteria: list[Criterion]):
    start, until = answers.valid_from or answers.issued_on, answers.valid_until
    if start is None:
        if until is not None:
            raise RuleBroken("Enter the date the evidence was issued", field="issued_on")
        return None
    if until is None and answers.issued_on is not None:
        codes = [criterion.version.standard.code for criterion in criteria]
        until = validity.usual_end(form=form, standards=codes, issued_on=answers.issued_on)
    if until is not None and until <= start:
        words = "Last valid day must not be before the first"
        raise RuleBroken(words, field="valid_until")
    return period(start, until)


def _speak_to(row: Submission, criteria: list[Criterion]) -> None:
    row.spoken_to.exclude(criterion__in=criteria).delete()
    SubmissionCriterion.objects.bulk_create(
        [SubmissionCriterion(submission=row, criterion=criterion) for criterion in criteria],
        ignore_conflicts=True,
    )


class Incomplete(RuleBroken):
    """The submission cannot be sent yet; `problems` says all that is missing or wrong."""

    def __init__(self, problems: list[completeness.Problem]):
        words = ". ".join(problem.words for problem in problems)
        super().__init__(f"{words}.", field=problems[0].field)
        self.problems = problems


@transaction.atomic
def submit(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Send a draft to the national team. `Incomplete` when something is missing or wrong."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    problems = completeness.problems(claimed(row), on=civil_date(now))
    if problems:
        raise Incomplete(problems)
    accepting_criteria(row.form, [link.criterion_id for link in row.spoken_to.all()])
    row.state = SubmissionState.SUBMITTED
    row.submitted_by, row.submitted_at = by, now
    row.save()
    audit.record(
        actor=by,
        action="evidence.submitted",
        subject=row,
        now=now,
        detail={"valid": str(row.valid), "files": [file.sha256 for file in row.files.all()]},
    )
    return row


@transaction.atomic
def withdraw(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Take back what was submitted and is not decided yet."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)
    row.state, row.withdrawn_at = SubmissionState.WITHDRAWN, now
    row.assessor = row.taken_up_at = None
    row.save()
    audit.record(actor=by, action="evidence.withdrawn", subject=row, now=now)
    return row


@transaction.atomic
def discard_draft(*, submission: Submission, by: User, now: datetime) -> None:
    """Delete a draft, which nobody but the supplier has seen."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    audit.record(actor=by, action="evidence.discarded", subject=row, now=now)
    row.delete()


_RENEWABLE = (SubmissionState.ACCEPTED, SubmissionState.RETURNED, SubmissionState.WITHDRAWN)


@transaction.atomic
def start_again(*, submission: Submission, by: User, now: datetime) -> Submission:
    """A draft that copies `submission`, to mend what was returned or renew what will lapse.

    The dates are left to be given anew, and so are the files of evidence that was accepted:
    what proved the last year does not prove the next.
    """
    require_acts_for(by, submission.product.supplier)
    old = locked(submission, *_RENEWABLE)
    if Submission.objects.filter(supersedes=old, state=SubmissionState.DRAFT).exists():
        raise Conflict("There is a draft that follows this one already.")
    kept = ("product_id", "release", "form", "issuer", "reference", "exclusions", "link")
    row = Submission.objects.create(
        **{name: getattr(old, name) for name in kept},
        ref=_new_ref(),
        supersedes=old,
        created_by=by,
        created_at=now,
    )
    _speak_to(row, list(old.criteria.all()))
    if old.state != SubmissionState.ACCEPTED:
        _copy_rest(old, row, now=now)
    audit.record(
        actor=by, action="evidence.started", subject=row, now=now, detail={"from": old.ref}
    )
    return row


def _copy_rest(old: Submission, row: Submission, *, now: datetime) -> None:
    row.issued_on, row.valid = old.issued_on, old.valid
    row.save()
    EvidenceFile.objects.bulk_create(
        EvidenceFile(
            submission=row,
            name=file.name,
            content_type=file.content_type,
            sha256=file.sha256,
            size=file.size,
            uploaded_at=now,
        )
        for file in old.files.all()
    )
