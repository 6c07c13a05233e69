"""Read-only lists and details: facts by natural key, filters that refuse the unknown."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from registry.common.asking import Asked, AskedForm
from registry.common.filters import unknown_parameters
from registry.common.forms import boxes_of


class Facts(JSONRenderer):
    """JSON by orjson, which writes dates and moments as ISO 8601 by itself."""

    def render(self, data: Any, accepted_media_type=None, renderer_context=None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class Filters(DjangoFilterBackend):
    """Hands the FilterSet the moment, and refuses parameters that are no filter."""

    def get_filterset_kwargs(self, request: Request, queryset, view) -> dict:
        return super().get_filterset_kwargs(request, queryset, view) | {"now": view.now}

    def get_filterset(self, request: Request, queryset, view):
        filterset = super().get_filterset(request, queryset, view)
        refuse(unknown_parameters(filterset))
        return filterset


_DATES = frozenset({"as_of", "compliant_from", "compliant_until", "from", "until"})


def refuse(unknown: list[str]) -> None:
    """400 that names each unknown parameter."""
    if unknown:
        raise ValidationError({name: [f"There is no parameter “{name}” here"] for name in unknown})


def refuse_others(params: QueryDict, asks: Collection[str]) -> None:
    """400 that names each parameter that is none of `asks`.

    A date may come in three boxes, as the address of a page has it.
    """
    boxes = {box for name in _DATES & set(asks) for box in boxes_of(name)}
    refuse(sorted(set(params) - set(asks) - boxes))


REFUSED = OpenApiResponse(
    OpenApiTypes.OBJECT, description="A parameter was not understood: its name, and why"
)
NOT_FOUND = OpenApiResponse(OpenApiTypes.OBJECT, description="There is no such thing")
AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.DATE, description="The day that is asked about; today if left out"
)
KNOWN_AT = OpenApiParameter(
    "known_at",
    OpenApiTypes.DATETIME,
    description="Answer with what the register held true at this moment",
)


def documented(serializer, *, many: bool = False, parameters=(AS_OF, KNOWN_AT), summary: str = ""):
    """Describe a method: what it answers, and that it answers 400 and 404 in words."""
    answers = {200: serializer(many=many), 400: REFUSED, 404: NOT_FOUND}
    return extend_schema(responses=answers, parameters=list(parameters), summary=summary or None)


class ReadOnlyViewSet(viewsets.GenericViewSet):
    """A list and a detail of facts, both made by `facts()`.

    `serializer_class` describes the facts in the OpenAPI document; a test holds both together.
    A viewset gives `get_queryset` (starting at what the user may see), `find` and `facts`.
    """

    renderer_classes = [Facts]
    filter_backends = [Filters]
    http_method_names = ["get", "head", "options"]
    # Parameters of a detail, besides those of the list's FilterSet.
    asks: tuple[str, ...] = ("as_of", "known_at")

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        self.now: datetime = timezone.now()
        # A day or a moment that cannot be asked about is refused before anything is read.
        self.asked  # noqa: B018

    @cached_property
    def asked(self) -> Asked:
        """The day and the moment asked about; a list's other parameters are its filters'."""
        return understood(AskedForm, self.request.query_params, now=self.now).asked

    def find(self, key: str):
        """The thing under its natural key, if the user may see it; otherwise `None`."""
        return self.get_queryset().filter(**{self.lookup_field: key}).first()

    def facts(self, things: list, *, detail: bool) -> list[dict]:
        """What the API says of `things`, in their order."""
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        """A page of the list."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.facts(page, detail=False))

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """One thing."""
        refuse_others(request.query_params, self.asks)
        return Response(self.facts([self.found()], detail=True)[0])

    def finalize_response(self, request: Request, response: Response, *args, **kwargs) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            # Whoever keeps the past (registry/history) says where this answer stands for ever.
            response.permanent_on = self.asked.on
        return response

    def found(self):
        """The thing of this address; 404 in words."""
        key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        thing = self.find(key) if "\x00" not in key else None
        if thing is None:
            kind = self.serializer_class.__name__.removesuffix("Facts").lower()
            raise NotFound(f"There is no {kind} “{key}” in the register.")
        return thing


def understood(form_class, data: QueryDict, **kwargs):
    """The checked form of an address; 400 with its messages when it was not understood."""
    form = form_class(data, **kwargs)
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    return form


class PeriodFact(serializers.ListField):
    """`["2024-01-01", null]`: the half-open period `[from, until)`, `null` for open."""

    def __init__(self, **kwargs):
        super().__init__(
            child=serializers.DateField(allow_null=True), min_length=2, max_length=2, **kwargs
        )
