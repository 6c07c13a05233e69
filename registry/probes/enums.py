"""The words of probing."""

from django.db import models


class Control(models.TextChoices):
    """How we know that the supplier controls the host."""

    UNPROVED = "unproved", "Not proved"
    PROVED = "proved", "Proved by the supplier"
    VOUCHED = "vouched", "Vouched for by an officer"


class ControlState(models.TextChoices):
    """How far a supplier has proved that it controls a host."""

    WAITING = "waiting", "Not proved yet"
    PROVED = "proved", "Proved"
    # The proof was not found lately: visits go on for some days.
    MISSING = "missing", "Proof gone"
    LOST = "lost", "No longer proved"
    WITHDRAWN = "withdrawn", "Withdrawn by an officer"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "waiting": "grey",
            "proved": "green",
            "missing": "orange",
            "lost": "red",
            "withdrawn": "red",
        }[self.value]


class ProofMethod(models.TextChoices):
    """Where a proof of control was found."""

    FILE = "file", "A file on the host"
    DNS = "dns", "A record in the DNS"


class Outcome(models.TextChoices):
    """How a visit ended. Unreachable and non-conformant are different things."""

    ANSWERED = "answered", "Answered"
    UNREACHABLE = "unreachable", "Unreachable"
    REFUSED = "refused", "Refused by our own guard"
    ERROR = "error", "Our own error"


class SpellResult(models.TextChoices):
    """A confirmed result."""

    PASS = "pass", "Passes"
    FAIL = "fail", "Fails"
    UNKNOWN = "unknown", "Unverified"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"pass": "green", "fail": "red", "unknown": "grey"}[self.value]


class PrecheckState(models.TextChoices):
    """Where a pre-check stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    REPORTED = "reported", "Finished"
    GIVEN_UP = "given_up", "Given up"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        shown = {"waiting": "grey", "running": "blue", "reported": "green", "given_up": "orange"}
        return shown[self.value]
