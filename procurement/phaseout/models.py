"""Phase-out cases: opened by the machine, decided by people."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from procurement.phaseout.enums import OPEN_STATES, CaseState, NoticeState


class Case(models.Model):
    """A listed product does not meet a mandatory standard, or soon will not."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="cases")
    standard = models.ForeignKey(
        "standards.Standard", on_delete=models.PROTECT, related_name="cases"
    )
    state = models.CharField(max_length=20, choices=CaseState.choices, default=CaseState.FLAGGED)
    flagged_at = models.DateTimeField()
    # The first day of the not_met spell that caused the case.
    not_met_from = models.DateField()
    # What caused it, as it stood: spells stay in the register for ever (bitemporal).
    causes = models.ManyToManyField("compliance.Spell", related_name="cases")
    # The explanation at the time of the flag, in words.
    explanation = models.JSONField(default=list)
    triage_due = models.DateField()
    # A notice gives the supplier until this day to respond.
    respond_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["not_met_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "standard"],
                condition=Q(state__in=OPEN_STATES),
                name="phaseout_one_open_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} on {self.standard.code}"


class CaseStep(models.Model):
    """Somebody moved a case, for a reason; never changed, never removed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=20, choices=CaseState.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=CaseState.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.to_state}"


class Notice(models.Model):
    """A letter to the supplier that one officer drafts and a second one issues."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.PROPOSED
    )
    text = models.TextField()
    legal_basis = models.CharField(max_length=300)
    respond_by = models.DateField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="proposed"),
                name="phaseout_one_notice_waits",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="phaseout_second_officer",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice on {self.case}"
