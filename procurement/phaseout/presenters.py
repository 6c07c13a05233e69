"""Phase-out in sentences, and its sections on pages of the rooms below."""

from datetime import date, datetime

from procurement.contracts.models import Contract
from procurement.phaseout import selectors
from procurement.phaseout.enums import CaseState
from procurement.phaseout.models import Case
from registry.catalogue.models import Product
from registry.common.formatting import format_date


def notice_draft(case: Case, *, on: date) -> str:
    """A first text for a notice, from what the case knows on a day; the officer finishes it."""
    verb = "will" if case.not_met_from and case.not_met_from > on else "does"
    begun = f" from {format_date(case.not_met_from)}" if case.not_met_from else ""
    lines = [
        f"The register holds that {case.product.name} {verb} not meet {case.standard}{begun}.",
        *case.explanation,
        f"Submit evidence, or mend the product, so that the register can hold it as meeting "
        f"{case.standard.code}.",
    ]
    return "\n\n".join(lines)


def panel_of_contract(
    contract: Contract, *, user, on: date, known_at: datetime | None, today: date
) -> dict | None:
    """Open cases on what a contract covers: who may see the contract may know of them.

    A case stands as it does today, so a page about another day shows none.
    """
    if on != today or known_at is not None:
        return None
    return _panel(selectors.open_cases(contract.products.all()), user)


def panel_of_product(
    product: Product, *, user, on: date, known_at: datetime | None, today: date
) -> dict | None:
    """Open cases on a product, for its supplier and the national team."""
    if on != today or known_at is not None or not selectors.may_know_of_cases(user, product):
        return None
    return _panel(selectors.open_cases([product]), user)


def _panel(cases: list[Case], user) -> dict | None:
    if not cases:
        return None
    return {
        "cases": [(case, CaseState(case.state)) for case in cases],
        "national": user.is_national,
    }
