"""Sets of submissions, and of the contents of their files."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from registry.evidence.enums import ScanState, SubmissionState

# Contents that a scanner has still to look at.
UNSEEN = (ScanState.UNSCANNED, ScanState.WAITING, ScanState.FAILED)
AWAITING = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)


class SubmissionQuerySet(models.QuerySet):
    """Submissions that somebody may see."""

    def visible_to(self, user) -> "SubmissionQuerySet":
        """The supplier's members see all of theirs; the national team sees all but drafts.

        Nobody else sees unpublished evidence (product.md).
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(product__supplier__in=user.supplier_memberships.values("supplier"))
        if user.is_national:
            return self.filter(own | ~Q(state=SubmissionState.DRAFT))
        return self.filter(own)

    def accepted(self) -> "SubmissionQuerySet":
        """Submissions that prove something over some period; their facts are public."""
        return self.filter(state=SubmissionState.ACCEPTED)

    def published(self) -> "SubmissionQuerySet":
        """Accepted evidence of products that everybody can see."""
        return self.accepted().exclude(product__state="draft")

    def sent_together(self, submission) -> "SubmissionQuerySet":
        """What was sent at once with `submission` for several products, itself among them."""
        first = submission.sent_with_id or submission.pk
        return self.filter(Q(pk=first) | Q(sent_with=first))

    def awaiting(self) -> "SubmissionQuerySet":
        """Submissions that an assessor has still to decide on."""
        return self.filter(state__in=AWAITING)

    def proving_on(self, day: date) -> "SubmissionQuerySet":
        """Accepted evidence that holds on `day`, revocation considered."""
        return self.accepted().filter(
            Q(revoked_from__isnull=True) | Q(revoked_from__gt=day), valid__contains=day
        )


class ContentQuerySet(models.QuerySet):
    """Contents of files."""

    def to_scan(self) -> "ContentQuerySet":
        """Contents that a scanner has still to look at."""
        return self.filter(scan__in=UNSEEN)

    def due(self, *, now: datetime) -> "ContentQuerySet":
        """Those that may be scanned now and nobody has, the longest waiting first."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        owed = Q(due_at__isnull=True) | Q(due_at__lte=now)
        return self.to_scan().filter(free & owed).order_by("kept_at", "sha256")
