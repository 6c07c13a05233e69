"""Sets of submissions."""

from django.db import models

from registry.evidence.enums import SubmissionState


class SubmissionQuerySet(models.QuerySet):
    """Submissions that somebody may see."""

    def visible_to(self, user) -> "SubmissionQuerySet":
        """The supplier's members and the national team see unpublished evidence, nobody else."""
        if not user.is_authenticated:
            return self.none()
        if user.is_national:
            return self.exclude(state=SubmissionState.DRAFT)
        return self.filter(product__supplier__memberships__user=user)

    def accepted(self) -> "SubmissionQuerySet":
        """Submissions that prove something over some period; their facts are public."""
        return self.filter(state=SubmissionState.ACCEPTED)
