"""Suppliers, who acts for them, their products, and what the products claim to do."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from registry.catalogue.enums import Hosting, InvitationState, ProductState, SupplierRole
from registry.catalogue.querysets import (
    InvitationQuerySet,
    MembershipQuerySet,
    ProductQuerySet,
)
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

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "supplier"], name="catalogue_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.supplier}"


class FormerMembership(models.Model):
    """A person acted for a supplier, and does no longer. Who leaves stays on record."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="former_memberships"
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="former_memberships"
    )
    role = models.CharField(max_length=20, choices=SupplierRole.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-until", "-pk"]
        indexes = [models.Index(fields=["user", "until"], name="catalogue_former_by_user")]
        triggers = [
            pgtrigger.Protect(name="stays_as_it_was", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.supplier}, until {self.until:%Y-%m-%d}"


class Invitation(models.Model):
    """An owner asks the reader of an e-mail address to act for a supplier."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="invitations")
    # In small letters. Only whoever signs in with it may accept.
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=SupplierRole.choices)
    # SHA-256 of the token in the link that was sent last: older links open nothing.
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=InvitationState.choices, default=InvitationState.PENDING
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    # Each time it was sent, first and again: they are counted against the limits.
    sent_at = ArrayField(models.DateTimeField())
    expires_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "email"],
                condition=Q(state=InvitationState.PENDING),
                name="catalogue_one_invitation_pending",
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.PENDING, ended_by=None, ended_at=None)
                | ~Q(state=InvitationState.PENDING)
                & Q(ended_by__isnull=False, ended_at__isnull=False),
                name="catalogue_invitation_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["email"], name="catalogue_invitation_email")]

    def __str__(self) -> str:
        return f"Invitation of {self.email} to {self.supplier}"

    def has_expired(self, now: datetime) -> bool:
        """Whether its days are over at `now`."""
        return self.expires_at <= now


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
