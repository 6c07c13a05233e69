"""What is due for a case, what has been answered already, and how a case stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from psycopg2.extras import DateTimeTZRange

from procurement.phaseout import rules
from procurement.phaseout.enums import CaseState
from procurement.phaseout.models import Case
from registry.catalogue.models import Product
from registry.common import periods
from registry.common.formatting import format_date
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


@dataclass(frozen=True)
class Outlook:
    """How the pair of a case stands on a day, and within the horizon after it."""

    status: Status
    # The first day, on the day asked about or within the horizon, on which it is not met.
    not_met_on: date | None
    healed: bool
    words: str


def outlook(case: Case, *, on: date) -> Outlook:
    """Whether the facts of a case have healed by the day `on`."""
    return outlooks([case], on=on)[case.pk]


def outlooks(cases: Iterable[Case], *, on: date) -> dict[int, Outlook]:
    """The outlook of each case by its id; one query whatever their number."""
    cases = list(cases)
    window = periods.period(on, on + timedelta(days=settings.PHASE_OUT_HORIZON_DAYS + 1))
    spells = defaultdict(list)
    for spell in Spell.objects.current().filter(
        product__in={case.product_id for case in cases},
        standard__in={case.standard_id for case in cases},
        period__overlap=window,
    ):
        spells[spell.product_id, spell.standard_id].append(spell)
    return {
        case.pk: _outlook(case, spells[case.product_id, case.standard_id], on=on) for case in cases
    }


def _outlook(case: Case, spells: list[Spell], *, on: date) -> Outlook:
    status = next(
        (Status(x.status) for x in spells if periods.holds(x.period, on)), Status.NOT_REQUIRED
    )
    failing = [x.period for x in spells if x.status == Status.NOT_MET]
    day = periods.first_day(failing, on=on)
    name = f"{case.product.name} does not meet {case.standard.code}"
    if day is None:
        words = (
            f"The facts have healed: on {format_date(on)} the register holds {case.standard.code} "
            f"as “{status.label.lower()}” for {case.product.name}, and foresees no lapse within "
            f"{settings.PHASE_OUT_HORIZON_DAYS} days."
        )
    elif day == on:
        words = f"{name} on {format_date(on)}."
    else:
        words = f"{name} from {format_date(day)}, unless the facts change."
    return Outlook(status, day, day is None, words)


def waiting_for_triage() -> tuple[int, datetime | None]:
    """How many cases nobody has taken yet, and when the oldest of them was flagged."""
    flagged = Case.objects.filter(state=CaseState.FLAGGED).order_by("flagged_at")
    first = flagged.first()
    return flagged.count(), first.flagged_at if first else None
