"""What lists of standards can be narrowed by: one FilterSet for the page and the API."""

from datetime import date

import django_filters
from django.db.models import QuerySet

from registry.standards import selectors
from registry.standards.enums import StandardClass, Standing
from registry.standards.models import Standard


class StandardFilter(django_filters.FilterSet):
    """Filters of standards; `on` is the day whose standing is meant."""

    q = django_filters.CharFilter(label="Search standards", method="search", max_length=200)
    standing = django_filters.MultipleChoiceFilter(label="Standing", choices=Standing.choices)

    class Meta:
        model = Standard
        fields: list[str] = []

    def __init__(self, *args, on: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        # The schema is generated without a day; every list gives one.
        if on is not None:
            self.queryset = selectors.with_standing(self.queryset, on=on)

    def search(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """By code (any board's), name, owner and summary."""
        return selectors.matching(queryset, text)


# The register format says `class`, which Python does not let a class body say.
StandardFilter.base_filters["class"] = django_filters.MultipleChoiceFilter(
    field_name="standard_class", label="What it is about", choices=StandardClass.choices
)
