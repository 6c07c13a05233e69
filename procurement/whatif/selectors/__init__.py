"""Reads of the what-if room."""

from procurement.whatif.selectors.drafts import (
    Offer,
    actions,
    changes_of,
    digest,
    draft_seen_by,
    drafts_for,
    offers,
    others_to_compare,
)
from procurement.whatif.selectors.impact import (
    BuyerRow,
    ContractLine,
    ContractRow,
    ProductRow,
    Summary,
    buyer_rows,
    contract_days,
    contract_lines,
    contract_rows,
    join_contracts,
    product_days,
    product_rows,
    summary,
)
from procurement.whatif.selectors.statements import CONTRACTS_TABLE

__all__ = [
    "CONTRACTS_TABLE",
    "BuyerRow",
    "ContractLine",
    "ContractRow",
    "Offer",
    "ProductRow",
    "Summary",
    "actions",
    "buyer_rows",
    "changes_of",
    "contract_days",
    "contract_lines",
    "contract_rows",
    "digest",
    "draft_seen_by",
    "drafts_for",
    "join_contracts",
    "offers",
    "others_to_compare",
    "product_days",
    "product_rows",
    "summary",
]
