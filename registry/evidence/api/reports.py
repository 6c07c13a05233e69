"""Sending a machine's report, and looking at what became of it."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from registry.catalogue.models import Product
from registry.common.api.readonly import NOT_FOUND, REFUSED, Facts, refuse
from registry.common.periods import civil_date
from registry.evidence import selectors, services
from registry.evidence.api.authentication import ReportThrottle, SupplierToken
from registry.evidence.enums import ReportKind, SubmissionState
from registry.evidence.models import MachineReport
from registry.evidence.presenters.reports import CriterionSpoken, report_shown
from registry.evidence.rules.reports import OUTCOMES, Result


class ReportAsked(serializers.Serializer):
    """A machine's report and what it is about."""

    # The shortest is said for the document: none is refused without it.
    product = serializers.CharField(
        min_length=1, max_length=80, help_text="Reference of the product"
    )
    report = serializers.FileField(
        max_length=300, help_text="FHIR TestReport (R4) or Inferno's results, in JSON"
    )
    release = serializers.CharField(
        max_length=80, required=False, default="", allow_blank=True, help_text="Of the product"
    )
    send = serializers.BooleanField(
        required=False, default=False, help_text="Send it to the national team if it is complete"
    )


class ResultFacts(serializers.Serializer):
    """One test."""

    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=list(OUTCOMES.items()))
    requirements = serializers.ListField(child=serializers.CharField())
    words = serializers.CharField(allow_blank=True)


class SpokenFacts(serializers.Serializer):
    """A criterion that the report speaks of; proved where every result of it passed."""

    standard = serializers.CharField()
    version = serializers.CharField()
    code = serializers.CharField()
    proved = serializers.BooleanField()
    results = ResultFacts(many=True)


class EvidenceFacts(serializers.Serializer):
    """What became of a report: a draft or a submission, and which criteria it speaks of."""

    url = serializers.URLField()
    page = serializers.URLField()
    ref = serializers.CharField()
    product = serializers.CharField()
    release = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(
        choices=SubmissionState.choices, help_text="A draft can be completed on its page"
    )
    format = serializers.ChoiceField(choices=ReportKind.choices)
    tool = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="What keeps a draft from being sent"
    )
    criteria = SpokenFacts(many=True)
    unmapped = ResultFacts(many=True, help_text="Results that no criterion's requirements name")


_ERROR = OpenApiTypes.OBJECT
_ANSWERS = {
    400: REFUSED,
    401: OpenApiResponse(_ERROR, description="The token is not known, or nobody is signed in"),
    403: OpenApiResponse(_ERROR, description="The product is another supplier's"),
    404: NOT_FOUND,
}
_SENT = {
    413: OpenApiResponse(_ERROR, description="The report is larger than 20 MB"),
    415: OpenApiResponse(_ERROR, description="It must be sent as multipart/form-data"),
    429: OpenApiResponse(_ERROR, description="Sent too often: when to send again"),
}
_WHERE = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="Where it is",
)
_WHEN = OpenApiParameter(
    "Retry-After",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    response=[429],
    description="Seconds to wait before sending again",
)


class TooLarge(APIException):
    """413."""

    status_code = 413
    default_detail = "The report must be smaller than 20 MB"
    default_code = "too_large"


class EvidenceViewSet(viewsets.GenericViewSet):
    """Machines' reports of one's suppliers; with a token, of its supplier alone."""

    serializer_class = EvidenceFacts
    renderer_classes = [Facts]
    authentication_classes = [SupplierToken, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]
    throttle_classes = [ReportThrottle]
    filter_backends = []
    pagination_class = None
    http_method_names = ["get", "head", "options", "post"]
    lookup_field = "ref"
    lookup_value_regex = "[A-Za-z0-9_-]+"
    queryset = selectors.no_reports()

    def get_queryset(self):
        return selectors.own_reports(self.request.user, supplier=_supplier(self.request))

    @extend_schema(responses={200: EvidenceFacts} | _ANSWERS, summary="One machine report")
    def retrieve(self, request: Request, ref: str) -> Response:
        """How it stands with a report that was sent."""
        refuse(sorted(request.query_params))
        report = self.get_queryset().filter(submission__ref=ref).first()
        if report is None:
            raise NotFound(f"There is no machine report “{ref}” that you may see.")
        return Response(_facts(report, request))

    @extend_schema(
        request={"multipart/form-data": ReportAsked},
        responses={200: EvidenceFacts, 201: EvidenceFacts} | _ANSWERS | _SENT,
        parameters=[_WHERE, _WHEN],
        summary="Send a machine report",
    )
    def create(self, request: Request) -> Response:
        """Send a report: the answer is a draft that claims what it proves, and no more (201).

        The same report for the same product, sent again, answers with the first (200).
        """
        asked = _understood(request)
        sent = services.send_report(
            product=_product(request, asked["product"]),
            upload=asked["report"],
            release=asked["release"],
            send=asked["send"],
            token=str(request.auth or ""),
            by=request.user,
            now=timezone.now(),
        )
        facts = _facts(sent.report, request)
        status = 201 if sent.created else 200
        return Response(facts, status=status, headers={"Location": facts["url"]})


def _supplier(request: Request):
    """The one supplier that a token is for; `None` for a person."""
    return request.auth.supplier if request.auth else None


def _understood(request: Request) -> dict:
    asked = ReportAsked(data=request.data)
    asked.is_valid(raise_exception=True)
    refuse(sorted(set(request.data) - set(asked.fields) - {"csrfmiddlewaretoken"}))
    if asked.validated_data["report"].size > settings.EVIDENCE_FILE_MAX_BYTES:
        raise TooLarge
    return asked.validated_data


def _product(request: Request, ref: str) -> Product:
    product = selectors.product_named(request.user, ref)
    if product is None:
        raise ValidationError({"product": [f"There is no product “{ref}”"]})
    only = _supplier(request)
    if only is not None and product.supplier_id != only.pk:
        raise PermissionDenied(f"This token is for products of {only.name}.")
    return product


def _facts(report: MachineReport, request: HttpRequest) -> dict:
    submission, at = report.submission, {"ref": report.submission.ref}
    shown = report_shown(report)
    draft = submission.state == SubmissionState.DRAFT
    on = civil_date(timezone.now())
    problems = selectors.problems_of(submission, on=on) if draft else []
    return {
        "url": request.build_absolute_uri(reverse("api-evidence-detail", kwargs=at)),
        "page": request.build_absolute_uri(reverse("evidence_report", kwargs=at)),
        "ref": submission.ref,
        "product": submission.product.ref,
        "release": submission.release,
        "state": submission.state,
        "format": report.kind,
        "tool": report.tool,
        "issued_on": report.issued_on,
        "sha256": report.file.uploaded_sha256,
        "problems": [each.words for each in problems],
        "criteria": [_spoken(each) for each in (*shown.proved, *shown.failing)],
        "unmapped": [_result(each) for each in shown.unmapped],
    }


def _spoken(spoken: CriterionSpoken) -> dict:
    version = spoken.criterion.version
    return {
        "standard": version.standard.code,
        "version": version.version,
        "code": spoken.criterion.code,
        "proved": spoken.proved,
        "results": [_result(each) for each in spoken.results],
    }


def _result(result: Result) -> dict:
    return {
        "name": result.name,
        "outcome": result.outcome,
        "requirements": list(result.requirements),
        "words": result.words,
    }
