"""The words of operations."""

from django.db import models


class Health(models.TextChoices):
    """How a part of the machinery is."""

    OK = "ok", "Working"
    LATE = "late", "Late"
    NEVER = "never", "Never seen"
    DOWN = "down", "Not reachable"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"ok": "green", "late": "orange", "never": "red", "down": "red"}[self.value]
