"""Who has a submission on the desk, until when."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.common.errors import Conflict
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.rules import lease
from registry.evidence.services.checks import (
    ConflictOfInterest,
    locked,
    require_impartial_assessor,
)


class TakenUp(Conflict):
    """Somebody else is assessing this."""


class ClaimOver(Conflict):
    """The claim ended by itself; nobody else has taken the submission up yet."""


@transaction.atomic
def take_up(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Claim a submission. `TakenUp` when another assessor has it and the claim still runs.

    Whoever accepted it first may not be the second assessor.
    """
    row = locked(submission, *AWAITING)
    require_impartial_assessor(by, row, now=now)
    if lease.runs(row.leased_until, now=now):
        whose = "You have" if row.assessor_id == by.pk else f"{row.assessor} has"
        raise TakenUp(f"{whose} already taken this up.")
    _refuse_first_assessor(row, by)
    return _claim(row, by=by, now=now)


def _refuse_first_assessor(row: Submission, by: User) -> None:
    if row.decisions.filter(outcome=Outcome.ACCEPTED, decided_by=by).exists():
        raise Conflict("You accepted this first, so the second assessor must be somebody else.")


def _claim(row: Submission, *, by: User, now: datetime) -> Submission:
    detail = {"from": str(row.assessor)} if row.assessor_id else {}
    row.state = SubmissionState.IN_ASSESSMENT
    row.assessor, row.taken_up_at = by, now
    row.leased_until = lease.ends(now=now, days=settings.EVIDENCE_LEASE_DAYS)
    row.save()
    audit.record(actor=by, action="evidence.taken_up", subject=row, now=now, detail=detail)
    return row


class NothingToTakeUp(Conflict):
    """Nothing waits that this assessor may take up."""


@transaction.atomic
def take_up_first(*, ids: Sequence[int], by: User, now: datetime) -> Submission:
    """Claim the first of `ids` (primary keys, the most harmful first) that may be claimed.

    What somebody else is claiming at this very moment is passed over rather than waited for, so
    fifty who ask at once get fifty different ones. `NothingToTakeUp` when none is left.
    """
    require_role(by, Role.ASSESSOR)
    audit.take_turn()
    for pk in ids:
        row = (
            Submission.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("product__supplier", "assessor")
            .filter(pk=pk, state__in=AWAITING)
            .first()
        )
        if row is None or lease.runs(row.leased_until, now=now):
            continue
        try:
            require_impartial_assessor(by, row, now=now)
            _refuse_first_assessor(row, by)
        except (ConflictOfInterest, Conflict):
            continue
        return _claim(row, by=by, now=now)
    raise NothingToTakeUp("Nothing waits that you may take up. All of it is with somebody.")


@transaction.atomic
def put_back(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Give up a claim, so that another assessor may take the submission up.

    Whoever has a stake in it since they took it up may do this, and nothing else.
    """
    require_role(by, Role.ASSESSOR)
    row = locked(submission, SubmissionState.IN_ASSESSMENT)
    if row.assessor_id != by.pk:
        require_impartial_assessor(by, row, now=now)
    _refuse_unless_held(row, by, now=now)
    if not row.decisions.exists():
        row.state = SubmissionState.SUBMITTED
    clear_claim(row)
    row.save()
    audit.record(actor=by, action="evidence.put_back", subject=row, now=now)
    return row


@transaction.atomic
def keep_longer(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Let one's own claim, which still runs, end as late as one that is made now."""
    row = on_desk_of(by, submission, now=now)
    extend(row, now=now, days=settings.EVIDENCE_LEASE_DAYS)
    row.save()
    detail = {"until": row.leased_until.isoformat()}
    audit.record(actor=by, action="evidence.claim_extended", subject=row, now=now, detail=detail)
    return row


def extend(row: Submission, *, now: datetime, days: int) -> None:
    """Move the end of a claim to `days` from now, never to an earlier moment."""
    row.leased_until = max(row.leased_until, lease.ends(now=now, days=days))


def clear_claim(row: Submission) -> None:
    """Nobody has it on the desk any more."""
    row.assessor = row.taken_up_at = row.leased_until = None


def on_desk_of(by: User, submission: Submission, *, now: datetime) -> Submission:
    """The locked row, in assessment and claimed by `by`, whose claim still runs."""
    row = locked(submission, SubmissionState.IN_ASSESSMENT)
    require_impartial_assessor(by, row, now=now)
    _refuse_unless_held(row, by, now=now)
    return row


def _refuse_unless_held(row: Submission, by: User, *, now: datetime) -> None:
    if row.assessor_id is None:
        raise Conflict("Take this up before you decide on it.")
    if row.assessor_id != by.pk:
        raise TakenUp(f"{row.assessor} has taken this up.")
    if not lease.runs(row.leased_until, now=now):
        ended = lease.last_day_words(row.leased_until)
        raise ClaimOver(f"Your claim ended on {ended}. Take this up again before you go on.")
