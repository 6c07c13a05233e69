"""What could replace a product: ranked in SQL, and what one would lose and gain."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Claim, Product
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.compliance.rules import Term
from registry.compliance.rules.replacing import Place
from registry.compliance.selectors.statement import known, sql
from registry.standards.models import Capability


@dataclass(frozen=True)
class Found:
    """How many products could replace one, how many of them pass, and the places asked for."""

    count: int
    passing: int
    places: list[Place]


def replacements(
    product: Product,
    visible: QuerySet[Product],
    *,
    on: date,
    term: Term,
    known_at: datetime | None,
    best: int | None = None,
) -> Found:
    """Listed products of `visible` that share a national capability with `product`, best first.

    What `product` does is asked of the day `on`, what the others do of the term's first day.
    Every place, or the `best` few of those that pass. One statement, `replacements.sql`;
    `rules.replacing` says the order in plain Python.
    """
    candidates = visible.filter(state=ProductState.LISTED).order_by().values("id", "name")
    query, given = candidates.query.sql_with_params()
    held, moment = known("spell", known_at)
    statement = sql("replacements.sql").format(candidates=query, known=held)
    asked = [product.pk, on, term.start, term.until, term.good]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*asked, *given, *moment, best is None, best])
        rows = cursor.fetchall()
    count, passing = rows[0][:2]
    return Found(count, passing, [Place(*row[2:]) for row in rows if row[2] is not None])


@dataclass(frozen=True)
class Abilities:
    """What a product claims on a day, by name, and which standards it meets on it, by code."""

    capabilities: tuple[Capability, ...]
    standards: tuple[str, ...]


def abilities(
    product_id: int,
    other_ids: Iterable[int],
    *,
    on: date,
    start: date,
    known_at: datetime | None,
) -> dict[int, Abilities]:
    """What a product does on `on`, and what others will do on `start`. Two queries."""
    others = list(other_ids)

    def either(span: str) -> Q:
        return Q(product=product_id, **{f"{span}__contains": on}) | Q(
            product__in=others, **{f"{span}__contains": start}
        )

    claimed: dict[int, dict[int, Capability]] = defaultdict(dict)
    claims = Claim.objects.filter(either("claimed")).select_related("capability")
    for claim in claims.order_by("capability__name", "capability"):
        claimed[claim.product_id][claim.capability_id] = claim.capability
    met = defaultdict(list)
    spells = Spell.objects.known_at(known_at).filter(either("period"), status=Status.MET)
    for pk, code in spells.order_by("standard__code").values_list("product_id", "standard__code"):
        met[pk].append(code)
    return {
        pk: Abilities(tuple(claimed[pk].values()), tuple(met[pk])) for pk in [product_id, *others]
    }
