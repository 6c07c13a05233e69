"""The statement of a search: built once for each shape of question, asked with each one's values.

Building it with the ORM costs a page more CPU than its rows do. The words and the days of a term
differ from one question to the next, and the text of the statement does not: they are `Bound`.
Everything else that is asked is part of the shape, so that what is kept is never too much.
"""

from typing import NamedTuple

from django.db.models import F, OrderBy, QuerySet

from registry.catalogue.querysets import sight_of
from registry.catalogue.selectors import products_visible_to
from registry.common.keeping import Kept
from registry.compliance.filters import words
from registry.compliance.filters.products import ProductFilter, Sort
from registry.compliance.selectors.statement import Bound, sql
from registry.compliance.selectors.verdicts import term_values

# The filters of which a product needs to match one choice only; search.sql asks them itself.
WIDENING = ("verdict", "hosting", "supplier")
THINGS = ("standard", "capability", "supplier")


class Statement(NamedTuple):
    """`search.sql` with a question in it, and the parameters the question's filters left in it."""

    text: str
    given: dict[str, object]


# Of some 7 kB each; the shapes of a day are far fewer.
_kept: Kept[tuple, Statement] = Kept(most=200)


def question(filters: ProductFilter, user) -> tuple[str, dict]:
    """The statement that answers `filters` for `user`, and its parameters but for the page's."""
    shape = _shape(filters, user)
    statement = _kept.get(shape) or _kept.keep(shape, build(filters, user))
    values = _values(filters)
    given = {
        name: values[each.name] if isinstance(each, Bound) else each
        for name, each in statement.given.items()
    }
    return statement.text, _asked(filters) | given


def _shape(filters: ProductFilter, user) -> tuple:
    """Equal for two questions whose statements differ in nothing but `_values`."""
    asked = dict(filters.asked)
    for name in WIDENING:
        del asked[name]
    if asked["q"]:
        asked["q"] = True
    if _term_is_bound(filters):
        asked["compliant_from"], asked["compliant_until"] = True, None
    asked = {name: _hashable(value) for name, value in asked.items()}
    return sight_of(user), filters.on, filters.order, *asked.values()


def _term_is_bound(filters: ProductFilter) -> bool:
    """Whether the term's days are read by nothing but `compliant_throughout`."""
    asked = filters.asked
    return bool(
        asked["compliant_from"]
        and not asked["until_when"]
        and not asked["allow_exempt"]
        and filters.order != Sort.LONGEST
    )


def _hashable(value):
    if isinstance(value, list | QuerySet):
        return tuple([getattr(each, "pk", each) for each in value])
    return value


def _values(filters: ProductFilter) -> dict[str, object]:
    """What a question brings for the `Bound` parameters of its statement, by their names."""
    asked = filters.asked
    return words.values(asked["q"]) | term_values(asked["compliant_from"], asked["compliant_until"])


def build(filters: ProductFilter, user) -> Statement:
    """The statement of a question, as the ORM says it."""
    products = products_visible_to(user)
    matching, columns, order = _unordered(
        filters.ordered(filters.narrowed(products, without=WIDENING))
    )
    query, given = matching.query.sql_with_params()
    # Two ways of writing parameters do not mix: the query's own get names.
    names = [f"own_{number}" for number in range(len(given))]
    text = sql("search.sql").format(
        matching=query.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names),
        columns=", ".join(f"s.{name}" for name in columns),
        order=order,
        known_verdict=_known("v", filters),
        known_spell=_known("s", filters),
    )
    return Statement(text, dict(zip(names, given, strict=True)))


def _unordered(queryset: QuerySet) -> tuple[QuerySet, tuple[str, ...], str]:
    """`queryset` with what decides its order as columns, the columns' names, the order in SQL.

    Only the page that is shown gets sorted, not everything that was found.
    """
    terms, said = {}, []
    for number, term in enumerate(queryset.query.order_by):
        name, by = f"order_{number}", term if isinstance(term, OrderBy) else F(term).asc()
        terms[name] = by.expression
        nulls = "FIRST" if by.nulls_first else "LAST" if by.nulls_last else ""
        said.append(f"{name} {'DESC' if by.descending else 'ASC'}{nulls and f' NULLS {nulls}'}")
    columns = ("id", "hosting", "supplier_id", *terms)
    return queryset.annotate(**terms).order_by().values(*columns), columns, ", ".join(said)


def _asked(filters: ProductFilter) -> dict:
    """The parameters of `search.sql` that say what is asked."""
    chosen = [(name, thing.pk) for name in THINGS for thing in filters.asked.get(name) or ()]
    asked = {
        "day": filters.on,
        "now": filters.moment is None,
        "moment": filters.moment,
        "chosen_facets": [name for name, _ in chosen],
        "chosen_ids": [pk for _, pk in chosen],
    }
    for name in WIDENING:
        ticked = [getattr(each, "pk", each) for each in filters.asked.get(name) or ()]
        asked |= {name: ticked, f"any_{name}": not ticked}
    return asked


def _known(alias: str, filters: ProductFilter) -> str:
    """The same as `SpellQuerySet.known_at` says to the ORM."""
    if filters.moment is None:
        return f"upper_inf({alias}.recorded)"
    return f"{alias}.recorded @> %(moment)s::timestamptz"
