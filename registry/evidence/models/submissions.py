"""What suppliers submit to prove criteria."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from registry.evidence.enums import TRANSITIONS, SubmissionState
from registry.evidence.querysets import SubmissionQuerySet
from registry.history.rules import Versions
from registry.standards.enums import Form


class Submission(models.Model):
    """A supplier says: this proves these criteria for this product over this period."""

    ref = models.SlugField(max_length=120, unique=True)
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="submissions"
    )
    release = models.CharField(max_length=80, blank=True)
    form = models.CharField(max_length=40, choices=Form.choices)
    state = models.CharField(
        max_length=16, choices=SubmissionState.choices, default=SubmissionState.DRAFT
    )
    criteria = models.ManyToManyField(
        "standards.Criterion", through="SubmissionCriterion", related_name="submissions"
    )
    issuer = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    # Asked for by the supplier until accepted; from then on what the assessor accepted.
    valid = DateRangeField(null=True, blank=True)
    # Proves nothing from this day on, which may be its first day.
    revoked_from = models.DateField(null=True, blank=True)
    exclusions = models.TextField(blank=True)
    # Where it is published, in the order in which the supplier names them.
    links = ArrayField(models.URLField(max_length=500), blank=True, default=list)
    supersedes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    # The one of several, sent at once for several products, that the draft had been.
    sent_with = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sent_along",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Who has it on their desk, since when. Nobody while a second assessor is awaited.
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="taken_up",
    )
    taken_up_at = models.DateTimeField(null=True, blank=True)
    # From this moment on others may take it over.
    leased_until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    # Who has it on the desk is no part of what was known.
    kept = Versions(by=("product_id",), ignoring=("assessor_id", "taken_up_at", "leased_until"))

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["product"],
                condition=Q(state=SubmissionState.ACCEPTED),
                name="evidence_accepted_by_product",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state__in=[SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT]),
                name="evidence_queue",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, new in TRANSITIONS],
            ),
            # What was once submitted stays on record.
            pgtrigger.Protect(
                name="only_drafts_are_discarded",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__df=SubmissionState.DRAFT),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values),
                name="evidence_submission_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.ACCEPTED) | Q(valid__isnull=False),
                name="evidence_accepted_has_validity",
            ),
            models.CheckConstraint(
                condition=Q(valid__isnull=True) | Q(valid__isempty=False),
                name="evidence_submission_days",
            ),
            models.CheckConstraint(
                condition=Q(revoked_from__isnull=True) | Q(state=SubmissionState.ACCEPTED),
                name="evidence_only_accepted_is_revoked",
            ),
            models.CheckConstraint(
                condition=Q(assessor__isnull=True, leased_until__isnull=True)
                | Q(assessor__isnull=False, leased_until__isnull=False),
                name="evidence_every_claim_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.ref}"


class SubmissionCriterion(models.Model):
    """A submission speaks to a criterion."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="spoken_to")
    criterion = models.ForeignKey(
        "standards.Criterion", on_delete=models.PROTECT, related_name="spoken_to_by"
    )

    kept = Versions(by=("submission_id", "criterion_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "criterion"], name="evidence_criterion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} on {self.criterion}"
