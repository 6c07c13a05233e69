"""What assessors decide on submissions."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from registry.evidence.enums import Outcome
from registry.evidence.models.submissions import Submission
from registry.history.rules import Versions


class Decision(models.Model):
    """An assessor decided on a submission, for a reason; never changed, never removed."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField()
    # What would do instead, when returned.
    what_would_do = models.TextField(blank=True)
    valid = DateRangeField(null=True, blank=True)
    revoked_from = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    kept = Versions(by=("submission_id",))

    class Meta:
        ordering = ["decided_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.submission}"


class LeftOut(models.Model):
    """A decision to accept leaves out a criterion that the supplier asked for, for a reason."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="left_out")
    criterion = models.ForeignKey("standards.Criterion", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    kept = Versions(by=("decision_id",))

    class Meta:
        ordering = ["criterion__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "criterion"], name="evidence_left_out_once_a_decision"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.criterion} left out"
