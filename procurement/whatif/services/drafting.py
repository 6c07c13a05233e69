"""Drawing up changes. Each is tried on supposed facts first: what cannot be applied is refused."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from psycopg2.extras import DateRange

from procurement.whatif import rules, selectors
from procurement.whatif.enums import NEW_KINDS, ChangeKind, DraftState
from procurement.whatif.models import Draft, DraftChange, as_ways
from procurement.whatif.services.applying import apply
from procurement.whatif.services.holding import hold, note
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.catalogue.models import Product
from registry.common.errors import RuleBroken
from registry.common.puts import same
from registry.compliance.services import hypothetical
from registry.standards.models import Capability, Standard
from registry.standards.rules import Ways


class DraftUnclear(RuleBroken):
    """A draft needs a title and a reason that a second editor can judge it by."""


class ChangeRefused(RuleBroken):
    """The change says nothing new, or the draft has one of the same thing already."""


@dataclass(frozen=True)
class Wanted:
    """A change as an editor asks for it; the fields are those of `DraftChange`."""

    kind: ChangeKind
    standard: Standard
    period: DateRange | None = None
    was: DateRange | None = None
    version: str = ""
    copied_from: str = ""
    capability: Capability | None = None
    product: Product | None = None
    criterion: str = ""
    ways_were: Ways | None = None
    ways: Ways | None = None


@transaction.atomic
def start_draft(*, title: str, reason: str, by: User, now: datetime) -> Draft:
    """An empty draft."""
    require_role(by, Role.STANDARDS_EDITOR)
    if not title.strip():
        raise DraftUnclear("Enter what the draft is called", field="title")
    if not reason.strip():
        raise DraftUnclear("Enter why the changes are considered", field="reason")
    draft = Draft.objects.create(
        title=title.strip(), reason=reason.strip(), created_by=by, created_at=now
    )
    note(draft, "whatif.drafted", by=by, now=now, title=draft.title)
    return draft


@transaction.atomic
def add_change(*, draft: Draft, wanted: Wanted, by: User, now: datetime) -> DraftChange:
    """Add a change, where the whole draft with it can be applied to the facts as they stand.

    `RuleBroken` in the words of the rule that forbids it; then nothing is added.
    """
    held = hold(draft, DraftState.DRAFT, by=by)
    changes = selectors.changes_of(held)
    change = DraftChange(
        draft=held,
        kind=wanted.kind,
        standard=wanted.standard,
        version=wanted.version.strip(),
        copied_from=wanted.copied_from,
        capability=wanted.capability,
        product=wanted.product,
        criterion=wanted.criterion,
        was=wanted.was,
        period=wanted.period,
        ways_were=wanted.ways_were and asdict(wanted.ways_were),
        ways=wanted.ways and asdict(wanted.ways),
        added_by=by,
        added_at=now,
    )
    _refuse_idle(change, changes)
    with hypothetical():
        apply([*changes, change])
    change.save()
    note(held, "whatif.change_added", by=by, now=now, change=rules.describe(change.facts))
    return change


@transaction.atomic
def remove_change(*, draft: Draft, change_id: int, by: User, now: datetime) -> None:
    """Take a change out of the draft. What is gone already stays gone."""
    held = hold(draft, DraftState.DRAFT, by=by)
    for change in selectors.changes_of(held):
        if change.pk == change_id:
            words = rules.describe(change.facts)
            change.delete()
            note(held, "whatif.change_removed", by=by, now=now, change=words)


@transaction.atomic
def copy_draft(*, draft: Draft, by: User, now: datetime) -> Draft:
    """A new draft with the same changes, to alter and compare; also of one that was rejected.

    Whether they can still be applied is asked when somebody looks at it or adds to it.
    """
    made = start_draft(title=f"{draft.title} (copy)"[:200], reason=draft.reason, by=by, now=now)
    for change in selectors.changes_of(draft):
        change.pk, change.draft, change.added_by, change.added_at = None, made, by, now
        change._state.adding = True
        change.save()
    return made


@transaction.atomic
def discard(*, draft: Draft, reason: str, by: User, now: datetime) -> Draft:
    """Nothing will come of the draft; it stays to be read."""
    held = hold(draft, DraftState.DRAFT, by=by)
    held.state, held.decided_by, held.decided_at = DraftState.DISCARDED, by, now
    held.decision_reason = reason.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    note(held, "whatif.discarded", by=by, now=now, reason=held.decision_reason)
    return held


def _refuse_idle(change: DraftChange, others: list[DraftChange]) -> None:
    if len(others) >= rules.MAX_CHANGES:
        raise ChangeRefused(f"A draft holds at most {rules.MAX_CHANGES} changes.")
    if change.was is not None and same(change.was, change.period):
        raise ChangeRefused("These are the dates that it has already.", field="period")
    if change.kind == ChangeKind.CHANGE_WAYS and as_ways(change.ways) == as_ways(change.ways_were):
        raise ChangeRefused("This is what proves it already.", field="proofs")
    if change.kind not in NEW_KINDS and any(_about(x) == _about(change) for x in others):
        raise ChangeRefused(
            "The draft changes this already. Remove that change first.", field="period"
        )


def _about(change: DraftChange) -> tuple:
    """What a change is about; dates that it has so far tell scope rows apart."""
    return (
        change.kind,
        change.standard_id,
        change.version,
        change.capability_id,
        change.product_id,
        change.criterion,
        change.was and change.was.lower,
        change.was is None,
    )
