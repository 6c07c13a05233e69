"""Endpoints and what the prober last found at them, in the API."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from registry.common.api.readonly import (
    KNOWN_AT,
    PeriodFact,
    ReadOnlyViewSet,
    documented,
    refuse_others,
)
from registry.common.periods import as_pair
from registry.probes import selectors
from registry.probes.api import over_time
from registry.probes.enums import Control, Outcome, ProofMethod, SpellResult
from registry.probes.filters import EndpointFilter
from registry.probes.models import CheckState, Endpoint, HostControl
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result
from registry.probes.selectors import changes, standing
from registry.probes.selectors.control import proofs_of
from registry.probes.selectors.quiet import left_alone_among

INCIDENTS_TOLD = 100
_PAGING = {"page", "page_size"}


class FindingFacts(serializers.Serializer):
    """What a check found at the last visit, with what it expected and where it looked."""

    result = serializers.ChoiceField(choices=[result.value for result in Result])
    message = serializers.CharField()
    expected = serializers.CharField(allow_blank=True)
    actual = serializers.CharField(allow_blank=True)
    where = serializers.CharField(allow_blank=True)


class CheckFacts(serializers.Serializer):
    """A check at an endpoint: the confirmed result, since when, and the last finding."""

    check = serializers.CharField()
    result = serializers.ChoiceField(choices=SpellResult.choices)
    since = serializers.DateField()
    failures = serializers.IntegerField(help_text="Failures in a row that are counted so far")
    failing_since = serializers.DateTimeField(allow_null=True)
    flapping = serializers.BooleanField()
    finding = FindingFacts(allow_null=True)


class ProofFacts(serializers.Serializer):
    """How the supplier proved that it controls the host, and when visits stop if it is gone."""

    method = serializers.ChoiceField(choices=ProofMethod.choices)
    proved_at = serializers.DateTimeField()
    missing_since = serializers.DateTimeField(allow_null=True)
    visits_stop_at = serializers.DateTimeField(allow_null=True)


class EndpointFacts(serializers.Serializer):
    """An address of a product, and what the prober holds of it."""

    url = serializers.URLField()
    id = serializers.IntegerField()
    product = serializers.CharField()
    address = serializers.CharField(help_text="The base of the API that is probed")
    profile = serializers.ChoiceField(choices=[(p.value, p.label) for p in Profile])
    in_service = PeriodFact()
    control = serializers.ChoiceField(choices=Control.choices)
    proof = ProofFacts(allow_null=True, help_text="Where control is proved by the supplier")
    left_alone = serializers.BooleanField(
        help_text="Whether nobody visits it now: paused, in maintenance, or its host asked for that"
    )
    last_probed_at = serializers.DateTimeField(allow_null=True)
    last_outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    checks = CheckFacts(many=True)


class EndpointViewSet(ReadOnlyViewSet):
    """Endpoints by number. Whoever may see the product may see them."""

    serializer_class = EndpointFacts
    filterset_class = EndpointFilter
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9]{1,18}"
    queryset = selectors.endpoints()

    def get_queryset(self) -> QuerySet[Endpoint]:
        return selectors.endpoints_visible_to(self.request.user)

    def facts(self, things: list[Endpoint], *, detail: bool) -> list[dict]:
        origin = self.request.build_absolute_uri("/").rstrip("/")
        proofs, alone = proofs_of(things), left_alone_among(things, now=self._until)
        return [
            _endpoint(
                each,
                origin + reverse("api-endpoint-detail", kwargs={"id": each.pk}),
                proofs.get(each.pk),
                left_alone=each.pk in alone,
            )
            for each in things
        ]

    @documented(EndpointFacts, many=True, summary="Endpoints")
    def list(self, request):
        """Every endpoint, by product and address, with what the prober holds of it."""
        return super().list(request)

    @documented(EndpointFacts, summary="One endpoint")
    def retrieve(self, request, **kwargs: str):
        """An endpoint by its number."""
        return super().retrieve(request, **kwargs)

    @documented(over_time.StandingFacts, parameters=[KNOWN_AT], summary="How it has fared")
    @action(detail=True, filter_backends=[], pagination_class=None)
    def standing(self, request, **kwargs: str):
        """Availability over 24 hours, 7, 30 and 90 days, and the incidents of these days."""
        refuse_others(request.query_params, self.asks)
        endpoint = self.found()
        return Response(
            over_time.standing_facts(
                standing.availability(endpoint, now=self._until),
                standing.incidents(endpoint, now=self._until, most=INCIDENTS_TOLD),
            )
        )

    @documented(
        over_time.EndpointChangeFacts,
        many=True,
        parameters=[KNOWN_AT],
        summary="How what it says of itself has changed",
    )
    @action(detail=True, filter_backends=[])
    def changes(self, request, **kwargs: str):
        """Each time that a document was answered with another body, the latest first."""
        refuse_others(request.query_params, {*self.asks, *_PAGING})
        endpoint = self.found()
        page = self.paginate_queryset(changes.Changes(endpoint, now=self._until))
        address = self._address(endpoint)
        return self.get_paginated_response([over_time.change_facts(each, address) for each in page])

    @documented(over_time.OneChangeFacts, parameters=[KNOWN_AT], summary="What one change was")
    @action(
        detail=True,
        filter_backends=[],
        pagination_class=None,
        url_path=r"changes/(?P<capture>[\w-]+)/(?P<before>[\w-]+)/(?P<after>[\w-]+)",
    )
    def change(self, request, **kwargs: str):
        """What differs between two bodies of one document, by the beginnings of their hashes."""
        refuse_others(request.query_params, self.asks)
        endpoint = self.found()
        places = {name: kwargs[name] for name in ("capture", "before", "after")}
        change = changes.one_change(endpoint, **places, now=self._until)
        if change is None:
            raise NotFound("This endpoint never changed so.")
        return Response(over_time.one_change_facts(change, self._address(endpoint)))

    @property
    def _until(self) -> datetime:
        return self.asked.known_at or self.now

    def _address(self, endpoint: Endpoint) -> str:
        place = reverse("api-endpoint-detail", kwargs={"id": endpoint.pk})
        return self.request.build_absolute_uri(place)


def _endpoint(endpoint: Endpoint, url: str, proof: HostControl | None, *, left_alone: bool) -> dict:
    return {
        "url": url,
        "id": endpoint.pk,
        "product": endpoint.product.ref,
        "address": endpoint.url,
        "profile": endpoint.profile,
        "in_service": as_pair(endpoint.in_service),
        "control": endpoint.control,
        "proof": _proof(proof) if proof else None,
        "left_alone": left_alone,
        "last_probed_at": endpoint.last_probed_at,
        "last_outcome": endpoint.last_outcome or None,
        "checks": [_check(state) for state in endpoint.check_states.all()],
    }


def _proof(proof: HostControl) -> dict:
    return {
        "method": proof.method,
        "proved_at": proof.proved_at,
        "missing_since": proof.failing_since,
        "visits_stop_at": proof.visits_stop_at,
    }


def _check(state: CheckState) -> dict:
    return {
        "check": state.check_id,
        "result": state.result,
        "since": state.since,
        "failures": state.failures,
        "failing_since": state.failing_since,
        "flapping": selectors.is_flapping(state),
        "finding": _finding(state.finding),
    }


def _finding(finding: dict) -> dict | None:
    if not finding:
        return None
    return {name: finding[name] for name in ("result", "message", "expected", "actual", "where")}
