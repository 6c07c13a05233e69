"""Standards as versioned, dated objects, and what products can do (compliance.md)."""

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q

from registry.history.rules import Versions
from registry.standards.enums import CapabilityGroup, Form, Level, StandardClass


class Capability(models.Model):
    """Anything that a product does or is, and that a scope can name."""

    ref = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    group = models.CharField(
        max_length=20, choices=CapabilityGroup.choices, default=CapabilityGroup.NATIONAL
    )
    # Further facts of the source: version, category, status. Shown, never reasoned with.
    facts = models.JSONField(default=dict, blank=True)

    kept = Versions()

    class Meta:
        ordering = ["ref"]
        verbose_name_plural = "capabilities"

    def __str__(self) -> str:
        return f"{self.ref} {self.name}"


class Standard(models.Model):
    """A lasting identity that editions come and go under."""

    code = models.CharField(max_length=60, unique=True)
    # DCB3051 and DAPB3051 are one standard: national codes match on their four digits.
    national_number = models.CharField(max_length=4, blank=True)
    name = models.CharField(max_length=300)
    owner = models.CharField(max_length=200, blank=True)
    standard_class = models.CharField(
        "class",
        max_length=30,
        choices=StandardClass.choices,
        default=StandardClass.INTEROPERABILITY,
    )
    summary = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    legal_basis_in_force = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    # False where the source of these facts was not checked again.
    verified = models.BooleanField(default=True)
    basis = models.CharField(max_length=300, blank=True)

    kept = Versions()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["national_number"],
                condition=~Q(national_number=""),
                name="standards_one_per_national_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StandardScope(models.Model):
    """Who must meet a standard, and when: one capability's products, or every product."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="scopes")
    capability = models.ForeignKey(
        Capability, null=True, blank=True, on_delete=models.PROTECT, related_name="scopes"
    )
    required = DateRangeField()

    kept = Versions(by=("standard_id", "capability_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("standard"),
                F("capability"),
                Func(F("required"), function="lower"),
                nulls_distinct=False,
                name="standards_scope_natural_key",
            ),
            models.CheckConstraint(
                condition=Q(required__isempty=False), name="standards_scope_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} for {self.capability or 'every product'}"


class StandardVersion(models.Model):
    """An edition; `accepted` is when meeting it counts as meeting the standard."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=80)
    accepted = DateRangeField()
    published_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    verified = models.BooleanField(default=True)
    basis = models.CharField(max_length=300, blank=True)

    kept = Versions(by=("standard_id",))

    class Meta:
        ordering = ["standard", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "version"], name="standards_version_natural_key"
            ),
            models.CheckConstraint(
                condition=Q(accepted__isempty=False), name="standards_version_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} {self.version}"


class Criterion(models.Model):
    """One requirement of a version, and the proofs that it accepts."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=60)
    level = models.CharField(max_length=6, choices=Level.choices)
    text = models.TextField()
    # Any one of these forms of evidence suffices, and so does the check.
    proofs = ArrayField(models.CharField(max_length=40, choices=Form.choices), default=list)
    check_id = models.CharField(max_length=60, blank=True)
    check_params = models.JSONField(default=dict, blank=True)
    # What testing tools call this requirement, such as hl7.fhir.us.core_7.0.0@123 or a test's id.
    # A machine's report speaks of this criterion where it names exactly one of these.
    requirements = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    kept = Versions(by=("version_id",))

    class Meta:
        ordering = ["version", "code"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="standards_criterion_natural_key"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="standards_criterion_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.code}"
