"""Phase-out cases: opened by the machine, decided by people."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from procurement.phaseout.enums import OPEN_STATES, CaseState, NoticeBasis, NoticeState, StepKind
from procurement.phaseout.querysets import CaseQuerySet
from procurement.phaseout.rules import TRANSITIONS
from registry.history.rules import Versions


class Case(models.Model):
    """A listed product does not meet a mandatory standard, or soon will not."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="cases")
    standard = models.ForeignKey(
        "standards.Standard", on_delete=models.PROTECT, related_name="cases"
    )
    state = models.CharField(max_length=20, choices=CaseState.choices, default=CaseState.FLAGGED)
    flagged_at = models.DateTimeField()
    # The first day of the not_met spell that caused the case; null when it has no first day.
    not_met_from = models.DateField(null=True, blank=True)
    # What caused it, as it stood: spells stay in the register for ever (bitemporal).
    causes = models.ManyToManyField("compliance.Spell", related_name="cases")
    # The explanation at the time of the flag: a list of sentences.
    explanation = models.JSONField(default=list)
    triage_due = models.DateField()
    # Who took it for triage.
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases_taken",
    )
    # A notice gives the supplier until this day to respond.
    respond_by = models.DateField(null=True, blank=True)
    # When it was dismissed or closed.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    kept = Versions(by=("product_id",))

    class Meta:
        ordering = ["not_met_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "standard"],
                condition=Q(state__in=OPEN_STATES),
                name="phaseout_one_open_case",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="phaseout_case_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(ended_at__isnull=False)),
                name="phaseout_open_or_ended",
            ),
        ]
        triggers = [pgtrigger.FSM(name="legal_steps", field="state", transitions=TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.product} on {self.standard.code}"


class CaseStep(models.Model):
    """Somebody did something with a case, for a reason; never changed, never removed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind.choices)
    from_state = models.CharField(max_length=20, choices=CaseState.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=CaseState.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    kept = Versions(by=("case_id",))

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the steps of a case are never removed';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_kind_display()}"


class Notice(models.Model):
    """A letter to the supplier that one officer drafts and a second one issues."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.PROPOSED
    )
    text = models.TextField()
    basis = models.CharField(max_length=24, choices=NoticeBasis.choices)
    # What is cited, in words, as it stood when the notice was proposed.
    legal_basis = models.CharField(max_length=600)
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

    kept = Versions(by=("case_id",))

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
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False)),
                name="phaseout_decided_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="decided_once",
                field="state",
                transitions=[("proposed", "issued"), ("proposed", "rejected")],
            ),
            pgtrigger.ReadOnly(
                name="text_stands",
                fields=[
                    "case",
                    "text",
                    "basis",
                    "legal_basis",
                    "respond_by",
                    "proposed_by",
                    "proposed_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Notice on {self.case}"
