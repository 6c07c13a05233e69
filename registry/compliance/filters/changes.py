"""The one FilterSet of what the register learned, for the history page and for the API."""

from datetime import datetime

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django_filters import NumberFilter

from registry.catalogue.selectors import products_visible_to
from registry.common.asking import AskedFilterForm, AskedFilterSet
from registry.common.filters import KeysFilter, asker
from registry.common.moments import MomentFilter
from registry.compliance.filters.fields import CodesFilter
from registry.compliance.models import Change, Revision
from registry.standards.models import Standard

# PostgreSQL numbers rows up to here.
LARGEST = 2**63 - 1


class WholeNumberFilter(NumberFilter):
    """A number without a fraction."""

    field_class = forms.IntegerField


class ChangeFilter(AskedFilterSet):
    """Filters of revisions."""

    standard = CodesFilter(
        label="Standard",
        help_text="Only changes of this standard; repeat for several",
        queryset=Standard.objects.all(),
        to_field_name="code",
        method="by_standards",
    )
    known_at = MomentFilter(
        label="As the register knew it at",
        called="The moment",
        help_text="Only what was learned by this moment",
        method="by_moment",
    )

    class Meta:
        model = Revision
        form = AskedFilterForm
        fields: list[str] = []

    @property
    def codes(self) -> frozenset[str]:
        """The standards asked for; empty for all."""
        return frozenset(each.code for each in self.asked.get("standard") or ())

    def by_standards(self, queryset: QuerySet, name: str, standards) -> QuerySet:
        """Revisions that changed the status of one of `standards`."""
        changes = Change.objects.filter(revision=OuterRef("pk"), standard__in=standards)
        return queryset.filter(Exists(changes))

    def by_moment(self, queryset: QuerySet, name: str, moment: datetime) -> QuerySet:
        """What was learned by `moment`."""
        return queryset.known_at(moment)


class FeedFilter(ChangeFilter):
    """Filters of everybody's revisions, to be read from where one left off."""

    product = KeysFilter(
        label="Product",
        help_text="References of products; repeat for several",
        field_name="product__ref",
        to_field_name="ref",
        # A product that is not theirs to see is no product to whoever asks.
        queryset=lambda request: products_visible_to(asker(request)),
        method="by_products",
    )
    since = MomentFilter(
        label="Since",
        called="The moment since which",
        help_text="Only what was learned at this moment or later",
        field_name="recorded_at",
        lookup_expr="gte",
    )
    after = WholeNumberFilter(
        label="After number",
        help_text="Only what follows this number: the `last` of an earlier answer",
        field_name="pk",
        lookup_expr="gt",
        min_value=0,
        max_value=LARGEST,
    )

    def by_products(self, queryset: QuerySet, name: str, products) -> QuerySet:
        """Revisions of one of `products`."""
        return queryset.filter(product__in=products)
