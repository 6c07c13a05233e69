"""Taking back what was accepted, from a day on."""

from datetime import date, datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.common.causes import CauseKind
from registry.common.errors import Conflict, RuleBroken
from registry.common.formatting import format_date, format_period
from registry.common.periods import holds
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Submission
from registry.evidence.services.assessment import decide, needed, ring
from registry.evidence.services.checks import locked, require_impartial_assessor
from registry.evidence.services.telling import tell_revoked


@transaction.atomic
def revoke(
    *, submission: Submission, from_: date, reason: str, by: User, now: datetime
) -> Submission:
    """Accepted evidence proves nothing from `from_` on, which may be its first day."""
    row = locked(submission, SubmissionState.ACCEPTED)
    require_impartial_assessor(by, row, now=now)
    reason = needed(reason, "Enter the reason for revoking", "reason")
    if row.revoked_from is not None:
        since = format_date(row.revoked_from)
        raise Conflict(f"This evidence is already revoked from {since}.")
    if not holds(row.valid, from_):
        words = f"The day must be one that the evidence is valid on: {format_period(row.valid)}"
        raise RuleBroken(words, field="revoked_from")
    decide(row, Outcome.REVOKED, reason=reason, revoked_from=from_, by=by, now=now)
    row.revoked_from = from_
    row.save()
    ring(row, CauseKind.EVIDENCE_REVOKED, now=now)
    tell_revoked(submission=row, from_=from_, reason=reason, now=now)
    detail = {"from": from_.isoformat(), "reason": reason}
    audit.record(actor=by, action="evidence.revoked", subject=row, now=now, detail=detail)
    return row
