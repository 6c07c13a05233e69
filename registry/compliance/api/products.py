"""Products with their verdicts and timelines, in the API."""

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.decorators import action
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
    understood,
)
from registry.common.periods import as_pair
from registry.compliance import selectors
from registry.compliance.enums import Status, Verdict
from registry.compliance.filters import ProductFilter
from registry.compliance.forms import Asked, AskedForm
from registry.compliance.presenters import product as product_presenter
from registry.compliance.presenters import search as search_presenter
from registry.compliance.presenters.search import ProductRow
from registry.compliance.selectors import PairTimeline, pages


class ProductFacts(serializers.Serializer):
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


class ClaimFacts(serializers.Serializer):
    """A capability that the product claims."""

    capability = serializers.CharField()
    claimed = PeriodFact()


class ReasonFacts(serializers.Serializer):
    """One thing that keeps a standard from being met."""

    criterion = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())


class PairFacts(serializers.Serializer):
    """A standard of the product on the day, and why it is not met where it is not."""

    standard = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    period = PeriodFact(help_text="How long the status holds")
    why = ReasonFacts(many=True)


class ProductDetailFacts(ProductFacts):
    """A product, its verdict on a day, and how each standard stands."""

    verdict_period = PeriodFact(help_text="How long the verdict holds")
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


class ProductViewSet(ReadOnlyViewSet):
    """Products by reference, with the filters of the search page."""

    serializer_class = ProductFacts
    filterset_class = ProductFilter
    lookup_field = "ref"
    lookup_value_regex = "[^/]+"
    asks = ("as_of", "known_at")

    def get_queryset(self) -> QuerySet[Product]:
        return products_visible_to(self.request.user)

    def facts(self, things: list[Product], *, detail: bool) -> list[dict]:
        asked = self.asked
        rows = search_presenter.rows(things, on=asked.on, known_at=asked.known_at)
        addresses = Addresses(self.request.build_absolute_uri("/").rstrip("/"))
        facts = [_product(row, asked, addresses) for row in rows]
        return [facts[0] | self._whole(things[0], asked)] if detail else facts

    @property
    def asked(self) -> Asked:
        """The day and the moment asked about; a list's other parameters are its filters'."""
        return understood(AskedForm, self.request.query_params, now=self.now).asked

    def _whole(self, product: Product, asked: Asked) -> dict:
        insider = product_presenter.is_insider(self.request.user, product)
        page = product_presenter.page(
            product, on=asked.on, known_at=asked.known_at, insider=insider
        )
        claims = [
            {"capability": claim.capability.ref, "claimed": as_pair(claim.claimed)}
            for claim in pages.claims_of(product)
        ]
        return {
            "verdict_period": [page.verdict.since, page.verdict.until],
            "claims": claims,
            "standards": [_pair(row) for row in page.rows],
        }

    @documented(ProductFacts, many=True, summary="Products")
    def list(self, request):
        """Products that match every filter, with their verdict on the day."""
        return super().list(request)

    @documented(ProductDetailFacts, parameters=[AS_OF, KNOWN_AT], summary="One product")
    def retrieve(self, request, **kwargs: str):
        """A product by its reference, with how each of its standards stands on the day."""
        return super().retrieve(request, **kwargs)

    @documented(TimelineFacts, many=True, parameters=[KNOWN_AT], summary="A product's timeline")
    @action(detail=True, pagination_class=None, filter_backends=[])
    def timeline(self, request, **kwargs: str):
        """Every spell of every standard that was, is or will be required of it or met."""
        refuse(sorted(set(request.query_params) - {"known_at"}))
        asked = self.asked
        pairs = selectors.timelines(product_ids=[self.found().pk], known_at=asked.known_at)
        return Response([_timeline(pair) for pair in pairs])


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
    }


def _pair(row: product_presenter.StandardRow) -> dict:
    lines = row.why.lines if row.why else ()
    return {
        "standard": row.standard.code,
        "status": row.status.value,
        "period": [row.since, row.until],
        "why": [
            {
                "criterion": line.code,
                "reasons": [reason.words for reason in line.reasons] or [line.words],
            }
            for line in lines
        ],
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
