"""Who met what, when, and since when the register has held it true (compliance.md)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Deferrable, F, Func, Q

from registry.compliance.enums import Status, Verdict
from registry.compliance.querysets import SpellQuerySet, StretchQuerySet
from registry.history.rules import Recorded, Versions


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

    kept = Versions(by=("product_id", "standard_id"))

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


def _append_only() -> list[pgtrigger.Trigger]:
    """What was recorded stays; a row is changed once, when the period of knowing it closes."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func=pgtrigger.Func(
                """
                IF TG_OP = 'UPDATE' THEN
                    -- Lent the old value, the new row may differ in nothing else.
                    closing := NEW;
                    closing.recorded := OLD.recorded;
                    IF closing = OLD AND upper_inf(OLD.recorded)
                        AND lower(NEW.recorded) = lower(OLD.recorded)
                        AND NOT upper_inf(NEW.recorded)
                    THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'what the register held true is never changed';
                """
            ),
            declare=[("closing", "RECORD")],
        ),
        pgtrigger.Trigger(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'what the register held true is never removed';",
        ),
    ]


def _recorded_properly(name: str) -> models.CheckConstraint:
    """A row is known from a moment on, for some time; an empty period would say nothing."""
    return models.CheckConstraint(
        condition=Q(period__isempty=False, recorded__isempty=False, recorded__lower_inf=False),
        name=name,
    )


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

    kept = Recorded()

    class Meta:
        constraints = [
            # Checked when a statement ends: a refresh closes and adds in one.
            ExclusionConstraint(
                name="compliance_one_truth_at_a_time",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    ("standard", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="compliance_spell_status"
            ),
            _recorded_properly("compliance_spell_periods"),
        ]
        indexes = [
            # Who meets what, answered without reading the rows themselves.
            models.Index(
                fields=["product"],
                include=["standard", "period"],
                condition=Q(recorded__upper_inf=True, status=Status.MET),
                name="compliance_spell_met_now",
            ),
        ]
        triggers = _append_only()

    def __str__(self) -> str:
        return f"{self.product_id} {self.standard_id} {self.status} {self.period}"


class VerdictSpell(models.Model):
    """Over `period` the product had this verdict; the register held that true in `recorded`.

    It follows from the product's pairs, and from which standards are required when: a standard
    that is met without being required makes nobody compliant, which spells of pairs do not say.
    A product that no standard was ever required of, and that meets none, has no row.
    """

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="verdict_spells"
    )
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    period = DateRangeField()
    recorded = DateTimeRangeField()

    objects = SpellQuerySet.as_manager()

    kept = Recorded()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="compliance_one_verdict_at_a_time",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="compliance_verdict_spell_verdict"
            ),
            _recorded_properly("compliance_verdict_spell_periods"),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                include=["period", "verdict"],
                condition=Q(recorded__upper_inf=True),
                name="compliance_verdict_now",
            ),
            # Terms: who is compliant all through one.
            models.Index(
                fields=["product"],
                include=["period"],
                condition=Q(recorded__upper_inf=True, verdict=Verdict.COMPLIANT),
                name="compliance_verdict_good_now",
            ),
        ]
        triggers = _append_only()

    def __str__(self) -> str:
        return f"{self.product_id} {self.verdict} {self.period}"


class Stretch(models.Model):
    """On every day of `days` the product has this verdict, meets just these standards and claims
    just these capabilities, as far as the register knows now.

    Lists read it instead of a product's many spells and claims, on those days; it says nothing
    of other days, nor while a refresh of the product is owed (ADR 0073). A refresh writes it.
    """

    product = models.OneToOneField(
        "catalogue.Product", on_delete=models.CASCADE, primary_key=True, related_name="stretch"
    )
    days = DateRangeField()
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    # Primary keys in order: of standards, and of capabilities.
    met = ArrayField(models.BigIntegerField())
    claimed = ArrayField(models.BigIntegerField())
    # The same for products that meet and claim the same: what is counted is grouped by it.
    alike = models.UUIDField()

    objects = StretchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stretches"

    def __str__(self) -> str:
        return f"{self.product_id} {self.verdict} {self.days}"
