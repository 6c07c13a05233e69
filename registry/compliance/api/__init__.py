"""The API's addresses of the compliance room."""

from registry.compliance.api.burn_down import BurnDownViewSet
from registry.compliance.api.changes import ChangeViewSet
from registry.compliance.api.pairs import PairViewSet
from registry.compliance.api.products import ProductViewSet

__all__ = ["BurnDownViewSet", "ChangeViewSet", "PairViewSet", "ProductViewSet"]
