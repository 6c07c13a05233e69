"""What a search finds: one page of it, and how many products each choice of a facet would leave."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model, TextChoices

from registry.catalogue.enums import Hosting
from registry.common.facets import Facet, FacetGroup
from registry.compliance.enums import Verdict
from registry.compliance.filters.products import ProductFilter
from registry.compliance.filters.statements import question
from registry.compliance.selectors.pages import Listed, listed
from registry.standards.models import Standard

# The groups that stand open before anything was chosen.
OPEN = frozenset({"verdict", "standard"})
# Longer groups show the choices that leave most; words find the others.
MOST_OPTIONS = 40


@dataclass(frozen=True)
class Choices:
    """What there is to choose in a group: (key, label, products), and how many there are in all."""

    rows: list[tuple[str, str | None, int]] = field(default_factory=list)
    of_all: int = 0


@dataclass(frozen=True)
class Tally:
    """How many products match, one page of them in order, and each group's choices.

    `owed` says whether any product at all waits to be computed again.
    """

    total: int
    page: list[Listed]
    choices: dict[str, Choices]
    owed: bool


def tally(filters: ProductFilter, *, user, limit: int, offset: int = 0) -> Tally:
    """Find and count in one statement, `search.sql`, among the products that `user` may see.

    Where choices widen (verdict, hosting, supplier) a count leaves the group's own choices
    aside; where they narrow (standard, capability) it respects them too: it is what one more
    tick would leave.
    """
    statement, asked = question(filters, user)
    with connection.cursor() as cursor:
        window = {"limit": limit, "offset": offset, "most": MOST_OPTIONS}
        cursor.execute(statement, asked | window)
        rows = cursor.fetchall()
    found: dict[str, list[tuple]] = {}
    for group, key, label, count, of_all in rows:
        found.setdefault(group, []).append((key, label, count, of_all))
    ((_, _, total, _),) = found.pop("total")
    owed = bool(found.pop("owed", ()))
    # The statement's sets may come in any order; the page's carry their place.
    page = sorted(found.pop("page", []), key=lambda row: row[2])
    choices = {group: _choices(rows) for group, rows in found.items()}
    return Tally(total, [listed(row[1]) for row in page], choices, owed)


def _choices(rows: list[tuple]) -> Choices:
    return Choices([row[:3] for row in rows], rows[0][3] or 0)


def groups(filters: ProductFilter, counted: Tally) -> list[FacetGroup]:
    """The facet groups of the search page."""
    return [
        _of_words(filters, "verdict", "Verdict", Verdict, counted),
        _of_things(filters, "standard", "Standard met", counted),
        _of_things(filters, "capability", "Capability", counted),
        _of_words(filters, "hosting", "Hosting", Hosting, counted),
        _of_things(filters, "supplier", "Supplier", counted),
    ]


def _of_words(
    filters: ProductFilter, name: str, legend: str, words: type[TextChoices], counted: Tally
) -> FacetGroup:
    """A group whose choices are the words of an enum, in their order."""
    counts = {key: count for key, _, count in counted.choices.get(name, Choices()).rows}
    chosen = filters.asked.get(name) or []
    options = [
        # A choice that leaves nothing stays visible, so that it can be taken back.
        Facet(word.value, word.label, counts.get(word.value, 0), word.value in chosen)
        for word in words
        if counts.get(word.value) or word.value in chosen
    ]
    return FacetGroup(name=name, legend=legend, options=options, open=name in OPEN)


def _of_things(filters: ProductFilter, name: str, legend: str, counted: Tally) -> FacetGroup:
    """A group whose choices are rows with a name, by name."""
    choices = counted.choices.get(name, Choices())
    chosen = {_key(thing): _label(thing) for thing in filters.asked.get(name) or ()}
    left = {key: (label, count) for key, label, count in choices.rows}
    # A choice that leaves nothing stays visible, so that it can be taken back.
    left |= {key: (label, 0) for key, label in chosen.items() if key not in left}
    options = [Facet(key, label, count, key in chosen) for key, (label, count) in left.items()]
    options.sort(key=lambda option: option.label.lower())
    if choices.of_all > MOST_OPTIONS:
        legend = f"{legend} (the {MOST_OPTIONS} largest of {choices.of_all:,})"
    return FacetGroup(name=name, legend=legend, options=options, open=name in OPEN)


def _key(thing: Model) -> str:
    return thing.code if isinstance(thing, Standard) else thing.ref


def _label(thing: Model) -> str:
    return f"{thing.code} {thing.name}" if isinstance(thing, Standard) else thing.name
