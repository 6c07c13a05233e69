"""One product and one standard in the API: why, and what would make it met."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from registry.catalogue.models import Product
from registry.catalogue.selectors import products_visible_to
from registry.common.api.readonly import (
    AS_OF,
    KNOWN_AT,
    PeriodFact,
    ReadOnlyViewSet,
    documented,
    refuse_others,
)
from registry.compliance.enums import Status
from registry.compliance.presenters import pair as presenter
from registry.compliance.presenters.criteria import CriterionLine, Told
from registry.compliance.presenters.remedies import RemedyShown
from registry.standards import selectors as standards
from registry.standards.enums import Level


class ToldFacts(serializers.Serializer):
    """What proves a criterion, or why it is not proved."""

    words = serializers.CharField()
    kind = serializers.CharField(allow_blank=True, help_text="The kind of reason; empty for proof")
    since = serializers.DateField(allow_null=True)
    page = serializers.CharField(allow_null=True, help_text="Path of the page behind it")
    behind = serializers.ListField(
        child=serializers.CharField(), help_text="The finding or the decision behind it"
    )


class CriterionStateFacts(serializers.Serializer):
    """A criterion of the closest version on the day."""

    criterion = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    proved = serializers.BooleanField()
    told = ToldFacts(many=True)
    more = serializers.IntegerField(help_text="How many more proofs or reasons there are")


class OtherVersionFacts(serializers.Serializer):
    """Another version, and how far it is from being met."""

    version = serializers.CharField()
    words = serializers.CharField()


class RemedyStepFacts(serializers.Serializer):
    """One thing to do."""

    words = serializers.CharField()
    by_the_supplier = serializers.BooleanField()
    page = serializers.CharField(allow_null=True, help_text="Path of the page where to do it")


class RemedyFacts(serializers.Serializer):
    """The cheapest steps that would make it met, and the first day on which it would be."""

    from_day = serializers.DateField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    obstacle = serializers.CharField(allow_blank=True)
    steps = RemedyStepFacts(many=True)


class PairExplanationFacts(serializers.Serializer):
    """A product and a standard on a day: the status, why, and what would make it met."""

    product = serializers.CharField()
    standard = serializers.CharField()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(Status.choices)
    period = PeriodFact(help_text="How long the status holds")
    summary = serializers.CharField()
    facts_changed_since = serializers.BooleanField()
    required = serializers.ListField(child=serializers.CharField())
    version = serializers.CharField(allow_null=True, help_text="Met, or the closest")
    criteria = CriterionStateFacts(many=True)
    other_versions = OtherVersionFacts(many=True)
    remedy = RemedyFacts(allow_null=True, help_text="null where it is met")


class PairViewSet(ReadOnlyViewSet):
    """A product and a standard, by their keys."""

    serializer_class = PairExplanationFacts
    lookup_field = "ref"
    filter_backends = []
    pagination_class = None

    def get_queryset(self) -> QuerySet[Product]:
        return products_visible_to(self.request.user)

    @documented(PairExplanationFacts, parameters=[AS_OF, KNOWN_AT], summary="Why, and what to do")
    def retrieve(self, request, ref: str, code: str):
        """How a product stands to a standard on a day, why, and what would make it met."""
        refuse_others(request.query_params, ("as_of", "known_at"))
        product = self.find(ref) if "\x00" not in ref else None
        standard = standards.find(code)
        if product is None or standard is None:
            raise NotFound(f"There is no product “{ref}”, or no standard “{code}”.")
        asked = self.asked
        page = presenter.page(
            product,
            standard,
            request.user,
            on=asked.on,
            known_at=asked.known_at,
            today=asked.seen,
        )
        return Response({"as_of": asked.on, "known_at": asked.known_at, **_page(page)})


def _page(page: presenter.PairPage) -> dict:
    explanation = page.explanation
    return {
        "product": page.product.ref,
        "standard": page.standard.code,
        "status": page.status.value,
        "period": [page.since, page.until],
        "summary": explanation.summary,
        "facts_changed_since": explanation.facts_changed_since,
        "required": list(explanation.requirements),
        "version": explanation.version.name if explanation.version else None,
        "criteria": [_criterion(line) for line in page.criteria],
        "other_versions": [{"version": each.name, "words": each.words} for each in page.others],
        "remedy": _remedy(page.remedy) if page.remedy else None,
    }


def _criterion(line: CriterionLine) -> dict:
    return {
        "criterion": line.criterion.code,
        "level": line.criterion.level,
        "proved": line.proved,
        "told": [_told(each) for each in line.told],
        "more": line.more,
    }


def _told(each: Told) -> dict:
    return {
        "words": each.words,
        "kind": each.kind,
        "since": each.since,
        "page": each.action.href if each.action else None,
        "behind": list(each.behind),
    }


def _remedy(shown: RemedyShown) -> dict:
    found = shown.remedy
    return {
        "from_day": found.from_day,
        "version": found.version.name if found.version else None,
        "obstacle": found.obstacle,
        "steps": [
            {
                "words": step.words,
                "by_the_supplier": step.by_the_supplier,
                "page": step.action.href if step.action else None,
            }
            for step in shown.steps
        ],
    }
