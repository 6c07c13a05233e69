"""Suppliers, products and claims that come with a register file, set-wise by natural key.

Each function writes only what differs and says what it wrote. Whoever loads the file holds
the transaction and the lock, asks for the role, writes the audit event and rings the bell,
once for all that the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from psycopg2.extras import DateRange

from registry.catalogue.models import Claim, Product, Supplier
from registry.common.puts import Put, batches, put


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """One `supplier` line."""

    ref: str
    name: str
    website: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """One `product` line, its references resolved to primary keys."""

    ref: str
    supplier_id: int
    name: str
    state: str
    summary: str = ""
    hosting: str = ""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One `claim` line, its references resolved to primary keys."""

    product_id: int
    capability_id: int
    claimed: DateRange


def _values(facts: Any) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}


@transaction.atomic
def put_suppliers(*, rows: Sequence[SupplierFacts]) -> Put:
    """Suppliers by reference."""
    wanted = {(row.ref,): _values(row) for row in rows}
    held = Supplier.objects.filter(ref__in=[row.ref for row in rows])
    return put(Supplier, wanted, held, key=lambda row: (row.ref,))


@transaction.atomic
def put_products(*, rows: Sequence[ProductFacts]) -> Put:
    """Products by reference."""
    wanted = {(row.ref,): _values(row) for row in rows}
    # The search column is written by the database and not read here.
    held = [
        row
        for refs in batches(row.ref for row in rows)
        for row in Product.objects.filter(ref__in=refs).defer("search")
    ]
    return put(Product, wanted, held, key=lambda row: (row.ref,))


@transaction.atomic
def put_claims(*, rows: Sequence[ClaimFacts]) -> Put:
    """Claims by product, capability and first claimed day."""
    wanted = {(r.product_id, r.capability_id, r.claimed.lower): _values(r) for r in rows}
    held = [
        row
        for ids in batches({row.product_id for row in rows})
        for row in Claim.objects.filter(product__in=ids)
    ]
    return put(
        Claim,
        wanted,
        held,
        key=lambda row: (row.product_id, row.capability_id, row.claimed.lower),
    )
