"""The words of phase-out."""

from datetime import date

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


class StepKind(models.TextChoices):
    """What somebody did with a case."""

    FLAGGED = "flagged", "Case opened"
    TAKEN = "taken", "Taken for triage"
    DISMISSED = "dismissed", "Dismissed"
    NOTICE_PROPOSED = "notice_proposed", "Notice proposed"
    NOTICE_REJECTED = "notice_rejected", "Notice rejected"
    NOTICE_ISSUED = "notice_issued", "Notice issued"
    CLOSED_COMPLIANT = "closed_compliant", "Closed as compliant"


class NoticeState(models.TextChoices):
    """A notice is drafted by one officer and issued by another."""

    PROPOSED = "proposed", "Waiting for a second officer"
    ISSUED = "issued", "Issued"
    REJECTED = "rejected", "Rejected"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"proposed": "blue", "issued": "orange", "rejected": "grey"}[self.value]


class NoticeBasis(models.TextChoices):
    """What a notice to a supplier rests on."""

    INFORMATION_STANDARD = (
        "information_standard",
        "Information standard that binds suppliers of IT",
    )
    LISTING_TERMS = "listing_terms", "Terms of listing in this register"

    @property
    def in_force_from(self) -> date | None:
        """The first day on which a notice may rest on it; `None` is always.

        Section 121 of the 2025 Act came into force on 5 February 2026: Data (Use and Access)
        Act 2025 (Commencement No. 6 …) Regulations 2026, SI 2026/82, regulation 2.
        """
        return date(2026, 2, 5) if self is NoticeBasis.INFORMATION_STANDARD else None

    @property
    def citation(self) -> str:
        """What the notice cites, besides the standard's own legal basis."""
        if self is NoticeBasis.INFORMATION_STANDARD:
            return (
                "Health and Social Care Act 2012, section 250, as extended to suppliers of IT "
                "by the Data (Use and Access) Act 2025, section 121 and Schedule 15"
            )
        return "The terms on which the product is listed in this register"


class Action(models.TextChoices):
    """What somebody may do with a case next."""

    TAKE = "take", "Take for triage"
    DISMISS = "dismiss", "Dismiss the case"
    PROPOSE = "propose", "Propose a notice"
    ISSUE = "issue", "Issue the notice"
    REJECT = "reject", "Reject the notice"
    CLOSE = "close", "Close as compliant"
