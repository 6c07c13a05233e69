"""What the phase-out and the status page ask."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Min

from registry.catalogue.enums import ProductState
from registry.compliance.enums import Status
from registry.compliance.models import RefreshOwed, Spell
from registry.operations.backlogs import Backlog


@dataclass(frozen=True, slots=True)
class DuePair:
    """A listed product does not, or soon will not, meet a standard that is required of it.

    `spell_ids` are the `not_met` spells that say so, by first day; `not_met_from` is the first
    day of the first, `None` where that has none.
    """

    product_id: int
    standard_id: int
    not_met_from: date | None
    spell_ids: list[int]


def due_for_phase_out(
    *, on: date, within_days: int, product_ids: list[int] | None = None
) -> list[DuePair]:
    """Pairs of listed products that are `not_met` on `on` or on any of the next `within_days`
    days, by product and standard. `product_ids=None` asks about every product. One query.
    """
    spells = Spell.objects.current().filter(
        status=Status.NOT_MET, product__state=ProductState.LISTED
    )
    spells = spells.touching(on, on + timedelta(days=within_days + 1))
    if product_ids is not None:
        spells = spells.filter(product__in=product_ids)
    rows = spells.order_by("product_id", "standard_id", "pk").values_list(
        "product_id", "standard_id", "pk", "period"
    )
    return [
        _due(product_id, standard_id, list(group))
        for (product_id, standard_id), group in groupby(rows, key=lambda row: row[:2])
    ]


def _due(product_id: int, standard_id: int, rows: list[tuple]) -> DuePair:
    spells = sorted(((span.lower, pk) for *_, pk, span in rows), key=lambda x: x[0] or date.min)
    return DuePair(product_id, standard_id, spells[0][0], [pk for _, pk in spells])


def backlog() -> Backlog:
    """How many products are owed a refresh, and since when the oldest."""
    owed = RefreshOwed.objects.aggregate(
        owed=Count("product", distinct=True), oldest=Min("run__since")
    )
    return Backlog(owed["owed"], owed["oldest"])
