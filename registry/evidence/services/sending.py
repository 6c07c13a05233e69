"""Sending a draft, and taking back what was sent: for one product, or for several at once."""

from datetime import datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence.enums import SubmissionState
from registry.evidence.models import AlsoFor, Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.rules import completeness
from registry.evidence.selectors import claimed
from registry.evidence.services.checks import accepting_criteria, locked
from registry.evidence.services.choosing import speak_to
from registry.evidence.services.copying import copy_files, new_ref

_SAID = ("form", "issuer", "reference", "issued_on", "valid", "exclusions", "links")


class Incomplete(RuleBroken):
    """The submission cannot be sent yet; `problems` says all that is missing or wrong."""

    def __init__(self, problems: list[completeness.Problem]):
        words = ". ".join(problem.words for problem in problems)
        super().__init__(f"{words}.", field=problems[0].field)
        self.problems = problems


@transaction.atomic
def submit(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Send a draft to the national team, and the same for every other product it is for.

    Each product gets a submission of its own, decided on by itself; they share their files and
    name each other. `Incomplete` when something is missing or wrong.
    """
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    problems = completeness.problems(claimed(row), on=civil_date(now))
    if problems:
        raise Incomplete(problems)
    others = list(row.also_for.select_related("product").prefetch_related("criteria"))
    ids = {link.criterion_id for link in row.spoken_to.all()}
    accepting_criteria(row.form, ids.union(*({c.pk for c in o.criteria.all()} for o in others)))
    row.state = SubmissionState.SUBMITTED
    row.submitted_by, row.submitted_at = by, now
    row.save()
    _record(row, by=by, now=now)
    for other in others:
        _record(_sent_along(row, other, now=now), by=by, now=now)
    row.also_for.all().delete()
    return row


def _record(row: Submission, *, by: User, now: datetime) -> None:
    detail = {"valid": str(row.valid), "files": [file.sha256 for file in row.files.all()]}
    if row.sent_with_id:
        detail["sent_with"] = row.sent_with.ref
    audit.record(actor=by, action="evidence.submitted", subject=row, now=now, detail=detail)


def _sent_along(row: Submission, other: AlsoFor, *, now: datetime) -> Submission:
    """The submission of another product that `row`, just sent, is for as well."""
    copy = Submission.objects.create(
        **{name: getattr(row, name) for name in _SAID},
        ref=new_ref(),
        product=other.product,
        release=other.release,
        state=SubmissionState.SUBMITTED,
        supersedes=other.supersedes,
        sent_with=row,
        created_by=row.created_by,
        created_at=row.created_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
    )
    speak_to(copy, list(other.criteria.all()))
    copy_files(row, copy, now=now)
    return copy


@transaction.atomic
def withdraw(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Take back what was submitted and is not decided yet."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, *AWAITING)
    row.state, row.withdrawn_at = SubmissionState.WITHDRAWN, now
    row.assessor = row.taken_up_at = row.leased_until = None
    row.save()
    audit.record(actor=by, action="evidence.withdrawn", subject=row, now=now)
    return row


@transaction.atomic
def withdraw_together(*, submission: Submission, by: User, now: datetime) -> list[Submission]:
    """Take back all that was sent at once with `submission` and is not decided yet."""
    require_acts_for(by, submission.product.supplier)
    waiting = list(
        Submission.objects.sent_together(submission)
        .filter(state__in=AWAITING)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    return [withdraw(submission=each, by=by, now=now) for each in waiting]
