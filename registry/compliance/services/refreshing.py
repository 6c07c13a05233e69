"""Bring what the register holds true into line with the facts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from registry.catalogue.models import Product
from registry.common import bells, locks
from registry.compliance.selectors.statement import ask, sql

_EVERYTHING = "refresh of every product"


@dataclass(frozen=True, slots=True)
class RefreshOutcome:
    """How many spells were added and closed, and of which products."""

    written: int = 0
    closed: int = 0
    product_ids: tuple[int, ...] = ()


@transaction.atomic
def refresh(*, product_ids: list[int] | None, now: datetime, cause: str) -> RefreshOutcome:
    """Compute these products' timelines (`None`: everyone's) and record what changed.

    Writes nothing where nothing changed. Whoever refreshes the same products at once waits, then
    sees the other's facts: products are locked first, and the statement that computes comes after.
    Rings `spells_changed` for the products whose spells or verdicts changed.
    """
    if product_ids is not None and not product_ids:
        return RefreshOutcome()
    _wait_for_others(product_ids)
    rows = ask(sql("refresh.sql"), product_ids=product_ids, now=now)
    outcome = RefreshOutcome(
        written=sum(written for _, _, written in rows),
        closed=sum(closed for _, closed, _ in rows),
        product_ids=tuple(product_id for product_id, _, _ in rows),
    )
    if outcome.product_ids:
        changed = list(outcome.product_ids)
        bells.ring(bells.spells_changed, product_ids=changed, now=now)
    return outcome


def _wait_for_others(product_ids: list[int] | None) -> None:
    """Lock in key order. A refresh of everything excludes all others without locking each row."""
    if product_ids is None:
        locks.advisory(_EVERYTHING)
        with connection.cursor() as cursor:
            # Sorts and hashes of a whole register are worth more memory than a page's.
            cursor.execute("SET LOCAL work_mem = '128MB'")
        return
    locks.advisory_shared(_EVERYTHING)
    # No stronger than this: a row that refers to a product holds its key, and two writers that
    # each hold it and want the row would wait for each other for ever.
    wanted = Product.objects.filter(pk__in=product_ids).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk", flat=True))
