"""What an assessor wants to see of the queue, and in which order."""

import django_filters
from django.db.models import Count, Q, QuerySet

from registry.evidence.enums import MessageKind
from registry.evidence.models import Submission
from registry.standards.enums import Form

SHOW = {
    "free": "Free",
    "mine": "Mine",
    "second": "Awaiting a second assessor",
    "open": "With a question open",
    "answered": "With an answer",
}
_SORTS = [
    ("lapse", "First to lapse first"),
    ("value", "Largest value first"),
    ("oldest", "Oldest first"),
]


def _shown(user) -> dict[str, Q]:
    return {
        "free": Q(held=False),
        "mine": Q(assessor=user),
        "second": Q(first_accepted=True),
        "open": Q(last_message=MessageKind.QUESTION),
        "answered": Q(last_message=MessageKind.ANSWER),
    }


class QueueFilter(django_filters.FilterSet):
    """Filters of rows of `evidence.assessment_queue`. The order is applied by the selectors."""

    q = django_filters.CharFilter(label="Product, supplier or standard", method="filter_words")
    show = django_filters.ChoiceFilter(
        label="Show", empty_label="Everything", choices=list(SHOW.items()), method="filter_show"
    )
    form = django_filters.ChoiceFilter(
        label="Form of evidence", empty_label="Any form", choices=sorted(Form.choices)
    )
    order = django_filters.ChoiceFilter(
        label="Order", empty_label="Most harm first", choices=_SORTS, method="filter_order"
    )

    class Meta:
        model = Submission
        fields = ["q", "show", "form", "order"]

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(_shown(self.request.user)[value])

    def filter_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        speaking = Submission.objects.filter(criteria__version__standard__code__icontains=value)
        return rows.filter(
            Q(product__name__icontains=value)
            | Q(product__supplier__name__icontains=value)
            | Q(pk__in=speaking.values("pk"))
        )

    def filter_order(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows  # what it orders by is known above SQL

    @property
    def sort(self) -> str:
        """One of `rules.SORTS`."""
        chosen = self.form.cleaned_data.get("order") if self.form.is_valid() else ""
        return chosen or "harm"

    def counts(self) -> dict[str, int]:
        """How many each choice of "show" has, all at once under "", the other filters applied."""
        rows = self.queryset
        if self.form.is_valid():
            given = self.form.cleaned_data
            for name in ("q", "form"):
                rows = self.filters[name].filter(rows, given.get(name))
        wanted = _shown(self.request.user)
        return rows.order_by().aggregate(
            everything=Count("pk"),
            **{name: Count("pk", filter=condition) for name, condition in wanted.items()},
        )
