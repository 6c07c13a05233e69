"""Contracts joined to compliance: on which day does a contract stop being compliant, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import DateField, F, Func, OuterRef, QuerySet, Subquery
from psycopg2.extras import DateRange

from procurement.buyers import selectors as buyers
from procurement.buyers.models import Organisation
from procurement.contracts import rules
from procurement.contracts.enums import Standing
from procurement.contracts.models import Contract
from registry.catalogue.models import Product
from registry.common import periods
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import Spell, VerdictSpell
from registry.standards.models import Standard


@dataclass(frozen=True)
class Lapse:
    """Days of a contract's remaining term on which a product does not meet a standard."""

    product: Product
    standard: Standard
    days: DateRange


@dataclass(frozen=True)
class Holding:
    """A contract, with what the register foresees for the rest of its term."""

    contract: Contract
    # The days from `on` on; `None` when the contract is over.
    rest: DateRange | None
    standing: Standing
    lapses: list[Lapse] = field(default_factory=list)
    # Who answers for the contract now, when that is no longer the buyer that signed it.
    holders: list[Organisation] = field(default_factory=list)

    @property
    def first_day(self) -> date | None:
        """The first day of the rest of the term on which a product is non-compliant."""
        return self.lapses[0].days.lower if self.lapses else None

    @property
    def standards(self) -> list[Standard]:
        """The standards that are not met on `first_day`, by code."""
        failing = {x.standard for x in self.lapses if x.days.lower == self.first_day}
        return sorted(failing, key=lambda standard: standard.code)

    @property
    def last_day(self) -> date | None:
        """The last day of the term, as people say it."""
        return rules.last_day(self.contract.term)

    @property
    def days_non_compliant(self) -> int | None:
        """Days of the rest on which a product is non-compliant; `None` when without end."""
        return rules.days_in([lapse.days for lapse in self.lapses])

    @property
    def outlives_by(self) -> int:
        """By how many days the term outlives compliance; 0 when it ends compliant."""
        return rules.outlives_by(self.rest, [x.days for x in self.lapses]) if self.rest else 0

    @property
    def is_lost(self) -> bool:
        """Whether no day of the rest of the term is compliant: it was lost before this day."""
        return bool(self.rest and rules.covers(self.rest, [x.days for x in self.lapses]))


def with_first_lapse(
    contracts: QuerySet[Contract], *, on: date, known_at: datetime | None
) -> QuerySet[Contract]:
    """Annotates `.first_lapse`: the first day, in the rest of the term, of non-compliance.

    `None` when the register foresees none, or the contract is over.
    """
    lapses = VerdictSpell.objects.known_at(known_at).filter(
        verdict=Verdict.NON_COMPLIANT,
        product__contract_items__contract=OuterRef("pk"),
        period__overlap=OuterRef("rest"),
    )
    return contracts.with_rest(on=on).annotate(
        first_lapse=Subquery(
            lapses.annotate(day=first_shared_day("period", "rest"))
            .order_by("day")
            .values("day")[:1]
        )
    )


def first_shared_day(span: str, outer_span: str) -> Func:
    """SQL: the first day in both the column `span` and the outer query's `outer_span`."""
    return Func(
        F(span),
        OuterRef(outer_span),
        template="lower(%(expressions)s)",
        arg_joiner=" * ",
        output_field=DateField(),
    )


def holdings(
    contracts: Iterable[Contract], *, on: date, known_at: datetime | None
) -> list[Holding]:
    """What the register foresees for each of `contracts`, in their order.

    Six queries whatever their number. Read them with `buyer`, `supplier` selected and
    `products` prefetched.
    """
    contracts = list(contracts)
    products = {product.pk for x in contracts for product in x.products.all()}
    told = _Told(
        lapses=_lapses_of(products, on=on, known_at=known_at),
        verdicts=_verdicts_of(products, on=on, known_at=known_at),
        holders=buyers.holders_of({x.buyer_id for x in contracts}, on=on),
    )
    return [_holding(contract, told, on=on) for contract in contracts]


def read_for_holdings(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """The rows that `holdings` needs, read at once."""
    return contracts.select_related("buyer", "supplier").prefetch_related("products")


@dataclass(frozen=True)
class _Told:
    """What the register tells about the products and buyers of several contracts."""

    lapses: dict[int, list[Spell]]
    verdicts: dict[int, list[VerdictSpell]]
    holders: dict[int, list[Organisation]]


def _lapses_of(products, *, on: date, known_at: datetime | None) -> dict[int, list[Spell]]:
    spells = (
        Spell.objects.known_at(known_at)
        .touching(on, None)
        .filter(product__in=products, status=Status.NOT_MET)
        .select_related("standard")
    )
    return _by_product(spells)


def _verdicts_of(products, *, on: date, known_at: datetime | None) -> dict[int, list]:
    spells = VerdictSpell.objects.known_at(known_at).touching(on, None)
    good = spells.filter(product__in=products, verdict__in=[Verdict.COMPLIANT, Verdict.EXEMPT])
    return _by_product(good)


def _by_product(spells) -> dict[int, list]:
    found = defaultdict(list)
    for spell in spells:
        found[spell.product_id].append(spell)
    return found


def _holding(contract: Contract, told: _Told, *, on: date) -> Holding:
    holders = told.holders.get(contract.buyer_id, [])
    rest = rules.rest_of_term(contract.term, on=on)
    if rest is None:
        return Holding(contract, None, Standing.OVER, holders=holders)
    lapses = [
        Lapse(product, spell.standard, days)
        for product in contract.products.all()
        for spell in told.lapses[product.pk]
        if (days := periods.overlap(spell.period, rest)) is not None
    ]
    lapses.sort(key=lambda lapse: (lapse.days.lower, lapse.product.name, lapse.standard.code))
    if lapses:
        standing = Standing.NON_COMPLIANT if lapses[0].days.lower <= on else Standing.AT_RISK
    else:
        standing = _standing_without_lapse(contract, rest, told)
    return Holding(contract, rest, standing, lapses, holders)


def _standing_without_lapse(contract: Contract, rest: DateRange, told: _Told) -> Standing:
    """Days on which nothing is required are never shown as compliant (compliance.md)."""
    excused = False
    for product in contract.products.all():
        days = [
            (spell.verdict, shared)
            for spell in told.verdicts[product.pk]
            if (shared := periods.overlap(spell.period, rest)) is not None
        ]
        if not rules.covers(rest, [shared for _, shared in days]):
            return Standing.NOTHING_REQUIRED
        excused = excused or any(verdict == Verdict.EXEMPT for verdict, _ in days)
    return Standing.EXEMPT if excused else Standing.COMPLIANT
