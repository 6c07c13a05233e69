"""Timelines as the lines that `manage.py timelines` prints."""

import json
from collections.abc import Iterator
from datetime import datetime

from registry.catalogue.models import Product
from registry.common.errors import RuleBroken
from registry.compliance.enums import Status
from registry.compliance.selectors import PairTimeline, timelines
from registry.history.selectors import as_known


def lines(*, product: str | None, known_at: datetime | None) -> Iterator[str]:
    """One JSON object per pair that is ever required or met, by product and standard.

    `product` is a reference, `None` for every product. `RuleBroken` when there is none, or was
    none that the register knew of at `known_at`.
    """
    with as_known(known_at):
        yield from _lines(product, known_at)


def _lines(product: str | None, known_at: datetime | None) -> Iterator[str]:
    ids = None
    if product is not None:
        ids = list(Product.objects.filter(ref=product).values_list("pk", flat=True))
        if not ids:
            raise RuleBroken(f"There is no product {product}.", field="product")
    for pair in timelines(product_ids=ids, known_at=known_at):
        if any(spell.status != Status.NOT_REQUIRED for spell in pair.spells):
            yield _line(pair)


def _line(pair: PairTimeline) -> str:
    spells = [
        {
            "status": spell.status,
            "from": spell.from_ and spell.from_.isoformat(),
            "until": spell.until and spell.until.isoformat(),
        }
        for spell in pair.spells
    ]
    said = {"product": pair.product_ref, "standard": pair.standard_code, "spells": spells}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
