"""Publishing by two: one editor proposes, a second one publishes or rejects."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from procurement.whatif import rules, selectors
from procurement.whatif.enums import ChangeKind, DraftState
from procurement.whatif.models import Draft, DraftChange
from procurement.whatif.services.applying import apply
from procurement.whatif.services.holding import DraftMoved, hold, note
from registry.accounts.models import User
from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.compliance.services import hypothetical

__all__ = ["DraftMoved", "FactsMoved", "propose", "publish", "reject", "take_back"]


class NothingProposed(RuleBroken):
    """A draft without changes would publish nothing."""


class FactsMoved(Conflict):
    """What is to be published is not what was proposed, or was looked at."""


class ReasonMissing(RuleBroken):
    """A decision needs a reason that others can read later."""


@transaction.atomic
def propose(*, draft: Draft, by: User, now: datetime) -> Draft:
    """Ask for a second editor's decision. From here on the draft does not change.

    Refused, in words, where the changes cannot be applied to the facts as they stand.
    """
    held = hold(draft, DraftState.DRAFT, by=by)
    changes = selectors.changes_of(held)
    if not changes:
        raise NothingProposed("The draft has no changes yet.")
    with hypothetical():
        apply(changes)
    held.state, held.proposed_by, held.proposed_at = DraftState.PROPOSED, by, now
    held.proposed_as = selectors.digest(changes)
    held.save(update_fields=["state", "proposed_by", "proposed_at", "proposed_as"])
    note(held, "whatif.proposed", by=by, now=now, changes=_sentences(changes))
    return held


@transaction.atomic
def take_back(*, draft: Draft, by: User, now: datetime) -> Draft:
    """Back to being drafted, to be changed; it has to be proposed again."""
    held = hold(draft, DraftState.PROPOSED, by=by)
    held.state, held.proposed_by, held.proposed_at = DraftState.DRAFT, None, None
    held.proposed_as = ""
    held.save(update_fields=["state", "proposed_by", "proposed_at", "proposed_as"])
    note(held, "whatif.taken_back", by=by, now=now)
    return held


@transaction.atomic
def publish(*, draft: Draft, seen: str, reason: str, by: User, now: datetime) -> Draft:
    """A second editor publishes: facts, audit, timelines and cases in one transaction.

    `seen` is the `proposed_as` of the draft that the editor looked at. `FactsMoved` where the
    draft is another by now, or rests on facts that are; `RuleBroken` where a change no longer
    fits, or without a reason. Timelines of many products are owed in rows, as after any mass
    change.
    """
    held = _hold_for_decision(draft, by)
    _require_reason(reason, "Enter why the draft is published")
    changes = selectors.changes_of(held)
    _refuse_moved(held, seen, selectors.digest(changes))
    applied = apply(changes)
    _decide(held, DraftState.PUBLISHED, reason=reason, by=by, now=now)
    sentences = _sentences(changes)
    note(held, "whatif.published", by=by, now=now, changes=sentences, reason=reason.strip())
    if applied.product_ids != []:
        ids = applied.product_ids
        bells.ring(bells.facts_changed, product_ids=ids, now=now, cause=_causes(changes))
    return held


def _causes(changes: Sequence[DraftChange]) -> tuple[Cause, ...]:
    """One for each standard that is changed, so that each product is told of its own."""
    found = {
        Cause(
            CauseKind.DISPENSATION_ENDED
            if change.kind == ChangeKind.SHORTEN_DISPENSATION
            else CauseKind.STANDARD_PUBLISHED,
            change.standard.code,
        )
        for change in changes
        # What proves a criterion from now on turns no day.
        if change.kind != ChangeKind.CHANGE_WAYS
    }
    return tuple(sorted(found))


@transaction.atomic
def reject(*, draft: Draft, reason: str, by: User, now: datetime) -> Draft:
    """A second editor refuses it, for a reason. A copy can be drawn up anew."""
    held = _hold_for_decision(draft, by)
    _require_reason(reason, "Enter why the draft is rejected")
    _decide(held, DraftState.REJECTED, reason=reason, by=by, now=now)
    note(held, "whatif.rejected", by=by, now=now, reason=reason.strip())
    return held


def _hold_for_decision(draft: Draft, by: User) -> Draft:
    held = hold(draft, DraftState.PROPOSED, by=by)
    if held.proposed_by_id == by.pk:
        raise NotPermitted("Who proposed a draft may not decide on it. A second editor has to.")
    return held


def _require_reason(reason: str, words: str) -> None:
    if not reason.strip():
        raise ReasonMissing(words, field="reason")


def _refuse_moved(draft: Draft, seen: str, digest: str) -> None:
    if seen != draft.proposed_as:
        raise FactsMoved(
            "The draft was changed and proposed again after you looked at it. Nothing was changed: "
            "look at it once more."
        )
    if digest != draft.proposed_as:
        raise FactsMoved(
            "What a new edition would demand has changed in the register since the draft was "
            "proposed. Nothing was changed: take it back, look at it, and propose it again."
        )


def _decide(draft: Draft, state: DraftState, *, reason: str, by: User, now: datetime) -> None:
    draft.state, draft.decided_by, draft.decided_at = state, by, now
    draft.decision_reason = reason.strip()
    draft.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _sentences(changes) -> list[str]:
    return [rules.describe(change.facts) for change in changes]
