"""The register's own clock."""

from django.db import models


class Clock(models.Model):
    """The last moment at which what the register holds has changed; one row.

    Every change waits for the one before it and comes after it, whatever the clocks of several
    machines say. So what was known at this moment is complete, and stays as it is.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    # What the last change said its moment was, and in which transaction: its parts are one change.
    asked = models.DateTimeField()
    transaction = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="history_one_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
