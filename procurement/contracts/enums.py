"""The words of contracts."""

from django.db import models


class Standing(models.TextChoices):
    """How the rest of a contract's term stands against what is required of its products."""

    NON_COMPLIANT = "non_compliant", "Not compliant"
    AT_RISK = "at_risk", "Will stop being compliant"
    COMPLIANT = "compliant", "Compliant to the end"
    EXEMPT = "exempt", "Excused on some days"
    NOTHING_REQUIRED = "nothing_required", "Nothing required on some days"
    OVER = "over", "Over"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "non_compliant": "red",
            "at_risk": "orange",
            "compliant": "green",
            "exempt": "yellow",
            "nothing_required": "grey",
            "over": "grey",
        }[self.value]
