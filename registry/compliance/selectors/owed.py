"""What a supplier owes: every MUST criterion of every standard that is required of its products."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from registry.catalogue.models import Product
from registry.compliance.selectors.statement import ask
from registry.evidence.models import Submission
from registry.standards.models import Criterion, Standard, StandardVersion

# Per criterion of each version that still counts, or will: whether it is proved on the day, until
# when, and the first day from then on which it is required, not excused and not proved.
_QUESTION = """
    SELECT r.product_id, m.standard_id, m.version_id, m.criterion_id,
        coalesce(p.days, '{}') @> %(on)s::date,
        (SELECT upper(span) FROM unnest(p.days) AS span WHERE span @> %(on)s::date),
        lower(
            (r.days - coalesce(e.days, '{}') - coalesce(p.days, '{}'))
            * datemultirange(daterange(%(on)s::date, NULL))
        ),
        lower(m.accepted)
    FROM required AS r
    JOIN must AS m USING (standard_id)
    LEFT JOIN proved AS p ON p.product_id = r.product_id AND p.criterion_id = m.criterion_id
    LEFT JOIN excused AS e ON e.product_id = r.product_id AND e.standard_id = r.standard_id
    WHERE r.days && daterange(%(on)s::date, NULL) AND m.accepted && daterange(%(on)s::date, NULL)
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """One criterion of one product.

    `proved_until` is the first day after the present proof, `None` for ever or when there is none.
    `by` is the first day, from the day asked about, on which it is owed and not proved; that day
    itself when it is owed already, `None` when proved or excused for ever. `lapsing` is the
    evidence whose end is `proved_until`.
    """

    product: Product
    standard: Standard
    version: StandardVersion
    criterion: Criterion
    proved: bool
    proved_until: date | None
    by: date | None
    lapsing: str | None = None

    @property
    def forms(self) -> list[str]:
        """What forms of evidence would prove it."""
        return list(self.criterion.proofs)

    @property
    def check_id(self) -> str:
        """The check that would prove it, empty for none."""
        return self.criterion.check_id


class Standing(NamedTuple):
    """How one criterion of one product stands on the day; the meaning is that of `Owed`."""

    product_id: int
    standard_id: int
    version_id: int
    criterion_id: int
    proved: bool
    until: date | None
    by: date | None
    accepted_from: date | None


def owed(*, supplier_id: int, on: date) -> list[Owed]:
    """Every MUST criterion of every standard that is, or will be, required of the supplier's
    products, by the day it is owed. Of several versions that count, the one with the fewest
    criteria unproved, then the newest. Eight queries at most.
    """
    return owed_of(Product.objects.filter(supplier=supplier_id).in_bulk(), on=on)


def standings(product_ids: Iterable[int], *, on: date) -> dict[tuple[int, int], Standing]:
    """By (product, criterion), how each MUST criterion stands of every version that counts, on the
    day or later, of every standard that is or will be required. Two queries.
    """
    rows = ask(_QUESTION, product_ids=product_ids, on=on)
    return {(row.product_id, row.criterion_id): row for row in (Standing(*row) for row in rows)}


def owed_of(products: dict[int, Product], *, on: date) -> list[Owed]:
    """The same of these products, by primary key."""
    if not products:
        return []
    rows = [Standing(*row) for row in ask(_QUESTION, product_ids=products, on=on)]
    rows = _of_closest_version(rows)
    criteria = Criterion.objects.select_related("version__standard").in_bulk(
        {row.criterion_id for row in rows}
    )
    lapsing = _lapsing(products)
    found = [
        _owed(
            row,
            products[row.product_id],
            criteria[row.criterion_id],
            lapsing.get((row.product_id, row.criterion_id, row.until)),
        )
        for row in rows
    ]
    return sorted(found, key=_order)


def _of_closest_version(rows: list[Standing]) -> list[Standing]:
    by_pair: dict[tuple, dict[int, list[Standing]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_pair[row.product_id, row.standard_id][row.version_id].append(row)
    return [row for versions in by_pair.values() for row in min(versions.values(), key=_distance)]


def _distance(version: list[Standing]) -> tuple:
    start = version[0].accepted_from or date.min
    return sum(not row.proved for row in version), -start.toordinal(), version[0].version_id


def _lapsing(product_ids) -> dict[tuple, str]:
    """The evidence that ends on a day, by (product, criterion, day)."""
    rows = (
        Submission.objects.accepted()
        .filter(product__in=list(product_ids))
        .order_by("pk")
        .values_list("product_id", "spoken_to__criterion_id", "valid", "revoked_from", "ref")
    )
    found = {}
    for product_id, criterion_id, valid, revoked_from, ref in rows:
        end = min((day for day in (valid.upper, revoked_from) if day), default=None)
        if end is not None:
            found[product_id, criterion_id, end] = ref
    return found


def _owed(row: Standing, product: Product, criterion: Criterion, lapsing: str | None) -> Owed:
    version = criterion.version
    return Owed(
        product=product,
        standard=version.standard,
        version=version,
        criterion=criterion,
        proved=row.proved,
        proved_until=row.until,
        by=row.by,
        lapsing=lapsing,
    )


def _order(one: Owed) -> tuple:
    return (
        one.by or date.max,
        one.product.name,
        one.standard.code,
        one.version.version,
        one.criterion.code,
    )
