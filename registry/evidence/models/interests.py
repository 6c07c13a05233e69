"""Who may not assess whose evidence, by their own word."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q


class Interest(models.Model):
    """An assessor declares a stake in a supplier, which bars them from all of its evidence."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests"
    )
    supplier = models.ForeignKey(
        "catalogue.Supplier", on_delete=models.PROTECT, related_name="interests"
    )
    reason = models.TextField()
    held = DateRangeField()
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(held__isempty=False), name="evidence_interest_days")
        ]
        triggers = [
            # What was declared stays on record; ending it names a day.
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} has an interest in {self.supplier}"
