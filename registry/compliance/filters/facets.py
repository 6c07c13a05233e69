"""How many products each choice of a facet would leave, the other filters respected."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from registry.catalogue.enums import Hosting
from registry.catalogue.models import Claim
from registry.common.facets import Facet, FacetGroup
from registry.compliance import selectors
from registry.compliance.enums import Status, Verdict
from registry.compliance.filters.products import ProductFilter
from registry.compliance.models import Spell
from registry.standards.models import Standard

# One row of a count: value, label, how many products.
Row = tuple[str, str, int]


def groups(filters: ProductFilter, products: QuerySet) -> list[FacetGroup]:
    """The facet groups of the search page, one query each.

    `products` is what the user may see. Where choices widen (verdict, hosting, supplier) a
    count leaves the group's own choices aside; where they narrow (standard, capability) it
    respects them too: it is what one more tick would leave.
    """
    return [
        _group(filters, "verdict", "Verdict", _verdicts(filters, products), by_label=False),
        _group(filters, "standard", "Standard met", _standards(filters, products)),
        _group(filters, "capability", "Capability", _capabilities(filters, products)),
        _group(filters, "hosting", "Hosting", _hostings(filters, products), by_label=False),
        _group(filters, "supplier", "Supplier", _suppliers(filters, products)),
    ]


def _group(
    filters: ProductFilter, name: str, legend: str, rows: Iterable[Row], by_label: bool = True
) -> FacetGroup:
    chosen = {_key(each): _label(each) for each in filters.asked.get(name) or []}
    options = [
        Facet(value=value, label=label, count=count, selected=value in chosen)
        for value, label, count in rows
    ]
    # A choice that leaves nothing stays visible, so that it can be taken back.
    missing = chosen.keys() - {option.value for option in options}
    options += [Facet(value=key, label=chosen[key], count=0, selected=True) for key in missing]
    if by_label:
        options.sort(key=lambda option: option.label.lower())
    return FacetGroup(name=name, legend=legend, options=options, open=name in OPEN)


# The groups that stand open before anything was chosen.
OPEN = frozenset({"verdict", "standard"})


def _key(chosen) -> str:
    return chosen if isinstance(chosen, str) else getattr(chosen, "code", None) or chosen.ref


def _label(chosen) -> str:
    if isinstance(chosen, Standard):
        return f"{chosen.code} {chosen.name}"
    return _WORDS[chosen] if isinstance(chosen, str) else chosen.name


# No word of the two enums means two things.
_WORDS = dict([*Verdict.choices, *Hosting.choices])


def _standards(filters: ProductFilter, products: QuerySet) -> list[Row]:
    left = filters.narrowed(products)
    counts = (
        Spell.objects.known_at(filters.moment)
        .on(filters.on)
        .filter(status=Status.MET, product__in=left.values("pk"))
        .values_list("standard__code", "standard__name")
        .annotate(Count("product"))
        .order_by()
    )
    return [(code, f"{code} {name}", count) for code, name, count in counts]


def _capabilities(filters: ProductFilter, products: QuerySet) -> list[Row]:
    left = filters.narrowed(products)
    counts = (
        Claim.objects.filter(claimed__contains=filters.on, product__in=left.values("pk"))
        .values_list("capability__ref", "capability__name")
        .annotate(Count("product", distinct=True))
        .order_by()
    )
    return [(ref, name, count) for ref, name, count in counts]


def _verdicts(filters: ProductFilter, products: QuerySet) -> list[Row]:
    left = filters.narrowed(products, without="verdict")
    judged = selectors.with_verdict(left, on=filters.on, known_at=filters.moment)
    counts = dict(judged.values_list("verdict").annotate(Count("pk")).order_by())
    return [(word.value, word.label, counts[word]) for word in Verdict if word in counts]


def _hostings(filters: ProductFilter, products: QuerySet) -> list[Row]:
    left = filters.narrowed(products, without="hosting")
    counts = dict(left.values_list("hosting").annotate(Count("pk")).order_by())
    return [(word.value, word.label, counts[word]) for word in Hosting if word in counts]


def _suppliers(filters: ProductFilter, products: QuerySet) -> list[Row]:
    left = filters.narrowed(products, without="supplier")
    counts = left.values_list("supplier__ref", "supplier__name").annotate(Count("pk")).order_by()
    return [(ref, name, count) for ref, name, count in counts]
