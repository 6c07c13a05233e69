"""The one FilterSet of products, for the search page and for the API."""

from collections.abc import Collection
from datetime import date, datetime

import django_filters
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from registry.catalogue.enums import Hosting, ProductState
from registry.catalogue.models import Claim, Product
from registry.catalogue.selectors import suppliers_visible_to
from registry.common import forms as registry_forms
from registry.common.filters import (
    ChoicesFilter,
    FilterForm,
    FilterSet,
    FlagFilter,
    KeysFilter,
    asker,
)
from registry.common.moments import MomentFilter, refuse_future
from registry.common.periods import civil_date
from registry.common.terms import check_term
from registry.compliance import selectors
from registry.compliance.enums import Status, Verdict
from registry.compliance.filters.fields import CodesFilter
from registry.compliance.filters.words import MatchesWords, Relevance
from registry.compliance.models import Spell, VerdictSpell
from registry.compliance.rules import Term
from registry.standards.models import Capability, Standard


class Sort(models.TextChoices):
    """Orders of a list of products."""

    RELEVANCE = "relevance", "Relevance"
    NAME = "name", "Name"
    LONGEST = "longest", "Compliant longest"
    SOONEST = "soonest", "Stops being compliant soonest"


class ProductFilterForm(FilterForm):
    """Checks what no single filter can see."""

    def clean(self) -> dict:
        check_term(self)
        refuse_future(self, now=self.now)
        return super().clean()


class ProductFilter(FilterSet):
    """Filters of products, each answered for the day `as_of` as known at `known_at`.

    Several standards, or several capabilities, narrow: the product has them all. Several
    verdicts, hostings or suppliers widen: the product has one of them.
    """

    q = django_filters.CharFilter(
        label="Search products",
        help_text="Words in the name, the description or the supplier's name",
        method="by_words",
        max_length=200,
    )
    standard = CodesFilter(
        label="Standard",
        help_text="Code of a standard that is met on the day; repeat for several",
        queryset=Standard.objects.all(),
        to_field_name="code",
        method="by_standards",
    )
    capability = KeysFilter(
        label="Capability",
        help_text="Reference of a capability claimed on the day; repeat for several",
        queryset=Capability.objects.all(),
        to_field_name="ref",
        method="by_capabilities",
    )
    verdict = ChoicesFilter(label="Verdict", choices=Verdict.choices, method="by_verdict")
    state = ChoicesFilter(
        label="State",
        help_text="Where it stands in the catalogue; listed if left out; repeat for several",
        choices=ProductState.choices,
        method="by_state",
    )
    hosting = ChoicesFilter(label="Hosting", choices=Hosting.choices, method="by_hosting")
    supplier = KeysFilter(
        label="Supplier",
        help_text="Reference of a supplier; repeat for several",
        # A supplier without a public product is no supplier to whoever asks.
        queryset=lambda request: suppliers_visible_to(asker(request)),
        to_field_name="ref",
        method="by_suppliers",
    )
    compliant_from = registry_forms.DateFilter(
        label="Term starts on",
        called="The start of the term",
        help_text="First day of a term on every day of which the product is compliant",
        method="by_term",
    )
    compliant_until = registry_forms.DateFilter(
        label="Term ends before",
        called="The end of the term",
        help_text="The day after the term's last day; without it the term has no end",
        method="as_it_is",
    )
    until_when = FlagFilter(
        label="Ask until when instead",
        help_text="Do not narrow by the term: list everything, by how long from its first day on "
        "it stays compliant",
        method="as_it_is",
    )
    allow_exempt = FlagFilter(
        label="Let exempt days pass",
        help_text="Days on which the product is excused do not break the term",
        method="as_it_is",
    )
    stops_before = registry_forms.DateFilter(
        label="Stops being compliant before",
        called="The day before which it stops being compliant",
        help_text="Compliant on the day asked about, and on some day before this one not any more; "
        "or excused on it, and non-compliant before this one",
        method="by_stop",
    )
    as_of = registry_forms.DateFilter(
        label="Day",
        called="The day",
        help_text="The day that is asked about; today if left out",
        method="as_it_is",
    )
    known_at = MomentFilter(
        label="As the register knew it at",
        called="The moment",
        help_text="Answer with what the register held true at this moment",
        method="as_it_is",
    )
    sort = django_filters.ChoiceFilter(
        label="Sort by", choices=Sort.choices, method="as_it_is", empty_label=None
    )

    class Meta:
        model = Product
        form = ProductFilterForm
        fields: list[str] = []

    # What was understood: pages ask some hundred times.
    _asked: dict | None = None

    @property
    def on(self) -> date:
        """The day that is asked about."""
        return self.asked.get("as_of") or civil_date(self.now)

    @property
    def moment(self) -> datetime | None:
        """The moment whose knowledge is asked for; `None` is now."""
        return self.asked.get("known_at")

    @property
    def term(self) -> Term | None:
        """The term asked about, `None` for none."""
        return Term.asked(self.asked)

    @property
    def order(self) -> Sort:
        """The order asked for: by relevance to words, by name without any."""
        usual = Sort.LONGEST if self.asked.get("until_when") else Sort.RELEVANCE
        chosen = self.asked.get("sort") or usual
        return Sort.NAME if chosen == Sort.RELEVANCE and not self.asked.get("q") else Sort(chosen)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.ordered(self.narrowed(queryset))

    @property
    def asked(self) -> dict:
        """What was asked and understood; listed products unless asked for others."""
        if self._asked is None:
            asked = super().asked
            self._asked = asked and {**asked, "state": asked["state"] or [ProductState.LISTED]}
        return self._asked

    def narrowed(self, queryset: QuerySet, *, without: Collection[str] = ()) -> QuerySet:
        """Everything that was asked for, but for the filters `without`; in no order."""
        return super().narrowed(queryset, without=without).order_by()

    def ordered(self, queryset: QuerySet) -> QuerySet:
        """In the order asked for, names deciding between equals."""
        if self.order == Sort.RELEVANCE:
            return queryset.order_by(Relevance(self.asked["q"]).desc(), "name", "pk")
        if self.order == Sort.LONGEST:
            return self._longest_first(queryset)
        if self.order == Sort.SOONEST:
            return selectors.soonest_first(queryset, on=self.on, known_at=self.moment)
        return queryset.order_by("name", "pk")

    def _longest_first(self, queryset: QuerySet) -> QuerySet:
        """Those that never turn non-compliant, then the latest to turn; others behind.

        With a term: those that stay compliant longest from its first day on.
        """
        if term := self.term:
            held = {"allow_exempt": term.allow_exempt, "known_at": self.moment}
            queryset = selectors.compliant_until(queryset, start=term.start, **held)
            return queryset.order_by(F("compliant_until").desc(nulls_first=True), "name", "pk")
        places = (Verdict.COMPLIANT, Verdict.EXEMPT, Verdict.NOTHING_REQUIRED)
        whens = [When(verdict=verdict, then=Value(place)) for place, verdict in enumerate(places)]
        ends = selectors.first_lapse(on=self.on, known_at=self.moment)
        return (
            selectors.with_verdict(queryset, on=self.on, known_at=self.moment)
            .alias(place=Case(*whens, default=Value(len(places))), ends=ends)
            .order_by("place", F("ends").desc(nulls_first=True), "name", "pk")
        )

    def as_it_is(self, queryset: QuerySet, name: str, value) -> QuerySet:
        """A parameter that another filter reads."""
        return queryset

    def by_words(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """Products whose text, or supplier's name, is like `text`."""
        return queryset.filter(MatchesWords(text))

    def by_standards(self, queryset: QuerySet, name: str, standards) -> QuerySet:
        """Products that meet every one of `standards` on the day."""
        spells = Spell.objects.known_at(self.moment).on(self.on).filter(status=Status.MET)
        for standard in standards:
            met = spells.filter(product=OuterRef("pk"), standard=standard)
            queryset = queryset.filter(Exists(met))
        return queryset

    def by_capabilities(self, queryset: QuerySet, name: str, capabilities) -> QuerySet:
        """Products that claim every one of `capabilities` on the day."""
        claims = Claim.objects.filter(product=OuterRef("pk"), claimed__contains=self.on)
        for capability in capabilities:
            queryset = queryset.filter(Exists(claims.filter(capability=capability)))
        return queryset

    def by_verdict(self, queryset: QuerySet, name: str, verdicts: list[str]) -> QuerySet:
        """Products with one of `verdicts` on the day."""
        spells = VerdictSpell.objects.known_at(self.moment).on(self.on)
        spells = spells.filter(product=OuterRef("pk"))
        wanted = Q(Exists(spells.filter(verdict__in=verdicts)))
        if Verdict.NOTHING_REQUIRED in verdicts:
            # Nothing was ever required of a product without a verdict.
            wanted |= ~Exists(spells)
        return queryset.filter(wanted)

    def by_state(self, queryset: QuerySet, name: str, states: list[str]) -> QuerySet:
        """Products in one of these states of the catalogue."""
        return queryset.filter(state__in=states)

    def by_hosting(self, queryset: QuerySet, name: str, hostings: list[str]) -> QuerySet:
        """Products hosted in one of these ways."""
        return queryset.filter(hosting__in=hostings)

    def by_suppliers(self, queryset: QuerySet, name: str, suppliers) -> QuerySet:
        """Products of one of `suppliers`."""
        return queryset.filter(supplier__in=suppliers)

    def by_term(self, queryset: QuerySet, name: str, start: date) -> QuerySet:
        """Products compliant on every day of the term; everything when asked until when."""
        if self.asked.get("until_when"):
            return queryset
        return selectors.compliant_throughout(
            queryset,
            start=start,
            until=self.asked.get("compliant_until"),
            allow_exempt=bool(self.asked.get("allow_exempt")),
            known_at=self.moment,
        )

    def by_stop(self, queryset: QuerySet, name: str, day: date) -> QuerySet:
        """Products that are compliant or excused on the day asked about, but not up to `day`."""
        return selectors.stopping_before(queryset, day=day, on=self.on, known_at=self.moment)
