"""Dispensations that come with a register file, set-wise by natural key.

Writes only what differs and says what it wrote. Whoever loads the file holds the transaction
and the lock, asks for the role, writes the audit event and rings the bell, once for all that
the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import User
from registry.common.puts import Put, batches, put
from registry.compliance.models import Dispensation


@dataclass(frozen=True, slots=True)
class DispensationFacts:
    """One `dispensation` line, its references resolved to primary keys."""

    product_id: int
    standard_id: int
    period: DateRange
    reason: str


@transaction.atomic
def put_dispensations(*, rows: Sequence[DispensationFacts], by: User, now: datetime) -> Put:
    """Dispensations by product, standard and first day.

    A new one is decided by `by`; one that only changes keeps who decided it first.
    """
    held = {
        _key(row): row
        for ids in batches({row.product_id for row in rows})
        for row in Dispensation.objects.filter(product__in=ids)
    }
    wanted = {}
    for row in rows:
        key = _key(row)
        first = held.get(key)
        wanted[key] = {
            "product_id": row.product_id,
            "standard_id": row.standard_id,
            "period": row.period,
            "reason": row.reason,
            "decided_by_id": first.decided_by_id if first else by.pk,
            "decided_at": first.decided_at if first else now,
        }
    return put(Dispensation, wanted, held.values(), key=_key)


def _key(row: Dispensation | DispensationFacts) -> tuple:
    return (row.product_id, row.standard_id, row.period.lower)
