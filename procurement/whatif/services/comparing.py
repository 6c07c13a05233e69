"""Two drafts side by side: what only one of them would do, and what both would, but when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.whatif import selectors
from procurement.whatif.models import DraftChange
from procurement.whatif.selectors import Summary
from procurement.whatif.services.previewing import supposed


@dataclass(frozen=True)
class Compared:
    """A product or contract and its first day under each draft; `None` where it would not turn."""

    ref: str
    name: str
    value: Decimal | None
    first: date | None
    second: date | None


@dataclass(frozen=True)
class Comparison:
    """The numbers of two drafts, and what differs between them, the largest value first."""

    first: Summary
    second: Summary
    products: list[Compared]
    contracts: list[Compared]
    # Products, and contracts, that turn on the same day under both.
    same_products: int
    same_contracts: int


@dataclass(frozen=True)
class _Side:
    summary: Summary
    # By reference: name, value, first day.
    products: dict[str, tuple]
    contracts: dict[str, tuple]


def compare(first: list[DraftChange], second: list[DraftChange], *, on: date) -> Comparison:
    """The changes of two drafts, each supposed on its own from the day `on`."""
    one, other = _side(first, on=on), _side(second, on=on)
    return Comparison(
        first=one.summary,
        second=other.summary,
        products=_differing(one.products, other.products),
        contracts=_differing(one.contracts, other.contracts),
        same_products=_same(one.products, other.products),
        same_contracts=_same(one.contracts, other.contracts),
    )


def _side(changes: list[DraftChange], *, on: date) -> _Side:
    with supposed(changes, on=on):
        return _Side(
            summary=selectors.summary(selectors.buyer_rows(on=on), on=on),
            products=selectors.product_days(),
            contracts=selectors.contract_days(),
        )


def _differing(one: dict[str, tuple], other: dict[str, tuple]) -> list[Compared]:
    rows = []
    for ref in one.keys() | other.keys():
        name, value, _ = one.get(ref) or other[ref]
        first, second = (side[ref][2] if ref in side else None for side in (one, other))
        if first != second:
            rows.append(Compared(ref, name, value, first, second))
    return sorted(rows, key=lambda row: (-(row.value or 0), row.ref))


def _same(one: dict[str, tuple], other: dict[str, tuple]) -> int:
    return sum(ref in other and other[ref][2] == told[2] for ref, told in one.items())
