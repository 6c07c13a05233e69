"""Pre-checks: what a visit would find, before anything is registered."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.probes.enums import PrecheckState
from registry.probes.querysets import PrecheckQuerySet


class Precheck(models.Model):
    """Somebody asks what the registry would find at an address; it is never evidence."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    supplier = models.ForeignKey(
        "catalogue.Supplier", on_delete=models.PROTECT, related_name="prechecks"
    )
    # Where it was asked for from a product's form, that product.
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(max_length=500)
    host = models.CharField(max_length=255)
    profile = models.CharField(max_length=40)
    # The days as they were typed into the form, by the names of its boxes, to be shown there again.
    typed = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField()
    # The row remembers the work: it is owed until it is finished and nobody's claim stands.
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How far the visit has come, as rules/progress.py notes it.
    progress = models.JSONField(default=list, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # As rules/records.py writes it; null while there is none.
    report = models.JSONField(null=True, blank=True)
    # Why there will be no report, in words.
    trouble = models.TextField(blank=True)

    objects = PrecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # Whoever asks, one host is pre-checked by one visit at a time.
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(finished_at__isnull=True),
                name="probes_precheck_one_a_host",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, report__isnull=True, trouble="")
                | (Q(finished_at__isnull=False) & (Q(report__isnull=False) | ~Q(trouble=""))),
                name="probes_precheck_ends_with_a_report_or_words",
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "-asked_at"], name="probes_precheck_by_supplier"),
            models.Index(fields=["asked_by", "-asked_at"], name="probes_precheck_by_person"),
            models.Index(fields=["host", "-asked_at"], name="probes_precheck_by_host"),
            models.Index(fields=["asked_at"], name="probes_precheck_by_age"),
        ]

    def __str__(self) -> str:
        return f"Pre-check of {self.url}"

    @property
    def state(self) -> PrecheckState:
        """Where it stands. A claim that lapsed is still shown as running: it is run once more."""
        if self.finished_at:
            return PrecheckState.GIVEN_UP if self.trouble else PrecheckState.REPORTED
        return PrecheckState.RUNNING if self.claim else PrecheckState.WAITING

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.finished_at is not None
