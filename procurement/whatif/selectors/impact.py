"""What supposed facts would do: products and contracts that would turn not met, in SQL.

All of it is asked within `hypothetical()`, after `suppose()` has filled `supposed_pair`, and after
`join_contracts()`. Days are those from the day asked about on.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from procurement.buyers import selectors as buyers
from procurement.buyers.models import Organisation
from procurement.contracts.models import Contract
from procurement.phaseout.enums import OPEN_STATES
from procurement.whatif.selectors import statements
from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product
from registry.compliance.enums import Verdict
from registry.standards.models import Standard


@dataclass(frozen=True)
class Summary:
    """What would turn not met, in numbers; each product and each contract counts once."""

    products: int = 0
    listed: int = 0
    # Those that the register holds as anything but non-compliant on their first such day.
    newly_non_compliant: int = 0
    first_day: date | None = None
    contracts: int = 0
    # Pounds over the whole terms; `None` when no value is known.
    value: Decimal | None = None
    # Contracts whose value is unknown, or not in pounds.
    uncounted: int = 0
    # Organisations that answer for those contracts now.
    buyers: int = 0
    # Pairs for which publishing would open a phase-out case.
    cases: int = 0
    # Products for which days that are not met would cease to be.
    healed: int = 0
    # Products of the register for which no day changes.
    unchanged: int = 0
    # Refreshes that the register owes: until they are done it holds older facts.
    owed: int = 0


@dataclass(frozen=True)
class ProductRow:
    """A product that would not meet one or several standards, and what is at stake."""

    product_id: int
    ref: str
    name: str
    supplier: str
    state: ProductState
    standards: list[str]
    first_day: date
    until: date | None
    verdict: Verdict
    contracts: int
    value: Decimal | None


@dataclass(frozen=True)
class ContractRow:
    """A contract with days on which a product of it would turn not met."""

    contract: Contract
    first_day: date
    products: list[str]
    # Who answers for it now, when that is no longer the buyer that signed it.
    holders: tuple[Organisation, ...]


@dataclass(frozen=True)
class BuyerRow:
    """An organisation that answers for touched contracts; a contract that was split counts in
    full under each that holds it."""

    organisation: Organisation
    contracts: int
    value: Decimal | None
    uncounted: int
    first_day: date


class ContractLine(NamedTuple):
    """A touched contract as a spreadsheet tells it, all of it text; an unknown is empty.

    `holders` and `products` are names, `last_day` is the term's last day.
    """

    ref: str
    title: str
    buyer: str
    ods: str
    holders: str
    supplier: str
    products: str
    not_met_from: str
    first_day: str
    last_day: str
    value: str
    currency: str


def join_contracts() -> None:
    """Fill `supposed_contract` from `supposed_pair`."""
    with connection.cursor() as cursor:
        cursor.execute(statements.JOIN_CONTRACTS)
        # Their size decides how the questions below are answered.
        cursor.execute("ANALYZE supposed_pair")
        cursor.execute("ANALYZE supposed_contract")


def summary(held_by: list[BuyerRow], *, on: date) -> Summary:
    """The numbers. `held_by` is `buyer_rows`."""
    listed = ProductState.LISTED.value
    [(products, of_listed, newly, first_day)] = _rows(
        statements.PRODUCTS_SUMMARY, listed=listed, bad=Verdict.NON_COMPLIANT.value
    )
    [(contracts, value, uncounted)] = _rows(statements.CONTRACT_TOTALS)
    [(healed, affected, everyone, owed)] = _rows(statements.OTHERS)
    horizon = on + timedelta(days=settings.PHASE_OUT_HORIZON_DAYS + 1)
    [(cases,)] = _rows(
        statements.CASES, listed=listed, on=on, horizon=horizon, open=list(OPEN_STATES)
    )
    return Summary(
        products=products,
        listed=of_listed,
        newly_non_compliant=newly,
        first_day=first_day,
        contracts=contracts,
        value=value,
        uncounted=uncounted,
        buyers=len(held_by),
        cases=cases,
        healed=healed,
        unchanged=everyone - affected,
        owed=owed,
    )


def product_rows(*, limit: int | None, offset: int = 0) -> list[ProductRow]:
    """Products that would turn not met, those with the largest contracts first."""
    rows = _rows(statements.PRODUCTS, limit=limit, offset=offset)
    codes = _codes({pk for row in rows for pk in row[5]})
    return [
        ProductRow(
            product_id=product_id,
            ref=ref,
            name=name,
            supplier=supplier,
            state=ProductState(state),
            standards=sorted(codes[pk] for pk in standards),
            first_day=first_day,
            until=until,
            verdict=Verdict(verdict or Verdict.NOTHING_REQUIRED),
            contracts=contracts,
            value=value,
        )
        for (
            product_id, ref, name, supplier, state, standards, first_day, until, verdict,
            contracts, value,
        ) in rows
    ]  # fmt: skip


def contract_lines(*, on: date) -> list[ContractLine]:
    """Every touched contract, the largest first."""
    rows = _rows(statements.CONTRACT_EXPORT)
    holders = buyers.holders_of({row[2] for row in rows}, on=on)
    names = {pk: "; ".join(one.name for one in found) for pk, found in holders.items()}
    return [
        ContractLine(ref, title, buyer, ods, names.get(buyer_id, ""), *more)
        for ref, title, buyer_id, buyer, ods, *more in rows
    ]


def contract_rows(*, on: date, limit: int, offset: int = 0) -> list[ContractRow]:
    """Contracts with days on which a product of theirs would turn not met, the largest first."""
    rows = _rows(statements.CONTRACTS, limit=limit, offset=offset)
    contracts = Contract.objects.select_related("buyer", "supplier").in_bulk(
        [pk for pk, *_ in rows]
    )
    holders = buyers.holders_of({x.buyer_id for x in contracts.values()}, on=on)
    names = _names({pk for row in rows for pk in row[2]})
    return [
        ContractRow(
            contract=contracts[pk],
            first_day=first_day,
            products=[names[product] for product in products],
            holders=tuple(holders.get(contracts[pk].buyer_id, ())),
        )
        for pk, first_day, products in rows
    ]


def buyer_rows(*, on: date) -> list[BuyerRow]:
    """Who answers for the touched contracts on the day `on`, those with the largest first."""
    signed = _rows(statements.BY_BUYER)
    holders = buyers.holders_of({row[0] for row in signed}, on=on)
    organisations = Organisation.objects.in_bulk([row[0] for row in signed])
    found: dict[int, BuyerRow] = {}
    for buyer_id, *numbers in signed:
        for holder in holders.get(buyer_id) or [organisations[buyer_id]]:
            found[holder.pk] = _added(found.get(holder.pk), BuyerRow(holder, *numbers))
    return sorted(found.values(), key=_by_harm)


def _added(one: BuyerRow | None, other: BuyerRow) -> BuyerRow:
    if one is None:
        return other
    values = [value for value in (one.value, other.value) if value is not None]
    return BuyerRow(
        organisation=one.organisation,
        contracts=one.contracts + other.contracts,
        value=sum(values) if values else None,
        uncounted=one.uncounted + other.uncounted,
        first_day=min(one.first_day, other.first_day),
    )


def _by_harm(row: BuyerRow) -> tuple:
    return -(row.value or 0), -row.contracts, row.organisation.name


def _codes(ids: set[int]) -> dict[int, str]:
    return dict(Standard.objects.filter(pk__in=ids).values_list("pk", "code"))


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))


def _rows(statement: str, **parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def product_days() -> dict[str, tuple[str, Decimal | None, date]]:
    """Every product that would turn, by reference: its name, value at stake and first day."""
    return {ref: tuple(told) for ref, *told in _rows(statements.PRODUCT_DAYS)}


def contract_days() -> dict[str, tuple[str, Decimal | None, date]]:
    """The same of contracts: title, value in pounds, first day."""
    return {ref: tuple(told) for ref, *told in _rows(statements.CONTRACT_DAYS)}
