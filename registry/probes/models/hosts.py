"""Hosts, what they asked of us, and where an officer paused the visits."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q

from registry.history.rules import Log, Versions
from registry.probes.models.endpoints import Endpoint
from registry.probes.querysets import PauseQuerySet


class Host(models.Model):
    """A host that asked to be left alone for a while; one that never did has no row."""

    # As endpoints name it: lower case, without a port.
    name = models.CharField(max_length=255, primary_key=True)
    not_before = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Pause(models.Model):
    """An officer's word that an endpoint, or a host with all its endpoints, is not visited."""

    endpoint = models.ForeignKey(
        Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="pauses"
    )
    # Empty where one endpoint is paused.
    host = models.CharField(max_length=255, blank=True)
    # It ends by itself where an end was planned, and earlier when somebody lifts it.
    during = DateTimeRangeField()
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    objects = PauseQuerySet.as_manager()

    kept = Versions(by=("endpoint_id", "host"))

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint__isnull=False, host="")
                | (Q(endpoint__isnull=True) & ~Q(host="")),
                name="probes_pause_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__startswith__isnull=False),
                name="probes_pause_has_begun",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="probes_pause_lifted_by_somebody",
            ),
            ExclusionConstraint(
                name="probes_one_pause_of_an_endpoint",
                expressions=[
                    ("endpoint", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="probes_one_pause_of_a_host",
                expressions=[("host", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=~Q(host=""),
            ),
        ]
        indexes = [GistIndex(fields=["during"], name="probes_pause_during")]

    def __str__(self) -> str:
        return f"pause of {self.host or self.endpoint}"


class Ask(models.Model):
    """Somebody asked for a visit now."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=255)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    kept = Log("at")

    class Meta:
        indexes = [
            models.Index(fields=["host", "at"], name="probes_ask_by_host"),
            models.Index(fields=["by", "at"], name="probes_ask_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} at {self.at:%Y-%m-%d %H:%M}"
