"""Drafting, looking ahead, and publishing by two."""

from procurement.whatif.services.applying import Applied, apply
from procurement.whatif.services.comparing import Compared, Comparison, compare
from procurement.whatif.services.deciding import (
    DraftMoved,
    FactsMoved,
    propose,
    publish,
    reject,
    take_back,
)
from procurement.whatif.services.drafting import (
    ChangeRefused,
    Wanted,
    add_change,
    copy_draft,
    discard,
    remove_change,
    start_draft,
)
from procurement.whatif.services.previewing import Preview, every_contract, every_product, preview

__all__ = [
    "Applied",
    "ChangeRefused",
    "Compared",
    "Comparison",
    "DraftMoved",
    "FactsMoved",
    "Preview",
    "Wanted",
    "add_change",
    "apply",
    "compare",
    "copy_draft",
    "discard",
    "every_contract",
    "every_product",
    "preview",
    "propose",
    "publish",
    "reject",
    "remove_change",
    "start_draft",
    "take_back",
]
