"""Sets of products, and of the people who act for suppliers."""

from django.db import models
from django.db.models import Q

from registry.accounts.models import Role
from registry.catalogue.enums import InvitationState, ProductState

# Who sees the same products: everybody without an account, and everybody of the national team.
PUBLIC, NATIONAL = "public", "national"


def sight_of(user) -> str | int:
    """Equal for two people who may see the same products, whatever these are at the time."""
    if not user.is_authenticated:
        return PUBLIC
    return NATIONAL if user.is_national else user.pk


class ProductQuerySet(models.QuerySet):
    """Products that somebody may see."""

    def visible_to(self, user) -> "ProductQuerySet":
        """Listed products to everyone; the others to their supplier and the national team.

        A withdrawn product stays public: contracts on it outlive its listing.
        """
        sight = sight_of(user)
        if sight == PUBLIC:
            return self.exclude(state=ProductState.DRAFT)
        if sight == NATIONAL:
            return self
        # A subquery, not a join: nothing is found twice, and counts stay cheap.
        own = user.supplier_memberships.values("supplier")
        return self.filter(~Q(state=ProductState.DRAFT) | Q(supplier__in=own))


class OfASupplierQuerySet(models.QuerySet):
    """What only a supplier's people may see of each other, and who looks after accounts."""

    def visible_to(self, user):
        """Those of the suppliers that `user` acts for; all to administrators and auditors."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR, Role.AUDITOR):
            return self
        return self.filter(supplier__in=user.supplier_memberships.values("supplier"))


class MembershipQuerySet(OfASupplierQuerySet):
    """Who acts for suppliers."""


class InvitationQuerySet(OfASupplierQuerySet):
    """Who was asked to."""

    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor cancelled; perhaps expired."""
        return self.filter(state=InvitationState.PENDING)
