"""What the worklist can be narrowed by: one FilterSet for the page and the API."""

import django_filters

from procurement.buyers import selectors as buyers
from procurement.phaseout.enums import OPEN_STATES, CaseState
from procurement.phaseout.models import Case
from registry.standards.models import Standard

OPEN_CHOICES = [(state, CaseState(state).label) for state in OPEN_STATES]


def _regions() -> list[tuple[str, str]]:
    return [(name, name) for name in buyers.regions()]


class CaseFilter(django_filters.FilterSet):
    """Filters of open cases. Several values of one filter widen."""

    state = django_filters.MultipleChoiceFilter(label="State", choices=OPEN_CHOICES)
    standard = django_filters.ModelMultipleChoiceFilter(
        field_name="standard__code",
        label="Standard",
        queryset=Standard.objects.all(),
        to_field_name="code",
    )

    class Meta:
        model = Case
        fields: list[str] = []


class WorklistFilter(CaseFilter):
    """Filters of contracts on open cases: rows of `selectors.affected`."""

    region = django_filters.MultipleChoiceFilter(label="Region of the buyer", choices=_regions)
