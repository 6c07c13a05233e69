"""Contracts joined to compliance: on which day does a contract stop being compliant, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, DateField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum
from psycopg2.extras import DateRange

from procurement.buyers import selectors as buyers
from procurement.buyers.models import Organisation
from procurement.contracts import rules
from procurement.contracts.enums import Standing
from procurement.contracts.models import Contract
from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product, Supplier
from registry.common import periods
from registry.common.errors import NotPermitted
from registry.compliance import selectors as compliance
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import Spell, VerdictSpell
from registry.standards.enums import CapabilityGroup
from registry.standards.models import Capability, Standard


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

    Five queries whatever their number. Read them with `buyer`, `supplier` selected and
    `products` prefetched.
    """
    contracts = list(contracts)
    products = {product.pk: product for x in contracts for product in x.products.all()}
    spells = defaultdict(list)
    for spell in _spells_of(products, on=on, known_at=known_at):
        spells[spell.product_id].append(spell)
    holders = buyers.holders_of({x.buyer_id for x in contracts}, on=on)
    return [
        _holding(contract, spells, holders.get(contract.buyer_id, []), on=on)
        for contract in contracts
    ]


def read_for_holdings(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """The rows that `holdings` needs, read at once."""
    return contracts.select_related("buyer", "supplier").prefetch_related("products")


@dataclass(frozen=True)
class Use:
    """Where a product is used, as far as somebody may see it."""

    holdings: list[Holding]
    count: int
    # Pounds, over the whole terms of the contracts that run; `None` when no value is known.
    value: Decimal | None


MOST_SHOWN = 20


def use_of(product: Product, *, user, on: date, known_at: datetime | None) -> Use | None:
    """The running contracts on a product that `user` may see; `None` when there are none.

    The largest first, at most `MOST_SHOWN` of them.
    """
    contracts = Contract.objects.visible_to(user, on=on).not_over(on=on).filter(products=product)
    totals = contracts.aggregate(count=Count("pk"), value=Sum("value", filter=Q(currency="GBP")))
    if not totals["count"]:
        return None
    largest = contracts.order_by(F("value").desc(nulls_last=True), "ref")[:MOST_SHOWN]
    found = holdings(read_for_holdings(largest), on=on, known_at=known_at)
    return Use(found, totals["count"], totals["value"])


def why(
    holding: Holding, *, known_at: datetime | None, most: int = MOST_SHOWN
) -> list[tuple[Lapse, list[str]]]:
    """The first lapses of a contract, each with its reasons in sentences."""
    return [
        (
            lapse,
            [
                reason.words
                for reason in compliance.explain(
                    product=lapse.product,
                    standard=lapse.standard,
                    on=lapse.days.lower,
                    known_at=known_at,
                ).unproved
            ],
        )
        for lapse in holding.lapses[:most]
    ]


def capabilities_at_risk(holding: Holding, *, on: date) -> list[str]:
    """References of the national capabilities of the product that lapses first."""
    if not holding.lapses:
        return []
    return list(
        Capability.objects.filter(
            group=CapabilityGroup.NATIONAL,
            claims__product=holding.lapses[0].product,
            claims__claimed__contains=on,
        )
        .distinct()
        .values_list("ref", flat=True)
    )


def suppliers_to_choose() -> QuerySet[Supplier]:
    """Suppliers that have a product which may be bought, by name."""
    bought = Product.objects.exclude(state=ProductState.DRAFT)
    return Supplier.objects.filter(pk__in=bought.values("supplier"))


def products_to_choose(supplier: Supplier) -> QuerySet[Product]:
    """Products of a supplier that a contract can cover: withdrawn ones too, drafts never."""
    return Product.objects.filter(supplier=supplier).exclude(state=ProductState.DRAFT)


def seen_by(user, *, on: date) -> QuerySet[Contract]:
    """The contracts that `user` may see on a day, ready for `holdings`."""
    return read_for_holdings(Contract.objects.visible_to(user, on=on))


def answered_for_by(user, *, on: date) -> QuerySet[Contract]:
    """The contracts on a buyer's desk: their organisations', and those of whom they followed."""
    return Contract.objects.bought_by(user, on=on)


def answers_for(user, contract: Contract, *, on: date) -> bool:
    """Whether `user` buys for the contract's buyer, or for one that has followed it."""
    return Contract.objects.filter(pk=contract.pk).bought_by(user, on=on).exists()


def require_answers_for(user, contract: Contract, *, on: date) -> None:
    """Raise `NotPermitted` unless `user` answers for the contract as a buyer."""
    if not answers_for(user, contract, on=on):
        raise NotPermitted("Only people who buy for the contract’s buyer may do this.")


def _spells_of(products, *, on: date, known_at: datetime | None) -> QuerySet[Spell]:
    return (
        Spell.objects.known_at(known_at)
        .filter(product__in=products, period__overlap=periods.period(on, None))
        .exclude(status=Status.NOT_REQUIRED)
        .select_related("standard")
        .order_by("standard__code")
    )


def _holding(contract: Contract, spells: dict, holders: list, *, on: date) -> Holding:
    rest = rules.rest_of_term(contract.term, on=on)
    if rest is None:
        return Holding(contract, None, Standing.OVER, holders=holders)
    lapses, judged = [], True
    for product in contract.products.all():
        within = [
            (spell, days)
            for spell in spells[product.pk]
            if (days := periods.overlap(spell.period, rest)) is not None
        ]
        lapses += [
            Lapse(product, spell.standard, days)
            for spell, days in within
            if spell.status == Status.NOT_MET
        ]
        judged = judged and rules.covers(rest, [days for _, days in within])
    lapses.sort(key=lambda lapse: (lapse.days.lower, lapse.product.name, lapse.standard.code))
    return Holding(contract, rest, _standing(lapses, judged, on), lapses, holders)


def _standing(lapses: list[Lapse], judged: bool, on: date) -> Standing:
    if lapses:
        return Standing.NON_COMPLIANT if lapses[0].days.lower <= on else Standing.AT_RISK
    return Standing.COMPLIANT if judged else Standing.NOTHING_REQUIRED
