"""Suppliers in the API. Products stand with their verdicts, in the compliance room."""

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers

from registry.catalogue import selectors
from registry.catalogue.filters import SupplierFilter
from registry.catalogue.models import Supplier
from registry.common.api.readonly import ReadOnlyViewSet, documented


class SupplierFacts(serializers.Serializer):
    """A company or public body that makes products."""

    url = serializers.URLField()
    ref = serializers.CharField()
    name = serializers.CharField()
    website = serializers.CharField(allow_blank=True)
    demonstration = serializers.BooleanField(help_text="Whether it is fictional")
    products = serializers.ListField(
        child=serializers.CharField(), help_text="References of its products that are public"
    )


class SupplierViewSet(ReadOnlyViewSet):
    """Suppliers by reference."""

    serializer_class = SupplierFacts
    filterset_class = SupplierFilter
    lookup_field = "ref"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Supplier]:
        return selectors.suppliers_visible_to(self.request.user).order_by("name", "ref")

    def facts(self, things: list[Supplier], *, detail: bool) -> list[dict]:
        origin = self.request.build_absolute_uri("/").rstrip("/")
        refs = selectors.product_refs(self.request.user, [each.pk for each in things])
        return [
            {
                "url": origin + reverse("api-supplier-detail", kwargs={"ref": each.ref}),
                "ref": each.ref,
                "name": each.name,
                "website": each.website,
                "demonstration": each.demonstration,
                "products": refs.get(each.pk, []),
            }
            for each in things
        ]

    @documented(SupplierFacts, many=True, summary="Suppliers")
    def list(self, request):
        """Every supplier with a public product, by name."""
        return super().list(request)

    @documented(SupplierFacts, summary="One supplier")
    def retrieve(self, request, **kwargs: str):
        """A supplier by its reference."""
        return super().retrieve(request, **kwargs)
