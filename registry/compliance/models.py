"""Who met what, when, and since when the register has held it true (compliance.md)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from registry.compliance.enums import Status
from registry.compliance.querysets import SpellQuerySet


class Dispensation(models.Model):
    """A product is excused from a standard for a period, for a reason."""

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="dispensations"
    )
    standard = models.ForeignKey(
        "standards.Standard", on_delete=models.PROTECT, related_name="dispensations"
    )
    period = DateRangeField()
    reason = models.TextField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("product"),
                F("standard"),
                Func(F("period"), function="lower"),
                nulls_distinct=False,
                name="compliance_dispensation_natural_key",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="compliance_dispensation_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} excused from {self.standard}"


class Spell(models.Model):
    """Over `period` the pair had this status; the register held that true during `recorded`."""

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="spells"
    )
    standard = models.ForeignKey(
        "standards.Standard", on_delete=models.PROTECT, related_name="spells"
    )
    status = models.CharField(max_length=12, choices=Status.choices)
    period = DateRangeField()
    recorded = DateTimeRangeField()

    objects = SpellQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="compliance_one_truth_at_a_time",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    ("standard", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="compliance_spell_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.standard_id} {self.status} {self.period}"


class RefreshOwed(models.Model):
    """The timelines of a product are to be computed again; the row outlives a lost message."""

    product = models.OneToOneField(
        "catalogue.Product", on_delete=models.CASCADE, related_name="refresh_owed"
    )
    since = models.DateTimeField()
    cause = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.product} since {self.since:%Y-%m-%d %H:%M}"
