"""Organisations in the API."""

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers

from procurement.buyers import selectors
from procurement.buyers.filters import OrganisationFilter
from procurement.buyers.models import Organisation
from registry.common.api.readonly import PeriodFact, ReadOnlyViewSet, documented
from registry.common.periods import as_pair


class SuccessionFacts(serializers.Serializer):
    """The organisation on the other side of a succession, and its day."""

    ods = serializers.CharField()
    on = serializers.DateField()


class OrganisationFacts(serializers.Serializer):
    """An NHS organisation, and how it follows others."""

    url = serializers.URLField()
    ods = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField(allow_blank=True)
    open = PeriodFact()
    region = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    verified = serializers.BooleanField()
    basis = serializers.CharField(allow_blank=True)
    successors = SuccessionFacts(many=True)
    predecessors = SuccessionFacts(many=True)


class OrganisationViewSet(ReadOnlyViewSet):
    """Organisations by ODS code. They are public."""

    serializer_class = OrganisationFacts
    filterset_class = OrganisationFilter
    lookup_field = "ods"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Organisation]:
        return selectors.every_organisation()

    def facts(self, things: list[Organisation], *, detail: bool) -> list[dict]:
        address = self.request.build_absolute_uri(reverse("api-organisation-list"))
        return [_organisation(each, address) for each in things]

    @documented(OrganisationFacts, many=True, summary="Organisations")
    def list(self, request):
        """Every organisation, by name."""
        return super().list(request)

    @documented(OrganisationFacts, summary="One organisation")
    def retrieve(self, request, **kwargs: str):
        """An organisation by its ODS code."""
        return super().retrieve(request, **kwargs)


def _organisation(organisation: Organisation, address: str) -> dict:
    return {
        "url": f"{address}{organisation.ods}/",
        "ods": organisation.ods,
        "name": organisation.name,
        "type": organisation.type,
        "open": as_pair(organisation.open),
        "region": organisation.region,
        "postcode": organisation.postcode,
        "verified": organisation.verified,
        "basis": organisation.basis,
        "successors": [
            {"ods": each.successor.ods, "on": each.on} for each in organisation.successions.all()
        ],
        "predecessors": [
            {"ods": each.predecessor.ods, "on": each.on} for each in organisation.precessions.all()
        ],
    }
