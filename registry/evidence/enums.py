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


# Every step a submission may take. The database refuses any other.
TRANSITIONS = (
    (SubmissionState.DRAFT, SubmissionState.SUBMITTED),
    (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT),
    (SubmissionState.SUBMITTED, SubmissionState.WITHDRAWN),
    (SubmissionState.IN_ASSESSMENT, SubmissionState.SUBMITTED),
    (SubmissionState.IN_ASSESSMENT, SubmissionState.ACCEPTED),
    (SubmissionState.IN_ASSESSMENT, SubmissionState.RETURNED),
    (SubmissionState.IN_ASSESSMENT, SubmissionState.WITHDRAWN),
)


class Outcome(models.TextChoices):
    """What an assessor decided."""

    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"
    REVOKED = "revoked", "Revoked"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"accepted": "green", "returned": "orange", "revoked": "red"}[self.value]


class ScanState(models.TextChoices):
    """What is known of a file's content from the virus scanner."""

    UNSCANNED = "unscanned", "Not scanned for viruses"
    WAITING = "waiting", "Being scanned for viruses"
    CLEAN = "clean", "No virus found"
    INFECTED = "infected", "Infected"
    FAILED = "failed", "Could not be scanned yet"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "unscanned": "yellow",
            "waiting": "blue",
            "clean": "green",
            "infected": "red",
            "failed": "orange",
        }[self.value]


class ReportKind(models.TextChoices):
    """Whose format a machine's report is written in."""

    FHIR = "fhir_test_report", "FHIR TestReport"
    INFERNO = "inferno", "Inferno results"
