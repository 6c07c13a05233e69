"""Endpoints follow what is known of control of their host.

Whoever changes what is known of an authority, or adds an endpoint there, takes locks in this
order: the authority's (`hold`), the row of the control, the rows of endpoints by key, the audit.
So nobody waits for another in a circle, and no endpoint is added unseen while a proof lands.
"""

from datetime import datetime

from registry.common import locks
from registry.probes.enums import Control, ControlState
from registry.probes.models import Endpoint, HostControl


def hold(supplier_id: int, authority: str) -> None:
    """Nobody else changes what is known of this authority until the transaction ends."""
    locks.advisory(f"control of {authority} by {supplier_id}")


def state_of(supplier_id: int, authority: str) -> str:
    """How far the supplier has proved it; empty where nobody has begun. The lock is held."""
    rows = HostControl.objects.filter(supplier=supplier_id, authority=authority)
    return rows.values_list("state", flat=True).first() or ""


def bring_into_line(supplier_id: int, authority: str, *, state: str, now: datetime) -> int:
    """Make the supplier's endpoints there follow the proof; how many turned. The lock is held.

    What an officer vouched for is left as it is. While a proof is missing nothing turns either
    way. A visit that is on its way when visits stop is not stored: its claim is gone.
    """
    if state == ControlState.MISSING:
        return 0
    proved = state == ControlState.PROVED
    there = Endpoint.objects.filter(
        product__supplier=supplier_id,
        authority=authority,
        control=Control.UNPROVED if proved else Control.PROVED,
    )
    ids = list(there.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if not ids:
        return 0
    rows = Endpoint.objects.filter(pk__in=ids)
    if proved:
        return rows.update(control=Control.PROVED, due_at=now)
    return rows.update(control=Control.UNPROVED, claim=None, claimed_until=None)
