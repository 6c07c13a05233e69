"""The words of operations."""

from django.db import models


class Health(models.TextChoices):
    """How a part of the machinery is."""

    OK = "ok", "Working"
    LATE = "late", "Late"
    NEVER = "never", "Not run yet"
    DOWN = "down", "Not reachable"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"ok": "green", "late": "orange", "never": "orange", "down": "red"}[self.value]
