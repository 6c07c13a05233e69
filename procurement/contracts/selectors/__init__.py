"""Reads of the contracts room."""

from procurement.contracts.selectors.holdings import (
    Holding,
    Lapse,
    first_shared_day,
    holdings,
    read_for_holdings,
    with_first_lapse,
)
from procurement.contracts.selectors.pages import (
    Use,
    answered_for_by,
    answers_for,
    capabilities_at_risk,
    products_to_choose,
    require_answers_for,
    seen_by,
    suppliers_to_choose,
    use_of,
    why,
)
from procurement.contracts.selectors.terms import ProductStay, stays_in_rest, stays_over

__all__ = [
    "Holding",
    "Lapse",
    "ProductStay",
    "Use",
    "answered_for_by",
    "answers_for",
    "capabilities_at_risk",
    "first_shared_day",
    "holdings",
    "products_to_choose",
    "read_for_holdings",
    "require_answers_for",
    "seen_by",
    "stays_in_rest",
    "stays_over",
    "suppliers_to_choose",
    "use_of",
    "why",
    "with_first_lapse",
]
