"""Buying organisations and how one follows another (ODS)."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from procurement.buyers.querysets import OrganisationQuerySet
from registry.history.rules import Versions


class Organisation(models.Model):
    """An NHS organisation under its ODS code."""

    ods = models.CharField("ODS code", max_length=12, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40, blank=True)
    open = DateRangeField()
    parent_ods = models.CharField(max_length=12, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    verified = models.BooleanField(default=True)
    basis = models.CharField(max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    kept = Versions()

    class Meta:
        ordering = ["name", "ods"]

    def __str__(self) -> str:
        return f"{self.name} ({self.ods})"


class Succession(models.Model):
    """From a day on, one organisation follows another; many may follow one, one may follow many."""

    predecessor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="precessions"
    )
    on = models.DateField()

    kept = Versions(by=("predecessor_id", "successor_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="buyers_succession_natural_key"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="buyers_nobody_follows_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.successor} follows {self.predecessor}"


class BuyerMembership(models.Model):
    """A person buys for an organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="buyer_memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="buyers_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.organisation}"
