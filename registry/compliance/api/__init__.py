"""The API's addresses of the compliance room."""

from registry.compliance.api.changes import ChangeViewSet
from registry.compliance.api.products import ProductViewSet

__all__ = ["ChangeViewSet", "ProductViewSet"]
