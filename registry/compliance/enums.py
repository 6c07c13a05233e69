"""The words of compliance: label, colour and order of each status, said once."""

from django.db import models


class Status(models.TextChoices):
    """What holds for a product and a standard on a day."""

    MET = "met", "Met"
    EXEMPT = "exempt", "Exempt"
    NOT_MET = "not_met", "Not met"
    NOT_REQUIRED = "not_required", "Not required"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"met": "green", "exempt": "yellow", "not_met": "red", "not_required": "grey"}[
            self.value
        ]


class Verdict(models.TextChoices):
    """What holds for a product on a day, over all its standards."""

    COMPLIANT = "compliant", "Compliant"
    EXEMPT = "exempt", "Exempt"
    NON_COMPLIANT = "non_compliant", "Non-compliant"
    NOTHING_REQUIRED = "nothing_required", "Nothing required"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "compliant": "green",
            "exempt": "yellow",
            "non_compliant": "red",
            "nothing_required": "grey",
        }[self.value]


class Progress(models.TextChoices):
    """Where a product stands on the way to a standard, on a day (docs/adr/0065)."""

    MET = "met", "Met"
    EXEMPT = "exempt", "Exempt"
    NOT_YET = "not_yet", "Not yet required or met"
    NOT_MET = "not_met", "Not met"
    NO_LONGER = "no_longer", "No longer required or met"
