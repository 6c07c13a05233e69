"""What lists of organisations can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet

from procurement.buyers.models import Organisation
from registry.common.asking import AskedFilterForm, AskedFilterSet
from registry.common.forms import DateFilter


class OrganisationFilter(AskedFilterSet):
    """Filters of organisations."""

    q = django_filters.CharFilter(
        label="Search organisations",
        help_text="An ODS code, or a part of the name",
        method="by_words",
        max_length=200,
    )
    type = django_filters.CharFilter(
        label="Type", help_text="As ODS names it: ICB, CCG …", max_length=40
    )
    open_on = DateFilter(
        label="Open on",
        called="The day",
        help_text="Organisations open on this day",
        method="by_day",
    )

    class Meta:
        model = Organisation
        form = AskedFilterForm
        fields: list[str] = []

    def by_words(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """By the whole code or a part of the name."""
        return queryset.filter(Q(ods__iexact=text) | Q(name__icontains=text))

    def by_day(self, queryset: QuerySet, name: str, day) -> QuerySet:
        """Open on the day."""
        return queryset.filter(open__contains=day)
