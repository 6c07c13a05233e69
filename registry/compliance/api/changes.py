"""What the register learned, in the API: of one product, or of all, to be read on."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers

from registry.common.api.after import After
from registry.common.api.readonly import PeriodFact, ReadOnlyViewSet, documented
from registry.common.causes import CauseKind
from registry.common.periods import as_pair
from registry.compliance import selectors
from registry.compliance.enums import Status, Verdict
from registry.compliance.filters.changes import FeedFilter
from registry.compliance.models import Revision


class CauseFacts(serializers.Serializer):
    """Why something was learned. `about` is a reference or a few words."""

    kind = serializers.ChoiceField([(kind.value, kind.short) for kind in CauseKind])
    about = serializers.CharField(allow_blank=True)
    words = serializers.CharField()


class StatusChangeFacts(serializers.Serializer):
    """A standard turns from one status to another on the days of the period."""

    standard = serializers.CharField()
    from_status = serializers.ChoiceField(Status.choices)
    to_status = serializers.ChoiceField(Status.choices)
    period = PeriodFact()


class VerdictChangeFacts(serializers.Serializer):
    """The product turns from one verdict to another on the days of the period."""

    from_verdict = serializers.ChoiceField(Verdict.choices)
    to_verdict = serializers.ChoiceField(Verdict.choices)
    period = PeriodFact()


class ChangeFacts(serializers.Serializer):
    """What the register learned of a product at a moment, why, and what turns."""

    url = serializers.URLField()
    page = serializers.URLField()
    number = serializers.IntegerField(help_text="In the order in which changes became visible")
    product = serializers.CharField()
    known_from = serializers.DateTimeField(help_text="The register knows it from this moment on")
    causes = CauseFacts(many=True)
    verdicts = VerdictChangeFacts(many=True)
    standards = StatusChangeFacts(many=True)


class ProductChangeFacts(ChangeFacts):
    """What the register learned of the product of the address, in pages."""


class ChangeViewSet(ReadOnlyViewSet):
    """Changes of every product that whoever asks may see, by number."""

    serializer_class = ChangeFacts
    filterset_class = FeedFilter
    pagination_class = After
    lookup_field = "pk"
    lookup_url_kwarg = "number"
    lookup_value_regex = "[0-9]{1,18}"
    queryset = selectors.revisions()

    def get_queryset(self) -> QuerySet[Revision]:
        return selectors.changes_since(self.request.user, after=0)

    def facts(self, things: list[Revision], *, detail: bool) -> list[dict]:
        return facts(things, origin=self.request.build_absolute_uri("/").rstrip("/"))

    @documented(ChangeFacts, many=True, summary="Changes")
    def list(self, request):
        """What the register learned, in the order in which it did. Ask again `after` the `last`
        number of an answer: nothing is missed, and nothing comes twice.
        """
        return super().list(request)

    @documented(ChangeFacts, summary="One change")
    def retrieve(self, request, **kwargs: str):
        """What was learned of one product at one moment; it never changes."""
        return super().retrieve(request, **kwargs)


def facts(revisions: Iterable[Revision], *, origin: str) -> list[dict]:
    """What the API says of `revisions`; `origin` begins every address."""
    api, pages = origin + reverse("api-change-list"), origin + reverse("product_search")
    return [
        {
            "url": f"{api}{revision.pk}/",
            "page": f"{pages}{revision.product.ref}/changes/",
            "number": revision.pk,
            "product": revision.product.ref,
            "known_from": revision.recorded_at,
            "causes": [{**cause.as_dict(), "words": cause.words} for cause in revision.why],
            "verdicts": [
                {
                    "from_verdict": each.from_verdict,
                    "to_verdict": each.to_verdict,
                    "period": as_pair(each.period),
                }
                for each in revision.verdict_changes.all()
            ],
            "standards": [
                {
                    "standard": each.standard.code,
                    "from_status": each.from_status,
                    "to_status": each.to_status,
                    "period": as_pair(each.period),
                }
                for each in revision.changes.all()
            ],
        }
        for revision in revisions
    ]
