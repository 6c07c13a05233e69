"""Bring what the register holds true into line with the facts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from registry.audit import services as audit
from registry.common import bells, locks
from registry.common.periods import civil_date
from registry.compliance.selectors.statement import ask, sql
from registry.compliance.services.stretches import write_stretches

_MANY = 1000


@dataclass(frozen=True, slots=True)
class RefreshOutcome:
    """How many spells were added and closed, and of which products."""

    written: int = 0
    closed: int = 0
    product_ids: tuple[int, ...] = ()


@transaction.atomic
def refresh(*, product_ids: list[int] | None, now: datetime, cause: str) -> RefreshOutcome:
    """Compute these products' timelines (`None`: everyone's) and record what changed.

    Writes nothing where nothing changed. Rings `spells_changed`, with the `cause`, for the
    products whose spells or verdicts changed.
    """
    if product_ids is not None and not product_ids:
        return RefreshOutcome()
    wait_for_turn()
    if product_ids is None or len(product_ids) > _MANY:
        _spend_memory()
    rows = ask(sql("refresh.sql"), product_ids=product_ids, now=now)
    write_stretches(product_ids=product_ids, on=civil_date(now))
    outcome = RefreshOutcome(
        closed=sum(closed for _, closed, _ in rows),
        written=sum(written for _, _, written in rows),
        product_ids=tuple(product_id for product_id, _, _ in rows),
    )
    if outcome.product_ids:
        changed = list(outcome.product_ids)
        bells.ring(bells.spells_changed, product_ids=changed, now=now, cause=cause)
    return outcome


def wait_for_turn() -> None:
    """One refresh at a time, until its transaction ends: who waited sees the other's facts.

    The audit's lock comes first, because what answers `spells_changed` writes to the audit:
    two transactions can then never wait for each other in a circle (ADR 0012).
    """
    audit.take_turn()
    locks.advisory("refresh of timelines")


def _spend_memory() -> None:
    """Sorting and hashing a whole register is worth more memory than a page's, this once."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
