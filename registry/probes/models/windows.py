"""Maintenance that a supplier announced, and when it is."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q

from registry.history.rules import Versions
from registry.probes.querysets import WindowQuerySet


class MaintenanceWindow(models.Model):
    """A supplier's own endpoints at a host are not visited while they are worked on."""

    supplier = models.ForeignKey(
        "catalogue.Supplier", on_delete=models.PROTECT, related_name="maintenance_windows"
    )
    host = models.CharField(max_length=255)
    # By the clock in London. A weekly one is repeated on that weekday until it is cancelled.
    first_day = models.DateField()
    starts = models.TimeField()
    length = models.DurationField()
    weekly = models.BooleanField(default=False)
    note = models.CharField(max_length=200)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = WindowQuerySet.as_manager()

    kept = Versions(by=("supplier_id", "host"))

    class Meta:
        ordering = ["first_day", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(host=""), name="probes_window_of_a_host"),
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="probes_window_cancelled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["supplier", "host"], name="probes_window_by_host")]

    def __str__(self) -> str:
        return f"maintenance of {self.host} from {self.first_day}"


class Occurrence(models.Model):
    """One time that a maintenance window is open; a weekly one has some weeks of them ahead."""

    window = models.ForeignKey(
        MaintenanceWindow, on_delete=models.PROTECT, related_name="occurrences"
    )
    during = DateTimeRangeField()

    kept = Versions(by=("window_id",))

    class Meta:
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False,
                    during__startswith__isnull=False,
                    during__endswith__isnull=False,
                ),
                name="probes_occurrence_ends",
            ),
            ExclusionConstraint(
                name="probes_occurrences_do_not_overlap",
                expressions=[
                    ("window", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [GistIndex(fields=["during"], name="probes_occurrence_during")]

    def __str__(self) -> str:
        return f"{self.during}"
