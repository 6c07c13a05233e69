"""What a supplier does with its evidence, up to and after sending it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import Conflict, RuleBroken
from registry.common.periods import period
from registry.evidence.enums import SubmissionState
from registry.evidence.models import AlsoFor, Submission
from registry.evidence.rules import validity
from registry.evidence.selectors import claimed
from registry.evidence.services.checks import accepting_criteria, locked, public_links
from registry.evidence.services.choosing import Chosen, put_choice, speak_to
from registry.evidence.services.copying import copy_answers, copy_files, new_ref
from registry.standards.enums import Form


@dataclass(frozen=True)
class Answers:
    """What a supplier answered. `valid_until` is the first day on which it no longer proves.

    `criteria` are the draft's own product's; `None`, as for `links`, leaves what is there.
    `releases` are those of the other products it is for, by product (primary key).
    """

    criteria: Collection[int] | None = None
    release: str = ""
    issuer: str = ""
    reference: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    exclusions: str = ""
    links: Sequence[str] | None = None
    releases: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def start_submission(
    *,
    product: Product,
    form: str,
    criteria: Collection[int],
    by: User,
    now: datetime,
    others: Chosen | None = None,
) -> Submission:
    """A draft of evidence of `form` that speaks to `criteria` (primary keys; none will do).

    `others` are criteria of other products of the supplier that it is for as well.
    """
    require_acts_for(by, product.supplier)
    if form not in Form.values:
        raise RuleBroken("Select the form of evidence.", field="form")
    row = Submission.objects.create(
        ref=new_ref(), product=product, form=form, created_by=by, created_at=now
    )
    put_choice(row, {**(others or {}), product.pk: criteria})
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
    if answers.criteria is not None:
        speak_to(row, accepting_criteria(row.form, answers.criteria))
    if answers.links is not None:
        row.links = public_links(answers.links)
    for name in ("release", "issuer", "reference", "exclusions"):
        setattr(row, name, getattr(answers, name).strip())
    row.issued_on = answers.issued_on
    row.valid = _validity(row.form, answers, claimed(row).standards)
    row.save()
    for also in row.also_for.filter(product__in=answers.releases):
        also.release = answers.releases[also.product_id].strip()
        also.save()
    audit.record(actor=by, action="evidence.saved", subject=row, now=now)
    return row


@transaction.atomic
def save_links(
    *, submission: Submission, links: Sequence[str], by: User, now: datetime
) -> Submission:
    """Keep where the evidence is published; none for nowhere. `RuleBroken` names a bad one."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    row.links = public_links(links)
    row.save()
    audit.record(actor=by, action="evidence.saved", subject=row, now=now)
    return row


def _validity(form: str, answers: Answers, standards: Collection[str]):
    start, until = answers.valid_from or answers.issued_on, answers.valid_until
    if start is None:
        if until is not None:
            raise RuleBroken("Enter the date the evidence was issued", field="issued_on")
        return None
    if until is None and answers.issued_on is not None:
        until = validity.usual_end(form=form, standards=standards, issued_on=answers.issued_on)
    if until is not None and until <= start:
        words = "Last valid day must not be before the first"
        raise RuleBroken(words, field="valid_until")
    return period(start, until)


@transaction.atomic
def discard_draft(*, submission: Submission, by: User, now: datetime) -> None:
    """Delete a draft, which nobody but the supplier has seen."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    audit.record(actor=by, action="evidence.discarded", subject=row, now=now)
    row.delete()


_COPIED = ("product_id", "release", "form", "issuer", "reference", "exclusions", "links")
_RENEWABLE = (SubmissionState.ACCEPTED, SubmissionState.RETURNED, SubmissionState.WITHDRAWN)


@transaction.atomic
def start_again(
    *, submission: Submission, by: User, now: datetime, together: bool = False
) -> Submission:
    """A draft that copies `submission`, to mend what was returned or renew what will lapse.

    The dates are left to be given anew, and so are the files of evidence that was accepted:
    what proved the last year does not prove the next. With `together`, the draft is for the
    products of everything that was sent with it and stands where it stands, as well.
    """
    require_acts_for(by, submission.product.supplier)
    old = locked(submission, *_RENEWABLE)
    if _followed(old):
        raise Conflict("There is a draft that follows this one already.")
    row = Submission.objects.create(
        **{name: getattr(old, name) for name in _COPIED},
        ref=new_ref(),
        supersedes=old,
        created_by=by,
        created_at=now,
    )
    speak_to(row, list(old.criteria.all()))
    if together:
        _follow_others(old, row)
    if old.state != SubmissionState.ACCEPTED:
        row.issued_on, row.valid = old.issued_on, old.valid
        row.save()
        copy_files(old, row, now=now)
    copy_answers(old, row, now=now)
    audit.record(
        actor=by, action="evidence.started", subject=row, now=now, detail={"from": old.ref}
    )
    return row


def _followed(old: Submission) -> bool:
    drafts = Submission.objects.filter(supersedes=old, state=SubmissionState.DRAFT)
    return drafts.exists() or AlsoFor.objects.filter(supersedes=old).exists()


def _follow_others(old: Submission, row: Submission) -> None:
    others = (
        Submission.objects.sent_together(old)
        .filter(state=old.state)
        .exclude(pk=old.pk)
        .exclude(product__state=ProductState.WITHDRAWN)
        .prefetch_related("criteria")
    )
    for other in others:
        # Of two that were sent for one product, the first in order is followed.
        if _followed(other) or row.also_for.filter(product=other.product_id).exists():
            continue
        also = AlsoFor.objects.create(
            draft=row, product_id=other.product_id, release=other.release, supersedes=other
        )
        also.criteria.set(other.criteria.all())
