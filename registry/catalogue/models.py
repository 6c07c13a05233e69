"""Suppliers, who acts for them, their products, and what the products claim to do."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from registry.catalogue.enums import Hosting, ProductState, SupplierRole
from registry.catalogue.querysets import ProductQuerySet
from registry.history.rules import Versions


class Supplier(models.Model):
    """A company or public body that makes products."""

    ref = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    website = models.URLField(blank=True)
    demonstration = models.BooleanField(default=False)

    kept = Versions()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SupplierMembership(models.Model):
    """A person acts for a supplier."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supplier_memberships"
    )
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=SupplierRole.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "supplier"], name="catalogue_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.supplier}"


class Product(models.Model):
    """A thing that can be bought, and that standards are required of."""

    ref = models.SlugField(max_length=80, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    state = models.CharField(
        max_length=12, choices=ProductState.choices, default=ProductState.DRAFT
    )
    hosting = models.CharField(max_length=20, choices=Hosting.choices, blank=True)
    capabilities = models.ManyToManyField(
        "standards.Capability", through="Claim", related_name="products"
    )
    # Written by the database from the name, the summary and the supplier's reference.
    search = models.GeneratedField(
        expression=Func(
            Func(
                F("name"),
                function="to_tsvector",
                template="setweight(to_tsvector('english', %(expressions)s), 'A')",
            ),
            Func(
                F("summary"),
                function="to_tsvector",
                template="setweight(to_tsvector('english', %(expressions)s), 'B')",
            ),
            template="(%(expressions)s)",
            arg_joiner=" || ",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProductQuerySet.as_manager()

    kept = Versions(by=("supplier_id",))

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            GinIndex(fields=["search"], name="catalogue_product_search"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="catalogue_product_trgm"),
        ]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A product claims a capability for a period."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="claims")
    capability = models.ForeignKey(
        "standards.Capability", on_delete=models.PROTECT, related_name="claims"
    )
    claimed = DateRangeField()

    kept = Versions(by=("product_id", "capability_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("product"),
                F("capability"),
                Func(F("claimed"), function="lower"),
                nulls_distinct=False,
                name="catalogue_claim_natural_key",
            ),
            models.CheckConstraint(
                condition=Q(claimed__isempty=False), name="catalogue_claim_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} claims {self.capability}"
