"""Contracts that a buyer writes into the register by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from psycopg2.extras import DateRange

from procurement.buyers.models import Organisation
from procurement.buyers.selectors import require_buys_for
from procurement.contracts import rules
from procurement.contracts.models import Contract, ContractItem
from procurement.contracts.selectors import require_answers_for
from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.models import Product, Supplier
from registry.common import periods
from registry.common.errors import RuleBroken


class ReferenceTaken(RuleBroken):
    """References are unique in the whole register."""


class NothingBought(RuleBroken):
    """A contract covers at least one product."""


class NotTheSuppliers(RuleBroken):
    """A contract written by hand covers products of its own supplier."""


class TermBroken(RuleBroken):
    """A term has at least one day."""


@transaction.atomic
def add_contract(
    *,
    buyer: Organisation,
    supplier: Supplier,
    products: Sequence[Product],
    ref: str,
    title: str,
    term: DateRange,
    value: Decimal | None,
    signed: date | None,
    by: User,
    now: datetime,
) -> Contract:
    """A buyer adds a contract of their own organisation; `value` is in pounds, whole term."""
    require_buys_for(by, buyer)
    if not products:
        raise NothingBought("Select at least one product", field="products")
    if any(product.supplier_id != supplier.pk for product in products):
        raise NotTheSuppliers(f"Select products of {supplier.name}", field="products")
    contract = Contract(
        buyer=buyer, supplier=supplier, ref=ref, title=title, term=term, value=value, signed=signed
    )
    _insert(contract)
    ContractItem.objects.bulk_create(
        ContractItem(contract=contract, product=product) for product in products
    )
    audit.record(
        actor=by,
        action="contracts.added",
        subject=contract,
        now=now,
        detail={
            "buyer": buyer.ods,
            "supplier": supplier.ref,
            "products": [product.ref for product in products],
            "term": periods.as_pair(term),
            "value": value,
        },
    )
    return contract


@transaction.atomic
def change_last_day(*, contract: Contract, last_day: date, by: User, now: datetime) -> Contract:
    """A buyer corrects, extends or shortens the term of a contract that they answer for."""
    require_answers_for(by, contract, on=periods.civil_date(now))
    held = Contract.objects.select_for_update().get(pk=contract.pk)
    before = held.term
    try:
        held.term = rules.term_to_day(before, last_day)
    except ValueError as error:
        raise TermBroken("The last day must not be before the first day", field="last_day") from (
            error
        )
    if held.term == before:
        return held
    held.save(update_fields=["term"])
    audit.record(
        actor=by,
        action="contracts.last_day_changed",
        subject=held,
        now=now,
        detail={"before": periods.as_pair(before), "after": periods.as_pair(held.term)},
    )
    return held


def _insert(contract: Contract) -> None:
    """Save a new contract; the database decides whose reference came first."""
    try:
        with transaction.atomic():
            contract.save(force_insert=True)
    except IntegrityError as error:
        if "ref" not in str(error):
            raise
        raise ReferenceTaken(
            f"There is already a contract with the reference {contract.ref}", field="ref"
        ) from error
