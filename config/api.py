"""The API's table of contents: which room answers which address under /api/v1/."""

from csp.decorators import csp_update
from django.urls import include, path
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from procurement.buyers.api import OrganisationViewSet
from registry.catalogue.api import SupplierViewSet
from registry.common.api.readonly import Facts
from registry.compliance.api import ProductViewSet
from registry.standards.api import StandardViewSet

router = DefaultRouter()
router.include_format_suffixes = False
router.register("standards", StandardViewSet, basename="api-standard")
router.register("products", ProductViewSet, basename="api-product")
router.register("suppliers", SupplierViewSet, basename="api-supplier")
router.register("organisations", OrganisationViewSet, basename="api-organisation")


class Schema(SpectacularAPIView):
    """The OpenAPI document, in JSON unless YAML is asked for."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]


class Docs(SpectacularSwaggerSplitView):
    """The OpenAPI document as a page to read and try."""


class NothingHere(APIView):
    """Any other address: 404 in JSON, as the rest of the API answers."""

    renderer_classes = [Facts]
    schema = None

    def get(self, request, rest: str):
        """404."""
        raise NotFound(f"There is nothing at /api/v1/{rest}")


urlpatterns = [
    path("", include(router.urls)),
    path("schema/", Schema.as_view(), name="api_schema"),
    path("docs/", Docs.as_view(url_name="api_schema"), name="api_docs"),
    path("<path:rest>", NothingHere.as_view()),
]
