"""The words of notifications."""

from django.db import models


class Kind(models.TextChoices):
    """What a message is about. A room that has something new to tell adds its kind here."""

    INVITATION = "invitation", "Invitations"
    MEMBERSHIP = "membership", "Who acts for a supplier"
    EVIDENCE_DECIDED = "evidence_decided", "Decisions on evidence"
    EVIDENCE_QUESTION = "evidence_question", "Questions about evidence"
    EVIDENCE_ENDS = "evidence_ends", "Evidence that ends"
    CONTROL = "control", "Control of hosts"
    CASE = "case", "Phase-out cases"

    @property
    def may_wait(self) -> bool:
        """Whether it may come in a daily e-mail, or in none; others are always sent at once."""
        return self is not Kind.INVITATION


class Delivery(models.TextChoices):
    """How a person wants to be told. All of it is on screen as well."""

    AT_ONCE = "at_once", "An email at once"
    DAILY = "daily", "One email a day, at 7:30am, when there is something to tell"
    ON_SCREEN = "on_screen", "No email: I read it here"


class LetterState(models.TextChoices):
    """Where an e-mail stands."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    GIVEN_UP = "given_up", "Given up"
    DROPPED = "dropped", "No longer needed"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"waiting": "blue", "sent": "green", "given_up": "red", "dropped": "grey"}[
            self.value
        ]
