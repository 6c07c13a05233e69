"""Sets of endpoints."""

from django.db import models

from registry.catalogue.models import Product


class EndpointQuerySet(models.QuerySet):
    """Endpoints that somebody may see."""

    def visible_to(self, user) -> "EndpointQuerySet":
        """Whoever may see the product may see its endpoints."""
        return self.filter(product__in=Product.objects.visible_to(user).values("pk"))
