"""Products with their verdicts and timelines, in the API."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from registry.catalogue.enums import Hosting, ProductState
from registry.catalogue.models import Product
from registry.catalogue.selectors import products_visible_to
from registry.common.api.readonly import (
    AS_OF,
    KNOWN_AT,
    PeriodFact,
    ReadOnlyViewSet,
    documented,
    refuse,
    refuse_others,
    understood,
)
from registry.common.asking import Asked
from registry.common.filters import PAGING, unknown_parameters
from registry.common.periods import as_pair
from registry.compliance import selectors
from registry.compliance.api import changes
from registry.compliance.api.changes import ProductChangeFacts
from registry.compliance.api.forecast import (
    OutlookFacts,
    ReasonFacts,
    TurnFacts,
    outlook,
    reasons,
    turns,
)
from registry.compliance.enums import Status, Verdict
from registry.compliance.filters import ProductFilter
from registry.compliance.filters.changes import ChangeFilter
from registry.compliance.forms import ReplacementsForm, TermForm
from registry.compliance.presenters import product as product_presenter
from registry.compliance.presenters import replacements as replacements_presenter
from registry.compliance.presenters import search as search_presenter
from registry.compliance.presenters.readers import reader_of
from registry.compliance.presenters.replacements import Replacement
from registry.compliance.presenters.search import ProductRow
from registry.compliance.rules import Stay
from registry.compliance.selectors import PairTimeline, pages

TERM = (
    OpenApiParameter("compliant_from", OpenApiTypes.DATE, description="First day of a term"),
    OpenApiParameter(
        "compliant_until",
        OpenApiTypes.DATE,
        description="The day after the term's last day; without it the term has no end",
    ),
    OpenApiParameter(
        "allow_exempt",
        OpenApiTypes.BOOL,
        description="Days on which the product is excused do not break the term",
    ),
    OpenApiParameter(
        "until_when",
        OpenApiTypes.BOOL,
        description="Beside compliant_from alone: nothing is narrowed, `stays` says until when",
    ),
)
STANDARD = OpenApiParameter(
    "standard", OpenApiTypes.STR, many=True, description="Only changes of these standards, by code"
)


class StayFacts(serializers.Serializer):
    """How long a product stays compliant from the first day of a term, without a break."""

    compliant_from = serializers.DateField(help_text="The first day of the term asked about")
    throughout = serializers.BooleanField(
        help_text="Whether every day of the term is compliant; a term without an end is for ever"
    )
    fails_on = serializers.DateField(
        allow_null=True,
        help_text="The first day, from then on, that is not compliant (nor exempt, with "
        "allow_exempt), whenever the term ends; null when none is known",
    )
    because = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the standards to blame for that day; none when nothing is required",
    )
    resumes = serializers.DateField(
        allow_null=True,
        help_text="When compliant_from is not compliant: the first later day that is",
    )


class ProductFacts(OutlookFacts):
    """A product and its verdict on a day."""

    url = serializers.URLField()
    page = serializers.URLField()
    timeline = serializers.URLField()
    ref = serializers.CharField()
    supplier = serializers.CharField(help_text="Reference of the supplier")
    supplier_name = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(ProductState.choices)
    hosting = serializers.ChoiceField(Hosting.choices, allow_blank=True)
    capabilities = serializers.ListField(
        child=serializers.CharField(), help_text="References of what it claims on the day"
    )
    as_of = serializers.DateField(help_text="The day of the answer")
    known_at = serializers.DateTimeField(
        allow_null=True, help_text="The moment whose knowledge was asked for; null is now"
    )
    verdict = serializers.ChoiceField(Verdict.choices)
    not_met_from = serializers.DateField(
        allow_null=True,
        help_text="The first day, as_of or later, on which it is non-compliant; null if none",
    )
    not_met = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the standards not met on that day"
    )
    stays = StayFacts(
        allow_null=True,
        help_text="How long it stays compliant from compliant_from on; null when not asked",
    )


class ClaimFacts(serializers.Serializer):
    """A capability that the product claims."""

    capability = serializers.CharField()
    claimed = PeriodFact()


class PairFacts(serializers.Serializer):
    """A standard of the product on the day, and why it is not met where it is not."""

    standard = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    period = PeriodFact(help_text="How long the status holds")
    why = ReasonFacts(many=True)


class ProductDetailFacts(ProductFacts):
    """A product, its verdict on a day, and how each standard stands."""

    verdict_period = PeriodFact(help_text="How long the verdict holds")
    stops = TurnFacts(allow_null=True, help_text="How it stops being compliant, and why")
    starts = TurnFacts(allow_null=True, help_text="How it starts being compliant, and why")
    claims = ClaimFacts(many=True)
    standards = PairFacts(many=True)


class SpellFacts(serializers.Serializer):
    """A status over `[from, until)`; null is open."""

    status = serializers.ChoiceField(Status.choices)
    until = serializers.DateField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """The register format's `from` too, which Python does not let a class body say."""
        return {**super().get_fields(), "from": serializers.DateField(allow_null=True)}


class TimelineFacts(serializers.Serializer):
    """All of time of one product and one standard, as the register format writes it."""

    product = serializers.CharField()
    standard = serializers.CharField()
    spells = SpellFacts(many=True)


def _refs(words: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=words)


class ReplacementFacts(serializers.Serializer):
    """A product that shares national capabilities with another, and how they differ."""

    url = serializers.URLField()
    page = serializers.URLField()
    ref = serializers.CharField()
    supplier = serializers.CharField(help_text="Reference of the supplier")
    supplier_name = serializers.CharField()
    name = serializers.CharField()
    overlap = serializers.IntegerField(help_text="How many of the capabilities it covers")
    wanted = serializers.IntegerField(help_text="How many capabilities there are to cover")
    shared = _refs("References of the capabilities that it covers")
    lost = _refs("References of the capabilities that it lacks")
    gained = _refs("References of the capabilities that it has besides")
    traits_lost = _refs("References of what the product is and this is not")
    standards_lost = _refs("Codes of standards that the product meets and this does not")
    verdict = serializers.ChoiceField(Verdict.choices, help_text="On compliant_from")
    stays = StayFacts()
    as_of = serializers.DateField(help_text="The day on which the product is compared")
    known_at = serializers.DateTimeField(
        allow_null=True, help_text="The moment whose knowledge was asked for; null is now"
    )


ONLY = OpenApiParameter(
    "only",
    OpenApiTypes.STR,
    enum=["compliant", "all"],
    description="Products compliant on every day of the term (or on as_of, without a term), "
    "which is meant when left out; or all that share a capability",
)


class ProductViewSet(ReadOnlyViewSet):
    """Products by reference, with the filters of the search page."""

    serializer_class = ProductFacts
    filterset_class = ProductFilter
    lookup_field = "ref"
    lookup_value_regex = "[^/]+"
    asks = ("as_of", "known_at", *(each.name for each in TERM))

    def get_queryset(self) -> QuerySet[Product]:
        return products_visible_to(self.request.user)

    def facts(self, things: list[Product], *, detail: bool) -> list[dict]:
        asked = self.asked
        term = understood(TermForm, self.request.query_params).term
        rows = search_presenter.rows(things, on=asked.on, known_at=asked.known_at, term=term)
        addresses = Addresses(self.request.build_absolute_uri("/").rstrip("/"))
        facts = [_product(row, asked, addresses) for row in rows]
        return [facts[0] | self._whole(things[0], asked)] if detail else facts

    def _whole(self, product: Product, asked: Asked) -> dict:
        page = product_presenter.page(reader_of(self.request.user, product), asked=asked)
        claims = [
            {"capability": claim.capability.ref, "claimed": as_pair(claim.claimed)}
            for claim in pages.claims_of(product)
        ]
        return {
            "verdict_period": [page.verdict.since, page.verdict.until],
            **turns(page.forecast),
            "claims": claims,
            "standards": [_pair(row) for row in page.rows],
        }

    @documented(ProductFacts, many=True, summary="Products")
    def list(self, request):
        """Products that match every filter, with their verdict on the day."""
        return super().list(request)

    @documented(ProductDetailFacts, parameters=[AS_OF, KNOWN_AT, *TERM], summary="One product")
    def retrieve(self, request, **kwargs: str):
        """A product by its reference, with how each of its standards stands on the day."""
        return super().retrieve(request, **kwargs)

    @documented(TimelineFacts, many=True, parameters=[KNOWN_AT], summary="A product's timeline")
    @action(detail=True, pagination_class=None, filter_backends=[])
    def timeline(self, request, **kwargs: str):
        """Every spell of every standard that was, is or will be required of it or met."""
        refuse_others(request.query_params, ("as_of", "known_at"))
        asked = self.asked
        pairs = selectors.timelines(product_ids=[self.found().pk], known_at=asked.known_at)
        return Response([_timeline(pair) for pair in pairs])

    @documented(
        ReplacementFacts,
        many=True,
        parameters=[AS_OF, KNOWN_AT, *TERM, ONLY],
        summary="What could replace a product",
    )
    @action(detail=True, filter_backends=[])
    def replacements(self, request, **kwargs: str):
        """Listed products that share a national capability: those that cover most first, then
        those that stay compliant longest.
        """
        refuse_others(request.query_params, {*self.asks, "only", *PAGING})
        asking = understood(ReplacementsForm, request.query_params, now=self.now)
        asked = asking.asked
        ranking = replacements_presenter.ranking(
            self.found(), request.user, on=asked.on, term=asking.term_asked, known_at=asked.known_at
        )
        places = self.paginate_queryset(ranking.every if asking.everything else ranking.passing)
        addresses = Addresses(request.build_absolute_uri("/").rstrip("/"))
        return self.get_paginated_response(
            [_replacement(row, asked, addresses) for row in ranking.rows(places)]
        )

    @documented(
        ProductChangeFacts,
        many=True,
        parameters=[STANDARD, KNOWN_AT],
        summary="A product's changes",
    )
    @action(detail=True, filter_backends=[])
    def changes(self, request, **kwargs: str):
        """What the register learned of it, when and why, the latest first."""
        revisions = selectors.changes_of(self.found(), known_at=None)
        filters = ChangeFilter(request.query_params, revisions, request=request, now=self.now)
        refuse(unknown_parameters(filters))
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        page = self.paginate_queryset(filters.qs)
        origin = request.build_absolute_uri("/").rstrip("/")
        return self.get_paginated_response(changes.facts(page, origin=origin))


class Addresses:
    """Addresses of products: the router is asked once, not once a row."""

    def __init__(self, origin: str):
        self.api = origin + reverse("api-product-list")
        self.pages = origin + reverse("product_search")

    def of(self, ref: str) -> dict[str, str]:
        """The links of one product."""
        return {
            "url": f"{self.api}{ref}/",
            "page": f"{self.pages}{ref}/",
            "timeline": f"{self.api}{ref}/timeline/",
        }


def _product(row: ProductRow, asked: Asked, addresses: Addresses) -> dict:
    product = row.product
    return {
        **addresses.of(product.ref),
        "ref": product.ref,
        "supplier": product.supplier.ref,
        "supplier_name": product.supplier.name,
        "name": product.name,
        "summary": product.summary,
        "state": product.state,
        "hosting": product.hosting,
        "capabilities": sorted(each.ref for each in row.capabilities),
        "as_of": asked.on,
        "known_at": asked.known_at,
        "verdict": row.verdict.value,
        "not_met_from": row.not_met_from,
        "not_met": list(row.not_met),
        "stays": row.stay and stay_facts(row.stay),
        **outlook(row),
    }


def stay_facts(stay: Stay) -> dict:
    """How long a product stays compliant, as `StayFacts` describes it."""
    return {
        "compliant_from": stay.term.start,
        "throughout": stay.throughout,
        "fails_on": stay.fails_on,
        "because": list(stay.because),
        "resumes": stay.resumes,
    }


def _replacement(row: Replacement, asked: Asked, addresses: Addresses) -> dict:
    product, links = row.product, addresses.of(row.product.ref)
    refs = {
        name: sorted(each.ref for each in getattr(row, name))
        for name in ("shared", "lost", "gained", "traits_lost")
    }
    return {
        "url": links["url"],
        "page": links["page"],
        "ref": product.ref,
        "supplier": product.supplier.ref,
        "supplier_name": product.supplier.name,
        "name": product.name,
        "overlap": len(row.shared),
        "wanted": row.wanted,
        **refs,
        "standards_lost": list(row.standards_lost),
        "verdict": row.verdict.value,
        "stays": stay_facts(row.stay),
        "as_of": asked.on,
        "known_at": asked.known_at,
    }


def _pair(row: product_presenter.StandardRow) -> dict:
    return {
        "standard": row.standard.code,
        "status": row.status.value,
        "period": [row.since, row.until],
        "why": reasons(row.why),
    }


def _timeline(pair: PairTimeline) -> dict:
    return {
        "product": pair.product_ref,
        "standard": pair.standard_code,
        "spells": [
            {"status": spell.status, "from": spell.from_, "until": spell.until}
            for spell in pair.spells
        ],
    }
