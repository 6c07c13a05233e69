"""The words of the catalogue."""

from django.db import models


class ProductState(models.TextChoices):
    """Where a product stands in the catalogue; only listed products are public."""

    DRAFT = "draft", "Draft"
    LISTED = "listed", "Listed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Hosting(models.TextChoices):
    """Where the product runs."""

    PUBLIC_CLOUD = "public_cloud", "Public cloud"
    PRIVATE_CLOUD = "private_cloud", "Private cloud"
    ON_PREMISES = "on_premises", "On the buyer's premises"
    HYBRID = "hybrid", "Hybrid"


class SupplierRole(models.TextChoices):
    """What a member may do for a supplier."""

    OWNER = "supplier_owner", "Supplier owner"
    EDITOR = "supplier_editor", "Supplier editor"


class InvitationState(models.TextChoices):
    """Where an invitation stands. That it has expired is a date, not a state."""

    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"pending": "blue", "accepted": "green", "cancelled": "grey"}[self.value]
