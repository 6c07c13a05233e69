"""Contracts that come with a register file, set-wise by reference.

Writes only what differs and says what it wrote. Whoever loads the file holds the transaction
and the lock, asks for the role and writes the audit event, once for all that the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from psycopg2.extras import DateRange

from procurement.contracts.models import Contract, ContractItem
from registry.common.puts import Put, batches, put

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """One `contract` line, its references resolved to primary keys."""

    ref: str
    buyer_id: int
    supplier_id: int
    title: str
    signed: date | None
    term: DateRange
    value: Decimal | None
    currency: str
    products: frozenset[int]
    ocid: str = ""


_OWN = ("ref", "buyer_id", "supplier_id", "title", "signed", "term", "value", "currency", "ocid")


@transaction.atomic
def put_contracts(*, rows: Sequence[ContractFacts]) -> Put:
    """Contracts and what they cover. A contract whose products alone differ counts as changed."""
    wanted = {(row.ref,): {name: getattr(row, name) for name in _OWN} for row in rows}
    held = [
        contract
        for refs in batches(row.ref for row in rows)
        for contract in Contract.objects.filter(ref__in=refs)
    ]
    outcome = put(Contract, wanted, held, key=lambda row: (row.ref,))
    contracts = {row.ref: row for row in (*held, *outcome.added)}
    covered = {contracts[row.ref].pk: row.products for row in rows}
    moved = _put_items(covered)
    changed = {row.pk for row in outcome.touched}
    others = [row for row in held if row.pk in moved and row.pk not in changed]
    return Put(outcome.added, [*outcome.changed, *others])


def _put_items(covered: dict[int, frozenset[int]]) -> set[int]:
    """Make each contract cover exactly these products. Returns the contracts that changed."""
    held = {
        (item.contract_id, item.product_id): item.pk
        for ids in batches(covered)
        for item in ContractItem.objects.filter(contract__in=ids)
    }
    wanted = {(contract, product) for contract, products in covered.items() for product in products}
    gone, new = held.keys() - wanted, wanted - held.keys()
    ContractItem.objects.filter(pk__in=[held[key] for key in gone]).delete()
    ContractItem.objects.bulk_create(
        [
            ContractItem(contract_id=contract, product_id=product)
            for contract, product in sorted(new)
        ],
        batch_size=_BATCH,
    )
    return {contract for contract, _ in gone | new}
