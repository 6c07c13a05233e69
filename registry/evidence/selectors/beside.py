"""What an assessor compares a submission with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from registry.accounts.models import Role
from registry.catalogue.models import Supplier
from registry.catalogue.selectors import acts_for, left_since
from registry.common.periods import civil_date
from registry.evidence.enums import SubmissionState
from registry.evidence.models import EvidenceFile, Interest, Submission

_DECIDED = (SubmissionState.ACCEPTED, SubmissionState.RETURNED)


def decided_before(submission: Submission) -> list[Submission]:
    """Evidence of the same product for any of the same criteria that was accepted or returned,
    newest first. What was accepted for other criteria, leaving one of these out, is among it.
    """
    criteria = [criterion.pk for criterion in submission.criteria.all()]
    spoken = Q(spoken_to__criterion__in=criteria)
    left_out = Q(decisions__left_out__criterion__in=criteria)
    return list(
        Submission.objects.filter(
            spoken | left_out, product=submission.product_id, state__in=_DECIDED
        )
        .exclude(pk=submission.pk)
        .distinct()
        .prefetch_related(
            "criteria__version__standard",
            "files",
            "decisions__decided_by",
            "decisions__left_out",
        )
        .order_by("-submitted_at", "-pk")
    )


@dataclass(frozen=True)
class SameFile:
    """Elsewhere among what the supplier sent there is a file of the same content."""

    name: str
    # Accepted with it for the same product, newest first.
    accepted: list[Submission]
    # Names of other products of the supplier that it was sent for.
    others: list[str]


def same_files(submission: Submission) -> list[SameFile]:
    """Files of `submission` that were sent before or for other products. One query.

    Drafts say nothing: nobody but the supplier sees them.
    """
    mine = {file.sha256: file.name for file in submission.files.all()}
    rows = (
        EvidenceFile.objects.filter(
            content__in=mine, submission__product__supplier=submission.product.supplier_id
        )
        .exclude(submission=submission.pk)
        .exclude(submission__state=SubmissionState.DRAFT)
        .select_related("submission__product")
        .order_by("-submission__submitted_at", "-submission__pk")
    )
    found = {sha256: SameFile(name, [], []) for sha256, name in mine.items()}
    for row in rows:
        _note(found[row.sha256], row.submission, product_id=submission.product_id)
    return [each for each in found.values() if each.accepted or each.others]


def _note(same: SameFile, other: Submission, *, product_id: int) -> None:
    if other.product_id == product_id:
        if other.state == SubmissionState.ACCEPTED:
            same.accepted.append(other)
    elif other.product.name not in same.others:
        same.others.append(other.product.name)


def proved_otherwise(submission: Submission, *, from_: date) -> set[int]:
    """Criteria of accepted evidence (primary keys) that other evidence proves on `from_`."""
    others = Submission.objects.proving_on(from_).filter(product=submission.product_id)
    others = others.exclude(pk=submission.pk)
    criteria = submission.spoken_to.filter(criterion__submissions__in=others)
    return set(criteria.values_list("criterion", flat=True))


def stake_of(user, submission: Submission, *, now: datetime) -> str:
    """Why `user` may not assess the submission, in words; "" where they have no stake in it.

    product.md: the assessor may not belong to the supplier. Nor may whoever left the supplier
    less than `EVIDENCE_COOLING_OFF_DAYS` ago, whoever prepared the submission, whenever they
    left, nor whoever declared an interest in the supplier.
    """
    supplier = submission.product.supplier
    if acts_for(user, supplier):
        return f"You act for {supplier.name}, so somebody else must assess this."
    if user.pk in (submission.created_by_id, submission.submitted_by_id):
        return "You prepared this evidence, so somebody else must assess it."
    if left_lately(user, now=now).filter(pk=supplier.pk).exists():
        return f"You acted for {supplier.name} until lately, so somebody else must assess this."
    interests = Interest.objects.filter(user=user, supplier=supplier)
    if interests.filter(held__contains=civil_date(now)).exists():
        return f"You declared an interest in {supplier.name}, so somebody else must assess this."
    return ""


def left_lately(user, *, now: datetime) -> QuerySet[Supplier]:
    """The suppliers that `user` has left so lately that they may not assess their evidence."""
    return left_since(user, now - timedelta(days=settings.EVIDENCE_COOLING_OFF_DAYS))


def interests_seen_by(user) -> QuerySet[Interest]:
    """What `user` declared; what anybody did, where they audit or administer. Newest first."""
    rows = Interest.objects.select_related("user", "supplier")
    if user.has_role(Role.AUDITOR, Role.ADMINISTRATOR):
        return rows
    return rows.filter(user=user)


def suppliers_to_declare() -> QuerySet[Supplier]:
    """Suppliers that somebody may have an interest in, by name."""
    return Supplier.objects.order_by("name", "pk")
