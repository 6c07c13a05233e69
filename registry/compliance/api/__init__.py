"""The compliance room in the API."""

from registry.compliance.api.pairs import PairViewSet
from registry.compliance.api.products import ProductViewSet

__all__ = ["PairViewSet", "ProductViewSet"]
