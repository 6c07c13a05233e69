"""Pre-checks in the API: ask what would be found at an address, and read the report."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from registry.common.api.readonly import NOT_FOUND, REFUSED, Facts, refuse
from registry.probes.enums import PrecheckState
from registry.probes.models import Precheck
from registry.probes.presenters import prechecks as presenter
from registry.probes.rules.profiles import Profile
from registry.probes.rules.progress import StepState
from registry.probes.selectors import prechecks as found
from registry.probes.services import prechecks as services

_PAGING = {"page", "page_size"}


class PrecheckAsked(serializers.Serializer):
    """What is to be visited, as what, and for whom."""

    url = serializers.CharField(
        max_length=500, help_text="The base of the API, starting with https://"
    )
    profile = serializers.ChoiceField(
        choices=[(p.value, p.label) for p in Profile], help_text="What the endpoint is"
    )
    supplier = serializers.CharField(
        max_length=80, help_text="Reference of the supplier that it is asked for"
    )


class StepFacts(serializers.Serializer):
    """One step of the visit."""

    step = serializers.CharField(help_text="resolve, connect, handshake, a document, older_tls")
    state = serializers.ChoiceField(choices=[(each.value, each.name) for each in StepState])
    words = serializers.CharField(allow_blank=True, help_text="What came back, or why nothing did")
    seconds = serializers.FloatField(allow_null=True)


class PrecheckFacts(serializers.Serializer):
    """What was asked, how far it is, and in one sentence what was found."""

    url = serializers.URLField()
    page = serializers.URLField()
    id = serializers.UUIDField()
    supplier = serializers.CharField()
    address = serializers.CharField(help_text="What is visited")
    profile = serializers.ChoiceField(choices=[(p.value, p.label) for p in Profile])
    state = serializers.ChoiceField(choices=PrecheckState.choices)
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    trouble = serializers.CharField(
        allow_blank=True, help_text="Why there is no report, where there will be none"
    )


class PrecheckReportFacts(PrecheckFacts):
    """The same with its steps, and with the report once it has ended."""

    steps = StepFacts(many=True)
    verdict = serializers.CharField(allow_blank=True, help_text="The report in one sentence")
    report = serializers.JSONField(
        allow_null=True, help_text="Word for word what `manage.py probe --json` prints"
    )


_ASKED = OpenApiExample(
    "A FHIR R4 server",
    value={
        "url": "https://fhir.aldermoor.example/r4",
        "profile": "fhir-r4",
        "supplier": "aldermoor",
    },
    request_only=True,
)
_WAITING = OpenApiExample(
    "It waits for a worker",
    value={
        "url": "https://registry.example/api/v1/prechecks/8c0b3a52-6f0e-4c53-9a53-0b5f4f1f3d11/",
        "page": "https://registry.example/prechecks/8c0b3a52-6f0e-4c53-9a53-0b5f4f1f3d11/",
        "id": "8c0b3a52-6f0e-4c53-9a53-0b5f4f1f3d11",
        "supplier": "aldermoor",
        "address": "https://fhir.aldermoor.example/r4",
        "profile": "fhir-r4",
        "state": "waiting",
        "asked_at": "2026-07-01T11:00:00Z",
        "finished_at": None,
        "trouble": "",
        "steps": [{"step": "resolve", "state": "waiting", "words": "", "seconds": None}],
        "verdict": "",
        "report": None,
    },
    response_only=True,
    status_codes=["202", "200"],
)
_TOO_OFTEN = OpenApiExample(
    "Asked too often",
    value={"detail": "You have asked for 10 pre-checks within an hour. Try again in 50 minutes."},
    response_only=True,
    status_codes=["429"],
)
_WHERE = OpenApiParameter(
    "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[202], description="Where it is"
)
_WHEN = OpenApiParameter(
    "Retry-After",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    response=[429],
    description="Seconds to wait before asking again",
)
_NOT_PERMITTED = OpenApiResponse(OpenApiTypes.OBJECT, description="Only some may, and who they are")
_MAY_REFUSE = {400: REFUSED, 403: _NOT_PERMITTED, 404: NOT_FOUND}
_WAIT = OpenApiResponse(OpenApiTypes.OBJECT, description="Asked too often: when to ask again")


class PrecheckViewSet(viewsets.GenericViewSet):
    """Pre-checks by their number: those of one's supplier, and all for the national team."""

    serializer_class = PrecheckFacts
    renderer_classes = [Facts]
    permission_classes = [IsAuthenticated]
    filter_backends = []
    http_method_names = ["get", "head", "options", "post"]
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    queryset = found.rows()

    def get_queryset(self) -> QuerySet[Precheck]:
        return found.recent(self.request.user)

    @extend_schema(
        responses={
            200: PrecheckFacts(many=True),
            400: REFUSED,
            403: _NOT_PERMITTED,
            404: NOT_FOUND,
        },
        summary="Pre-checks",
    )
    def list(self, request: Request) -> Response:
        """What was asked for lately, the latest first."""
        refuse(sorted(set(request.query_params) - _PAGING))
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response([_facts(each, request) for each in page])

    @extend_schema(
        responses={200: PrecheckReportFacts} | _MAY_REFUSE,
        examples=[_WAITING],
        summary="One pre-check with its report",
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        """How far it is, and once it has ended what was found."""
        refuse(sorted(request.query_params))
        precheck = found.visible(request.user, uuid)
        if precheck is None:
            raise NotFound(f"There is no pre-check “{uuid}” that you may see.")
        return Response(_whole(precheck, request))

    @extend_schema(
        request=PrecheckAsked,
        responses={202: PrecheckReportFacts} | _MAY_REFUSE | {429: _WAIT},
        parameters=[_WHERE, _WHEN],
        examples=[_ASKED, _WAITING, _TOO_OFTEN],
        summary="Ask for a pre-check",
    )
    def create(self, request: Request) -> Response:
        """Ask what a visit would find, before anything is registered; it is never evidence.

        A person may ask for 10 an hour and a supplier for 30 a day; a host is visited for 3 in 10
        minutes, whoever asks, one at a time.
        """
        asked = _understood(request)
        supplier = found.supplier_named(request.user, asked["supplier"])
        if supplier is None:
            raise ValidationError({"supplier": [f"There is no supplier “{asked['supplier']}”"]})
        precheck = services.ask(
            supplier=supplier,
            url=asked["url"],
            profile=asked["profile"],
            by=request.user,
            now=timezone.now(),
        )
        facts = _whole(precheck, request)
        return Response(facts, status=202, headers={"Location": facts["url"]})


def _understood(request: Request) -> dict[str, str]:
    """What was asked; 400 that names what is missing, wrong or unknown."""
    asked = PrecheckAsked(data=request.data)
    asked.is_valid(raise_exception=True)
    refuse(sorted(set(request.data) - set(asked.fields) - {"csrfmiddlewaretoken"}))
    return asked.validated_data


def _facts(precheck: Precheck, request: HttpRequest) -> dict:
    at = {"uuid": precheck.uuid}
    return {
        "url": request.build_absolute_uri(reverse("api-precheck-detail", kwargs=at)),
        "page": request.build_absolute_uri(reverse("precheck", kwargs=at)),
        "id": precheck.uuid,
        "supplier": precheck.supplier.ref,
        "address": precheck.url,
        "profile": precheck.profile,
        "state": precheck.state,
        "asked_at": precheck.asked_at,
        "finished_at": precheck.finished_at,
        "trouble": precheck.trouble,
    }


def _whole(precheck: Precheck, request: HttpRequest) -> dict:
    steps = presenter.progress_of(precheck).steps
    return _facts(precheck, request) | {
        "steps": [
            {"step": s.name, "state": s.state, "words": s.words, "seconds": s.seconds}
            for _, s in steps
        ],
        "verdict": presenter.verdict(precheck.report) if precheck.report else "",
        "report": precheck.report,
    }
