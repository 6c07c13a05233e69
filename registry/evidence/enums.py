"""The words of evidence."""

from django.db import models


class SubmissionState(models.TextChoices):
    """Where a submission stands (product.md). Lapse, supersession and revocation are dates."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_ASSESSMENT = "in_assessment", "In assessment"
    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "draft": "grey",
            "submitted": "blue",
            "in_assessment": "yellow",
            "accepted": "green",
            "returned": "orange",
            "withdrawn": "grey",
        }[self.value]


class Outcome(models.TextChoices):
    """What an assessor decided."""

    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"
    REVOKED = "revoked", "Revoked"
