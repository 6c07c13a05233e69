"""What lists of suppliers can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet

from registry.catalogue.models import Supplier
from registry.common.asking import AskedFilterForm, AskedFilterSet


class SupplierFilter(AskedFilterSet):
    """Filters of suppliers."""

    q = django_filters.CharFilter(
        label="Search suppliers", help_text="Words in the name", method="by_name", max_length=200
    )

    class Meta:
        model = Supplier
        form = AskedFilterForm
        fields: list[str] = []

    def by_name(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """By a part of the name, or one like it."""
        return queryset.filter(Q(name__icontains=text) | Q(name__trigram_word_similar=text))
