"""The burn-down of a standard in the API."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from registry.common.api.readonly import (
    AS_OF,
    KNOWN_AT,
    ReadOnlyViewSet,
    documented,
    refuse_others,
    understood,
)
from registry.compliance.enums import Progress
from registry.compliance.forms import WeeksForm
from registry.compliance.presenters.burn_down import BurnDown, burn_down
from registry.standards import selectors as standards
from registry.standards.models import Standard

FROM = OpenApiParameter(
    "from",
    OpenApiTypes.DATE,
    description="A day of the first week; a year before as_of if left out",
)
UNTIL = OpenApiParameter(
    "until",
    OpenApiTypes.DATE,
    description="The last week begins before this day; at most five years after from",
)


class WeekFacts(serializers.Serializer):
    """How many products stand how with a standard on a Monday."""

    week = serializers.DateField(help_text="The Monday")
    forecast = serializers.BooleanField(help_text="Whether it was still to come")

    def get_fields(self) -> dict[str, serializers.Field]:
        """A number for each way to stand."""
        counts = {
            each.value: serializers.IntegerField(help_text=f"Products: {each.label.lower()}")
            for each in Progress
        }
        return {**super().get_fields(), **counts}


class BurnDownFacts(serializers.Serializer):
    """Who stands how with a standard, week by week."""

    standard = serializers.CharField()
    page = serializers.URLField()
    as_of = serializers.DateField(help_text="The day of the question")
    known_at = serializers.DateTimeField(
        allow_null=True, help_text="The moment whose knowledge was asked for; null is now"
    )
    mandatory_from = serializers.ListField(
        child=serializers.DateField(),
        help_text="Days on which it becomes mandatory for somebody",
    )
    products = serializers.IntegerField(
        help_text="Listed products of which it is required, or which meet it, on some day of the"
        " window; each is counted every week"
    )
    weeks = WeekFacts(many=True)


class BurnDownViewSet(ReadOnlyViewSet):
    """How products come to meet a standard, week by week."""

    serializer_class = BurnDownFacts
    lookup_field = "code"
    filter_backends = ()
    pagination_class = None
    asks = ("as_of", "known_at", "from", "until")

    def get_queryset(self) -> QuerySet[Standard]:
        return standards.every_standard()

    @documented(
        BurnDownFacts, parameters=[AS_OF, KNOWN_AT, FROM, UNTIL], summary="A standard's burn-down"
    )
    def retrieve(self, request, **kwargs: str):
        """Met, exempt, not yet, not met: listed products on each Monday, past and forecast."""
        refuse_others(request.query_params, self.asks)
        asking = understood(WeeksForm, request.query_params, now=self.now)
        found = standards.whole(kwargs["code"])
        if found is None:
            raise NotFound(f"There is no standard “{kwargs['code']}” in the register.")
        asked = asking.asked
        answer = burn_down(
            found,
            request.user,
            scopes=found.scopes.all(),
            on=asked.on,
            known_at=asked.known_at,
            today=asked.today,
            weeks=asking.weeks,
        )
        page = request.build_absolute_uri(reverse("standard", kwargs={"code": found.code}))
        return Response(_facts(answer, asked, page))


def _facts(found: BurnDown, asked, page: str) -> dict:
    return {
        "standard": found.standard.code,
        "page": page,
        "as_of": asked.on,
        "known_at": asked.known_at,
        "mandatory_from": found.mandatory,
        "products": found.products,
        "weeks": [
            {
                "week": week.monday,
                "forecast": found.is_forecast(week),
                **{each.value: week.counts[each] for each in Progress},
            }
            for week in found.weeks
        ],
    }
