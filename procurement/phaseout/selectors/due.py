"""What is due for a case, and what has been answered already (ADR 0030)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from psycopg2.extras import DateTimeTZRange

from procurement.phaseout import rules
from procurement.phaseout.enums import CaseState
from procurement.phaseout.models import Case
from registry.catalogue.models import Product
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.standards.models import Standard


@dataclass(frozen=True)
class Due:
    """A pair that a case is due for, with the `not_met` spells that no case has answered."""

    product: Product
    standard: Standard
    spells: list[Spell]

    @property
    def product_id(self) -> int:
        return self.product.pk

    @property
    def standard_id(self) -> int:
        return self.standard.pk

    @property
    def key(self) -> tuple[int, int]:
        """The pair."""
        return self.product.pk, self.standard.pk

    @property
    def not_met_from(self) -> date | None:
        """The first day of the first of these spells; `None` when that has no first day."""
        return self.spells[0].period.lower

    def first_day(self, *, on: date) -> date:
        """The first day of these spells that is not over on `on`."""
        return max(self.not_met_from or on, on)


def unanswered(pairs: Iterable, *, on: date) -> list[Due]:
    """Those of the due `pairs` that no open and no dismissed case answers (ADR 0030).

    `pairs` are `compliance.DuePair`s. Four queries whatever their number.
    """
    pairs = list(pairs)
    product_ids = {pair.product_id for pair in pairs}
    open_pairs = set(
        Case.objects.open().filter(product__in=product_ids).values_list("product_id", "standard_id")
    )
    pairs = [x for x in pairs if (x.product_id, x.standard_id) not in open_pairs]
    spells = Spell.objects.select_related("product", "standard").in_bulk(
        {pk for pair in pairs for pk in pair.spell_ids}
    )
    dismissals = _dismissals(product_ids)
    relief = _relief(dismissals)
    due = []
    for pair in pairs:
        key = (pair.product_id, pair.standard_id)
        fresh = [
            spell
            for spell in sorted(
                (spells[pk] for pk in pair.spell_ids), key=lambda x: x.period.lower or date.min
            )
            if not rules.answered(
                spell.period.lower, on=on, dismissals=dismissals[key], relief=relief[key]
            )
        ]
        if fresh:
            due.append(Due(fresh[0].product, fresh[0].standard, fresh))
    return due


def _dismissals(product_ids: set[int]) -> dict[tuple, list[rules.Dismissal]]:
    """Per pair, when it was dismissed and on which first days its causes began."""
    rows = Case.objects.filter(product__in=product_ids, state=CaseState.DISMISSED).values_list(
        "product_id", "standard_id", "ended_at", "causes__period"
    )
    found = defaultdict(list)
    for product_id, standard_id, at, span in rows:
        found[product_id, standard_id].append(rules.Dismissal(at, span.lower))
    return found


def _relief(dismissals: dict) -> dict[tuple, list]:
    """Per dismissed pair, on which days, and when, the register held it other than not met."""
    found = defaultdict(list)
    if not dismissals:
        return found
    since = min(one.at for answers in dismissals.values() for one in answers)
    rows = (
        Spell.objects.filter(
            product__in={product for product, _ in dismissals},
            standard__in={standard for _, standard in dismissals},
            recorded__overlap=DateTimeTZRange(since, None),
        )
        .exclude(status=Status.NOT_MET)
        .values_list("product_id", "standard_id", "period", "recorded")
    )
    for product_id, standard_id, span, recorded in rows:
        found[product_id, standard_id].append((span, recorded))
    return found
