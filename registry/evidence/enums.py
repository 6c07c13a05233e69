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


class SectionProgress(models.TextChoices):
    """How far a section of a questionnaire is answered (rules.questionnaire.Progress)."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"not_started": "grey", "in_progress": "blue", "done": "green"}[self.value]


class SectionResult(models.TextChoices):
    """What a section of a questionnaire came to (rules.questionnaire.Result)."""

    PASSES = "passes", "Passes"
    FAILS = "fails", "Does not pass"
    INCOMPLETE = "incomplete", "Not complete"
    SCORED = "scored", "Scored"
    INFORMATION = "information", "Not assessed"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "passes": "green",
            "fails": "red",
            "incomplete": "yellow",
            "scored": "blue",
            "information": "grey",
        }[self.value]


class MessageKind(models.TextChoices):
    """Who speaks in a thread: the assessor asks, the supplier answers."""

    QUESTION = "question", "Question"
    ANSWER = "answer", "Answer"


class Asked(models.TextChoices):
    """How the thread of a submission stands: it follows from the last message in it."""

    OPEN = "open", "Question open"
    ANSWERED = "answered", "Answered"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"open": "yellow", "answered": "blue"}[self.value]


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
