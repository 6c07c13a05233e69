"""Lists of what suppliers drafted and sent."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from registry.evidence.enums import SubmissionState
from registry.evidence.models import (
    EvidenceFile,
    LeftOut,
    Message,
    Submission,
    SubmissionCriterion,
)
from registry.evidence.querysets import AWAITING


def submissions_of(user) -> QuerySet[Submission]:
    """What the suppliers that `user` acts for have drafted and sent, newest first.

    `last_message`: while undecided, whether a question or an answer stands last in its thread.
    """
    last = Message.objects.filter(submission=OuterRef("pk")).order_by("-at", "-pk")
    # Not a join grouped by the key alone: what was known at a moment is a view, which has none.
    files = EvidenceFile.objects.filter(submission=OuterRef("pk")).order_by().values("submission")
    count = Subquery(files.annotate(number=Count("pk")).values("number"))
    waiting = When(state__in=AWAITING, then=Subquery(last.values("kind")[:1]))
    return (
        Submission.objects.visible_to(user)
        .filter(product__supplier__in=user.supplier_memberships.values("supplier"))
        .select_related("product__supplier")
        .prefetch_related("criteria__version__standard")
        .annotate(
            file_count=Coalesce(count, 0), last_message=Case(waiting, output_field=CharField())
        )
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True)
class NotAccepted:
    """A requirement that accepted evidence (`ref`) was sent for, and was not accepted for."""

    ref: str
    reason: str


def left_out(supplier_id: int) -> dict[tuple[int, int], NotAccepted]:
    """What was last left out of a supplier's accepted evidence, by (product, criterion)."""
    rows = LeftOut.objects.filter(
        decision__submission__product__supplier=supplier_id,
        decision__submission__state=SubmissionState.ACCEPTED,
    ).order_by("decision__decided_at", "pk")
    facts = rows.values_list(
        "decision__submission__product", "criterion", "decision__submission__ref", "reason"
    )
    return {(product, criterion): NotAccepted(*said) for product, criterion, *said in facts}


_UNDECIDED = (
    SubmissionState.DRAFT,
    SubmissionState.SUBMITTED,
    SubmissionState.IN_ASSESSMENT,
    SubmissionState.RETURNED,
)


def under_way(supplier_id: int) -> dict[tuple[int, int], Submission]:
    """The newest evidence that is not accepted or was returned, by (product, criterion)."""
    links = (
        SubmissionCriterion.objects.filter(
            submission__product__supplier=supplier_id, submission__state__in=_UNDECIDED
        )
        .select_related("submission")
        .order_by("submission__created_at", "submission__pk")
    )
    return {(link.submission.product_id, link.criterion_id): link.submission for link in links}
