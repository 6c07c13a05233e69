"""Products with their verdicts and timelines, and burn-downs of standards, in the API."""

from registry.compliance.api.burn_down import BurnDownViewSet
from registry.compliance.api.products import ProductViewSet

__all__ = ["BurnDownViewSet", "ProductViewSet"]
