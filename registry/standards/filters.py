"""What lists of standards can be narrowed by: one FilterSet for the page and the API."""

from datetime import datetime

import django_filters
from django.db.models import Count, QuerySet

from registry.common.asking import AskedFilterForm, AskedFilterSet
from registry.common.filters import ChoicesFilter
from registry.standards import selectors
from registry.standards.enums import StandardClass, Standing
from registry.standards.models import Standard


class StandardFilter(AskedFilterSet):
    """Filters of standards, by what they are and how they stand on the day."""

    q = django_filters.CharFilter(
        label="Search standards",
        help_text="A code, or words in the name, the owner or the summary",
        method="by_words",
        max_length=200,
    )
    standing = ChoicesFilter(
        label="Standing",
        help_text="Whether it binds on the day; repeat for several",
        field_name="standing",
        choices=Standing.choices,
    )

    class Meta:
        model = Standard
        form = AskedFilterForm
        fields: list[str] = []

    def __init__(self, *args, now: datetime | None = None, **kwargs):
        super().__init__(*args, now=now, **kwargs)
        if now is not None:
            self.queryset = selectors.with_standing(self.queryset, on=self.on)

    def counts(self, name: str) -> dict[str, int]:
        """How many standards each choice of `name` would leave, the other filters respected."""
        column = self.filters[name].field_name
        left = self.narrowed(self.queryset, without=(name,)).order_by()
        return dict(left.values_list(column).annotate(Count("pk")))

    def by_words(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """By code (any board's), name, owner and summary."""
        return selectors.matching(queryset, text)


# The register format says `class`, which Python does not let a class body say.
StandardFilter.base_filters["class"] = ChoicesFilter(
    field_name="standard_class",
    label="Class",
    help_text="What it is about; repeat for several",
    choices=StandardClass.choices,
)
