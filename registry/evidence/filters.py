"""Filters of the lists of submissions."""

import django_filters
from django.db.models import Q, QuerySet

from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.standards.enums import Form

_QUEUE_ORDERS = {
    "urgent": ("proved_until", "submitted_at", "pk"),
    "oldest": ("submitted_at", "pk"),
}


class QueueFilter(django_filters.FilterSet):
    """What an assessor wants to see of the queue, and in which order."""

    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="Everything",
        choices=[
            ("free", "Not taken up"),
            ("mine", "Taken up by me"),
            ("second", "Awaiting a second assessor"),
        ],
        method="filter_show",
    )
    form = django_filters.ChoiceFilter(
        label="Form of evidence", empty_label="Any form", choices=sorted(Form.choices)
    )
    q = django_filters.CharFilter(label="Product, supplier or standard", method="filter_words")
    order = django_filters.ChoiceFilter(
        label="Order",
        empty_label="Most urgent first",
        choices=[("oldest", "Oldest first")],
        method="filter_order",
    )

    class Meta:
        model = Submission
        fields = ["show", "form", "q", "order"]

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "mine":
            return rows.filter(assessor=self.request.user)
        rows = rows.filter(assessor=None)
        return rows.filter(first_accepted=True) if value == "second" else rows

    def filter_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(product__name__icontains=value)
            | Q(product__supplier__name__icontains=value)
            | Q(
                pk__in=Submission.objects.filter(
                    criteria__version__standard__code__icontains=value
                ).values("pk")
            )
        )

    def filter_order(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows  # applied in `qs`, after the default

    @property
    def qs(self) -> QuerySet:
        chosen = self.form.cleaned_data.get("order") if self.form.is_valid() else ""
        return super().qs.order_by(*_QUEUE_ORDERS[chosen or "urgent"])


class SubmissionFilter(django_filters.FilterSet):
    """A supplier's own submissions by state and product."""

    state = django_filters.ChoiceFilter(
        label="State", empty_label="Any state", choices=SubmissionState.choices
    )
    q = django_filters.CharFilter(label="Product or reference", method="filter_words")

    class Meta:
        model = Submission
        fields = ["state", "q"]

    def filter_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(product__name__icontains=value)
            | Q(ref__icontains=value)
            | Q(reference__icontains=value)
        )
