"""Filters of the lists of submissions."""

import django_filters
from django.db.models import Q, QuerySet

from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission


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
