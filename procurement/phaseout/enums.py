"""The words of phase-out."""

from django.db import models


class CaseState(models.TextChoices):
    """Where a case stands (product.md). Later steps are added with what they do."""

    FLAGGED = "flagged", "Flagged"
    TRIAGE = "triage", "In triage"
    NOTICE_ISSUED = "notice_issued", "Notice issued"
    DISMISSED = "dismissed", "Dismissed"
    CLOSED_COMPLIANT = "closed_compliant", "Closed: compliant"

    @property
    def is_open(self) -> bool:
        """Whether the case still asks something of somebody."""
        return self.value in OPEN_STATES

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "flagged": "red",
            "triage": "yellow",
            "notice_issued": "orange",
            "dismissed": "grey",
            "closed_compliant": "green",
        }[self.value]


OPEN_STATES = ("flagged", "triage", "notice_issued")


class NoticeState(models.TextChoices):
    """A notice is drafted by one officer and issued by another."""

    PROPOSED = "proposed", "Waiting for a second officer"
    ISSUED = "issued", "Issued"
    REJECTED = "rejected", "Rejected"
