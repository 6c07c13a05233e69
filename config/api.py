"""The API's table of contents: which room answers which address under /api/v1/."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from procurement.buyers.api import OrganisationViewSet
from registry.catalogue.api import SupplierViewSet
from registry.common.api import reference
from registry.common.api.readonly import Facts
from registry.compliance.api import (
    BurnDownViewSet,
    ChangeViewSet,
    PairViewSet,
    ProductViewSet,
)
from registry.evidence.api import EvidenceViewSet
from registry.probes.api import EndpointViewSet
from registry.probes.api.prechecks import PrecheckViewSet
from registry.standards.api import StandardViewSet

router = DefaultRouter()
router.include_format_suffixes = False
router.register("standards", StandardViewSet, basename="api-standard")
router.register("changes", ChangeViewSet, basename="api-change")
router.register("products", ProductViewSet, basename="api-product")
router.register("suppliers", SupplierViewSet, basename="api-supplier")
router.register("organisations", OrganisationViewSet, basename="api-organisation")
router.register("endpoints", EndpointViewSet, basename="api-endpoint")
router.register("evidence", EvidenceViewSet, basename="api-evidence")
router.register("prechecks", PrecheckViewSet, basename="api-precheck")


class Schema(SpectacularAPIView):
    """The OpenAPI document, in JSON unless YAML is asked for."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]

    def _get_version_parameter(self, request):
        """There is one version: the library would print any other into a header."""
        return None


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as a page that works without JavaScript (ADR 0041)."""
    document = _document()
    context = {
        "operations": reference.operations(document),
        "schemas": reference.schemas(document),
    }
    return render(request, "api/docs.html", context)


@cache
def _document() -> dict:
    """The same for everybody for as long as this process lives."""
    return SchemaGenerator().get_schema(request=None, public=True)


class NothingHere(APIView):
    """Any other address: 404 in JSON, as the rest of the API answers."""

    renderer_classes = [Facts]
    schema = None

    def get(self, request, rest: str):
        """404."""
        raise NotFound(f"There is nothing at /api/v1/{rest}")


urlpatterns = [
    path("", include(router.urls)),
    path(
        "standards/<str:code>/burn-down/",
        BurnDownViewSet.as_view({"get": "retrieve"}),
        name="api-standard-burn-down",
    ),
    path(
        "products/<str:ref>/standards/<str:code>/",
        PairViewSet.as_view({"get": "retrieve"}),
        name="api-product-standard",
    ),
    path("schema/", Schema.as_view(), name="api_schema"),
    path("docs/", docs, name="api_docs"),
    path("<path:rest>", NothingHere.as_view()),
]
