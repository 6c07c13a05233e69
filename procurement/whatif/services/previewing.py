"""Looking ahead: what a draft would do, computed by the register's own statement, kept nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import OperationalError

from procurement.whatif import selectors
from procurement.whatif.models import DraftChange
from procurement.whatif.selectors import BuyerRow, ContractLine, ContractRow, ProductRow, Summary
from procurement.whatif.services.applying import apply
from registry.common.errors import RuleBroken
from registry.compliance import services as compliance

PER_PAGE = 25
MOST_BUYERS = 10
# Twenty standards of 20,000 products take nine seconds; a page ends, whatever is asked of it.
_BOUND = "SET LOCAL statement_timeout = '30s'"
_CANCELLED = "57014"


@dataclass(frozen=True)
class Preview:
    """What a draft would do from a day on: the numbers, and a page of each list."""

    summary: Summary
    products: list[ProductRow]
    contracts: list[ContractRow]
    # The first `MOST_BUYERS` of them.
    buyers: list[BuyerRow]


class TooMuch(RuleBroken):
    """The draft reaches so far that nobody would wait for the answer."""


@contextmanager
def supposed(changes: list[DraftChange], *, on: date) -> Iterator[None]:
    """Within it the selectors answer as if `changes` were published; then all is undone.

    `RuleBroken`, in words, where a change cannot be applied to the facts as they stand, or the
    answer would take too long.
    """
    try:
        with compliance.hypothetical(tables=[selectors.CONTRACTS_TABLE, _BOUND]):
            applied = apply(changes)
            compliance.suppose(
                standard_ids=applied.standard_ids, product_ids=applied.product_ids, on=on
            )
            selectors.join_contracts()
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != _CANCELLED:
            raise
        raise TooMuch(
            "This draft reaches too far to be computed while you wait. Split it into several "
            "drafts of fewer standards."
        ) from error


def preview(
    changes: list[DraftChange], *, on: date, products_page: int = 1, contracts_page: int = 1
) -> Preview:
    """What would turn not met, on the day `on` or later. Pages count from 1."""
    with supposed(changes, on=on):
        held_by = selectors.buyer_rows(on=on)
        return Preview(
            summary=selectors.summary(held_by, on=on),
            products=selectors.product_rows(limit=PER_PAGE, offset=PER_PAGE * (products_page - 1)),
            contracts=selectors.contract_rows(
                on=on, limit=PER_PAGE, offset=PER_PAGE * (contracts_page - 1)
            ),
            buyers=held_by[:MOST_BUYERS],
        )


def every_product(changes: list[DraftChange], *, on: date) -> list[ProductRow]:
    """Every product that would turn not met, for a spreadsheet."""
    with supposed(changes, on=on):
        return selectors.product_rows(limit=None)


def every_contract(changes: list[DraftChange], *, on: date) -> list[ContractLine]:
    """Every contract with such days, for a spreadsheet."""
    with supposed(changes, on=on):
        return selectors.contract_lines(on=on)
