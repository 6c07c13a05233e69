"""How many products each choice of a facet would leave, the other filters respected."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Model, QuerySet, TextChoices

from registry.catalogue.enums import Hosting
from registry.catalogue.models import Supplier
from registry.common.facets import Facet, FacetGroup
from registry.compliance.enums import Verdict
from registry.compliance.filters.products import ProductFilter
from registry.compliance.selectors.statement import sql
from registry.standards.models import Capability, Standard

# The groups that stand open before anything was chosen.
OPEN = frozenset({"verdict", "standard"})
# Longer groups show the choices that leave most; words find the others.
MOST_OPTIONS = 40


@dataclass(frozen=True)
class Tally:
    """How many products match, and how many each choice of each group would leave, by its key."""

    total: int
    counts: dict[str, dict]


def tally(filters: ProductFilter, products: QuerySet) -> Tally:
    """Count everything in one statement, `facets.sql`. `products` is what the user may see.

    Where choices widen (verdict, hosting, supplier) a count leaves the group's own choices
    aside; where they narrow (standard, capability) it respects them too: it is what one more
    tick would leave.
    """
    matching = filters.narrowed(products, without=WIDENING).values("id", "hosting", "supplier_id")
    query, given = matching.query.sql_with_params()
    statement = sql("facets.sql").format(
        matching=query, known_verdict=_known("v", filters), known_spell=_known("s", filters)
    )
    moment = [] if filters.moment is None else [filters.moment]
    ticked = [part for name in WIDENING for part in _ticked(filters, name)]
    day = filters.on
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, *ticked, day, *moment, day, *moment, day])
        rows = cursor.fetchall()
    counts: dict[str, dict] = {}
    for group, key, count in rows:
        counts.setdefault(group, {})[int(key) if group in _THINGS else key] = count
    return Tally(total=counts.pop("total")[None], counts=counts)


# The filters of which a product needs to match one choice only, in the order of the statement.
WIDENING = ("verdict", "hosting", "supplier")
_THINGS = {"standard": Standard, "capability": Capability, "supplier": Supplier}


def _known(alias: str, filters: ProductFilter) -> str:
    """The same as `SpellQuerySet.known_at` says to the ORM."""
    if filters.moment is None:
        return f"upper_inf({alias}.recorded)"
    return f"{alias}.recorded @> %s::timestamptz"


def _ticked(filters: ProductFilter, name: str) -> tuple[bool, list]:
    """Whether nothing is ticked, and what is."""
    chosen = [getattr(each, "pk", each) for each in filters.asked.get(name) or []]
    return not chosen, chosen


def groups(filters: ProductFilter, counted: Tally) -> list[FacetGroup]:
    """The facet groups of the search page: names are read in one query a group."""
    counts = counted.counts
    return [
        _of_words(filters, "verdict", "Verdict", Verdict, counts),
        _of_things(filters, "standard", "Standard met", counts),
        _of_things(filters, "capability", "Capability", counts),
        _of_words(filters, "hosting", "Hosting", Hosting, counts),
        _of_things(filters, "supplier", "Supplier", counts),
    ]


def _of_words(
    filters: ProductFilter, name: str, legend: str, words: type[TextChoices], all_counts: dict
) -> FacetGroup:
    """A group whose choices are the words of an enum, in their order."""
    counts = all_counts.get(name, {})
    chosen = filters.asked.get(name) or []
    options = [
        # A choice that leaves nothing stays visible, so that it can be taken back.
        Facet(word.value, word.label, counts.get(word.value, 0), word.value in chosen)
        for word in words
        if counts.get(word.value) or word.value in chosen
    ]
    return FacetGroup(name=name, legend=legend, options=options, open=name in OPEN)


def _of_things(filters: ProductFilter, name: str, legend: str, all_counts: dict) -> FacetGroup:
    """A group whose choices are rows with a name, by name."""
    counts = all_counts.get(name, {})
    chosen = {each.pk for each in filters.asked.get(name) or []}
    largest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:MOST_OPTIONS]
    named = _THINGS[name].objects.in_bulk(chosen.union(largest))
    options = [
        Facet(_key(thing), _label(thing), counts.get(pk, 0), pk in chosen)
        for pk, thing in named.items()
    ]
    options.sort(key=lambda option: option.label.lower())
    if len(counts) > MOST_OPTIONS:
        legend = f"{legend} (the {MOST_OPTIONS} largest of {len(counts):,})"
    return FacetGroup(name=name, legend=legend, options=options, open=name in OPEN)


def _key(thing: Model) -> str:
    return thing.code if isinstance(thing, Standard) else thing.ref


def _label(thing: Model) -> str:
    return f"{thing.code} {thing.name}" if isinstance(thing, Standard) else thing.name
