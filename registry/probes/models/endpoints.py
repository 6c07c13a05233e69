"""Endpoints: what is registered and visited."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from registry.history.rules import Versions
from registry.probes.enums import Control, Outcome
from registry.probes.querysets import EndpointQuerySet


class Endpoint(models.Model):
    """An address of a product that workers re-probe for ever while it is in service."""

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="endpoints"
    )
    url = models.CharField(max_length=500)
    host = models.CharField(max_length=255)
    # Host, and port where it is unusual: what control is proved of (models/control.py).
    authority = models.CharField(max_length=300, blank=True, db_default="", default="")
    profile = models.CharField(max_length=40)
    in_service = DateRangeField()
    # Probing starts when control of the host is proved, or an officer vouched for it.
    control = models.CharField(max_length=10, choices=Control.choices, default=Control.UNPROVED)
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vouch_reason = models.TextField(blank=True)
    vouched_at = models.DateTimeField(null=True, blank=True)
    # The row remembers the work: probed when due_at has come and nobody's claim stands.
    due_at = models.DateTimeField()
    # When somebody last asked for "probe now". It is owed until a visit is newer; due_at
    # stays, so that asking can neither put off a scheduled visit nor stand in for one.
    asked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    last_probed_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)

    objects = EndpointQuerySet.as_manager()

    # When it is due and who is on the way there changes with every visit, and says nothing.
    kept = Versions(
        by=("product_id",),
        ignoring=(
            "due_at",
            "asked_at",
            "claimed_until",
            "claim",
            "last_probed_at",
            "last_outcome",
        ),
        computed={
            "last_probed_at": "(SELECT max(p.at) FROM known.probes_probe AS p"
            " WHERE p.endpoint_id = v.id)",
            "last_outcome": "coalesce((SELECT p.outcome FROM known.probes_probe AS p"
            " WHERE p.endpoint_id = v.id ORDER BY p.at DESC LIMIT 1), '')",
        },
    )

    class Meta:
        ordering = ["product", "url"]
        constraints = [
            models.UniqueConstraint(fields=["product", "url"], name="probes_endpoint_natural_key"),
            models.CheckConstraint(
                condition=Q(in_service__isempty=False), name="probes_endpoint_days"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=~Q(control=Control.UNPROVED),
                name="probes_endpoint_due",
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(asked_at__isnull=False),
                name="probes_endpoint_asked",
            ),
            models.Index(fields=["authority"], name="probes_endpoint_authority"),
            models.Index(
                fields=["host"],
                condition=Q(claimed_until__isnull=False),
                name="probes_endpoint_host_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.url
