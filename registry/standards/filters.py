"""What lists of standards can be narrowed by: one FilterSet for the page and the API."""

from datetime import date

import django_filters
from django import forms
from django.db.models import Count, QuerySet

from registry.common.filters import ChoicesFilter, refuse_unknown
from registry.standards import selectors
from registry.standards.enums import StandardClass, Standing
from registry.standards.models import Standard


class StandardFilterForm(forms.Form):
    """Refuses filters that there are not."""

    filterset: django_filters.FilterSet

    def clean(self) -> dict:
        refuse_unknown(self, self.filterset)
        return self.cleaned_data


class StandardFilter(django_filters.FilterSet):
    """Filters of standards; `on` is the day whose standing is meant."""

    q = django_filters.CharFilter(
        label="Search standards",
        help_text="A code, or words in the name, the owner or the summary",
        method="by_words",
        max_length=200,
    )
    standing = ChoicesFilter(
        label="Standing",
        help_text="Whether it binds today; repeat for several",
        field_name="standing",
        choices=Standing.choices,
    )

    class Meta:
        model = Standard
        form = StandardFilterForm
        fields: list[str] = []

    def __init__(self, *args, on: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        # The schema is generated without a day; every list gives one.
        if on is not None:
            self.queryset = selectors.with_standing(self.queryset, on=on)

    @property
    def form(self) -> StandardFilterForm:
        form = super().form
        form.filterset = self
        return form

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.narrowed(queryset)

    def narrowed(self, queryset: QuerySet, *, without: str = "") -> QuerySet:
        """Everything that was asked for, but for the filter `without`."""
        for name, value in self.form.cleaned_data.items():
            if name != without and value:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def counts(self, name: str) -> dict[str, int]:
        """How many standards each choice of `name` would leave, the other filters respected."""
        column = self.filters[name].field_name
        left = self.narrowed(self.queryset, without=name).order_by()
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
