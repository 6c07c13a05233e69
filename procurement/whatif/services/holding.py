"""Holding a draft while it is worked on, and telling who came too late."""

from datetime import datetime

from procurement.whatif.enums import DraftState
from procurement.whatif.models import Draft
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.common.errors import Conflict
from registry.common.formatting import format_datetime


class DraftMoved(Conflict):
    """The draft is no longer where this step starts; the message says who moved it."""


def hold(draft: Draft, *states: DraftState, by: User) -> Draft:
    """The draft's row, locked until the transaction ends; `DraftMoved` unless in `states`."""
    require_role(by, Role.STANDARDS_EDITOR)
    # Before the row: who holds it records in the audit, or rings, and needs this lock (ADR 0012).
    audit.take_turn()
    held = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("created_by", "proposed_by", "decided_by")
        .get(pk=draft.pk)
    )
    if held.state not in states:
        raise DraftMoved(_overtaken(held))
    return held


def note(draft: Draft, action: str, *, by: User, now: datetime, **detail) -> None:
    """The audit's event of a step on a draft."""
    audit.record(actor=by, action=action, subject=draft, now=now, detail=detail)


def _overtaken(draft: Draft) -> str:
    who, at = draft.decided_by, draft.decided_at
    if draft.state == DraftState.PROPOSED:
        who, at = draft.proposed_by, draft.proposed_at
    by = f": {who} was first ({format_datetime(at)})" if who else ""
    label = draft.get_state_display().lower()
    return f"The draft is now “{label}”{by}. Nothing was changed."
