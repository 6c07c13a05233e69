"""Sets of products."""

from django.db import models
from django.db.models import Q

from registry.catalogue.enums import ProductState


class ProductQuerySet(models.QuerySet):
    """Products that somebody may see."""

    def visible_to(self, user) -> "ProductQuerySet":
        """Listed products to everyone; the others to their supplier and the national team.

        A withdrawn product stays public: contracts on it outlive its listing.
        """
        if not user.is_authenticated:
            return self.exclude(state=ProductState.DRAFT)
        if user.is_national:
            return self
        # A subquery, not a join: nothing is found twice, and counts stay cheap.
        own = user.supplier_memberships.values("supplier")
        return self.filter(~Q(state=ProductState.DRAFT) | Q(supplier__in=own))
