"""Is the machinery alive?"""

from django.db import models


class Heartbeat(models.Model):
    """A scheduled task finished well at this moment."""

    task = models.CharField(max_length=100, unique=True)
    beat_at = models.DateTimeField()
    # The longest silence, in seconds, that is not yet alarming.
    expected_every = models.PositiveIntegerField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.task} at {self.beat_at:%Y-%m-%d %H:%M}"
