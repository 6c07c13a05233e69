"""The rows of the product search."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.http import QueryDict

from registry.catalogue.enums import Hosting
from registry.catalogue.models import Product
from registry.common.facets import FacetGroup
from registry.common.formatting import format_date, format_period
from registry.common.links import query
from registry.compliance import selectors
from registry.compliance.enums import Verdict
from registry.compliance.filters import ProductFilter
from registry.compliance.rules import Forecast, Stay, Term
from registry.compliance.selectors import Outlook, pages
from registry.standards.enums import CapabilityGroup
from registry.standards.models import Capability


class ProductRow(NamedTuple):
    """A product as a list shows it, on a day."""

    product: Product | pages.Listed
    verdict: Verdict
    # The first day on which it is non-compliant, that day or later; `None` when none is known.
    not_met_from: date | None
    # Codes of the standards not met from that day.
    not_met: tuple[str, ...]
    # What it claims on the day: national capabilities and traits.
    capabilities: tuple[Capability, ...]
    # When it next stops and starts being compliant; of the first, the standards to blame by code.
    forecast: Forecast
    because: tuple[str, ...]
    # How long it stays compliant from the first day of the term asked about, if one is.
    stay: Stay | None = None

    @property
    def hosting(self) -> str:
        """In words; Django's own looks the word up among all of them, for every row."""
        return Hosting(self.product.hosting).label if self.product.hosting else ""

    @property
    def national_capabilities(self) -> list[Capability]:
        """Without the traits, which say what a product is rather than what it does."""
        return [each for each in self.capabilities if each.group == CapabilityGroup.NATIONAL]


def rows(
    products: Iterable[Product | pages.Listed],
    *,
    on: date,
    known_at: datetime | None,
    term: Term | None = None,
) -> list[ProductRow]:
    """A row for each of `products`, in their order, in a fixed number of queries."""
    products = list(products)
    ids = [product.pk for product in products]
    since = min(on, term.start) if term else on
    lines = selectors.verdict_lines(ids, since=since, known_at=known_at)
    outlooks = selectors.outlooks(product_ids=ids, on=on, known_at=known_at, lines=lines)
    claimed = pages.capabilities_by_product(ids, on=on)
    terms = dict.fromkeys(ids, term) if term else {}
    stays = selectors.stays(terms, known_at=known_at, lines=lines)
    return [
        _row(product, outlooks[product.pk], claimed.get(product.pk, ()), stays.get(product.pk))
        for product in products
    ]


def _row(
    product: Product | pages.Listed,
    outlook: Outlook,
    claimed: Iterable[Capability],
    stay: Stay | None,
) -> ProductRow:
    return ProductRow(
        product=product,
        verdict=outlook.verdict,
        not_met_from=outlook.not_met_from,
        not_met=outlook.not_met,
        capabilities=tuple(claimed),
        forecast=outlook.forecast,
        because=outlook.because,
        stay=stay,
    )


@dataclass(frozen=True)
class Choice:
    """A filter that is on, and the end of the address that asks without it."""

    legend: str
    label: str
    without: str


_TERM = ("compliant_from", "compliant_until", "allow_exempt", "until_when")


def choices(filters: ProductFilter, groups: list[FacetGroup], params: QueryDict) -> list[Choice]:
    """What is asked for, each with the way to take it back."""
    asked = filters.asked
    found = [
        Choice(group.legend, option.label, _less(params, group.name, option.value))
        for group in groups
        for option in group.chosen
    ]
    if start := asked["compliant_from"]:
        words = f"Term: {format_period((start, asked['compliant_until']))}"
        if asked["until_when"]:
            words = f"Until when, from {format_date(start)}"
        found.insert(0, Choice("term", words, _without(params, _TERM)))
    if day := asked["stops_before"]:
        words = f"Stops being compliant before {format_date(day)}"
        found.insert(0, Choice("forecast", words, _without(params, ("stops_before",))))
    if text := asked["q"]:
        found.insert(0, Choice("search words", f"“{text}”", _without(params, ("q",))))
    return found


def until_when(filters: ProductFilter, params: QueryDict) -> str:
    """The end of the address that asks until when instead of for the term; empty without one."""
    if filters.term is None or filters.asked["until_when"]:
        return ""
    return _without(params, ("compliant_until", "sort"), until_when="on")


def carried(params: QueryDict) -> str:
    """What a product's page is asked too: the term and the day, as the end of its address."""
    names = ("compliant_from", "compliant_until", "allow_exempt", "as_of", "known_at")
    return query(params, **{name: None for name in params if name not in names}).rstrip("?")


def _less(params: QueryDict, name: str, value: str) -> str:
    others = [each for each in params.getlist(name) if each != value]
    return _without(params, (name,), **({name: others} if others else {}))


def loosenings(filters: ProductFilter, params: QueryDict) -> list[Choice]:
    """What could be left out when nothing matches, the strictest first."""
    offers = [
        ("compliant_from", "the term", _TERM),
        ("stops_before", "the day it stops being compliant", ("stops_before",)),
        ("verdict", "the verdict", ("verdict",)),
        ("standard", "the standards", ("standard",)),
        ("capability", "the capabilities", ("capability",)),
        ("hosting", "the hosting", ("hosting",)),
        ("supplier", "the supplier", ("supplier",)),
        ("q", "the search words", ("q",)),
    ]
    return [
        Choice("", label, _without(params, names))
        for asked, label, names in offers
        if filters.asked.get(asked)
    ]


def _without(params: QueryDict, names: tuple[str, ...], **instead: list[str]) -> str:
    # A clean address has dates in one piece: no name but its own speaks of a filter.
    left = dict.fromkeys((*names, "page")) | instead
    return query(params, **left).rstrip("?")


def clean_address(filters: ProductFilter, params: QueryDict) -> QueryDict:
    """The shortest address that asks the same: no empty values, dates in one piece.

    Parameters stand in a fixed order, so that the same question has one address.
    """
    clean = QueryDict(mutable=True)
    for name in filters.base_filters:
        if isinstance(value := filters.asked.get(name), date) and name != "known_at":
            clean[name] = value.isoformat()
        elif values := sorted({each for each in params.getlist(name) if each.strip()}):
            clean.setlist(name, values)
    if page := params.get("page", "").strip():
        clean["page"] = page
    return clean
