"""Lists of what suppliers drafted and sent."""

from django.db.models import (
    Count,
    QuerySet,
)

from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission, SubmissionCriterion


def submissions_of(user) -> QuerySet[Submission]:
    """What the suppliers that `user` acts for have drafted and sent, newest first."""
    return (
        Submission.objects.visible_to(user)
        .filter(product__supplier__in=user.supplier_memberships.values("supplier"))
        .select_related("product__supplier")
        .prefetch_related("criteria__version__standard")
        .annotate(file_count=Count("files"))
        .order_by("-created_at", "-pk")
    )


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
