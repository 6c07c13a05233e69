"""What assessors decide. Every decision is a row that is never changed (house.md, rule 11)."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import User
from registry.audit import services as audit
from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.errors import Conflict, RuleBroken
from registry.common.formatting import format_date, format_period
from registry.common.periods import as_pair, overlap
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission
from registry.evidence.rules import validity
from registry.evidence.selectors import needs_second_assessor, standard_codes, unreleased
from registry.evidence.services.checks import locked, require_impartial_assessor


class TakenUp(Conflict):
    """Somebody else is assessing this."""


@transaction.atomic
def take_up(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Claim a submission. `TakenUp` when another assessor has it and has not let it lie.

    Whoever accepted it first may not be the second assessor.
    """
    row = locked(submission, SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)
    require_impartial_assessor(by, row)
    if row.assessor_id is not None and _lease_runs(row, now=now):
        whose = "You have" if row.assessor_id == by.pk else f"{row.assessor} has"
        raise TakenUp(f"{whose} already taken this up.")
    if _accepted_by(row, by):
        raise Conflict("You accepted this first, so the second assessor must be somebody else.")
    row.state = SubmissionState.IN_ASSESSMENT
    row.assessor, row.taken_up_at = by, now
    row.save()
    audit.record(actor=by, action="evidence.taken_up", subject=row, now=now)
    return row


def _lease_runs(row: Submission, *, now: datetime) -> bool:
    return row.taken_up_at > now - timedelta(days=settings.EVIDENCE_LEASE_DAYS)


def _accepted_by(row: Submission, by: User) -> bool:
    return row.decisions.filter(outcome=Outcome.ACCEPTED, decided_by=by).exists()


@transaction.atomic
def put_back(*, submission: Submission, by: User, now: datetime) -> Submission:
    """Give up a claim, so that another assessor may take the submission up."""
    row = _on_desk_of(by, submission)
    if not row.decisions.exists():
        row.state = SubmissionState.SUBMITTED
    row.assessor = row.taken_up_at = None
    row.save()
    audit.record(actor=by, action="evidence.put_back", subject=row, now=now)
    return row


def _on_desk_of(by: User, submission: Submission) -> Submission:
    """The locked row, in assessment and claimed by `by`."""
    row = locked(submission, SubmissionState.IN_ASSESSMENT)
    require_impartial_assessor(by, row)
    if row.assessor_id is None:
        raise Conflict("Take this up before you decide on it.")
    if row.assessor_id != by.pk:
        raise TakenUp(f"{row.assessor} has taken this up.")
    return row


def _needed(text: str, words: str, field: str) -> str:
    if not text.strip():
        raise RuleBroken(words, field=field)
    return text.strip()


@transaction.atomic
def accept(
    *, submission: Submission, valid: DateRange, reason: str, by: User, now: datetime
) -> Submission:
    """Accept the evidence for the days `valid`, which lie within what the supplier asked for.

    On clinical safety and security standards the first acceptance is only recorded; once a
    different assessor accepts too, the evidence proves over the days that both accepted.
    """
    row = _on_desk_of(by, submission)
    reason = _needed(reason, "Enter the reason for accepting", "reason")
    _refuse_unreleased(row)
    _refuse_bad_validity(row, valid)
    earlier = row.decisions.filter(outcome=Outcome.ACCEPTED).first()
    agreed = _agreed(earlier, valid)
    _decide(row, Outcome.ACCEPTED, reason=reason, valid=valid, by=by, now=now)
    row.assessor = row.taken_up_at = None
    detail = {"valid": as_pair(valid), "reason": reason}
    if earlier is None and needs_second_assessor(row):
        row.save()
        audit.record(
            actor=by, action="evidence.first_accepted", subject=row, now=now, detail=detail
        )
        return row
    row.state, row.valid = SubmissionState.ACCEPTED, agreed
    row.save()
    _ring(row, CauseKind.EVIDENCE_ACCEPTED, now=now)
    detail["valid"] = as_pair(agreed)
    audit.record(actor=by, action="evidence.accepted", subject=row, now=now, detail=detail)
    return row


def _refuse_unreleased(row: Submission) -> None:
    """What nobody may open cannot have been read."""
    files = unreleased(row)
    if files.infected:
        words = "; ".join(files.infected)
        raise RuleBroken(f"{words}. Return the evidence, so that it is replaced", field="reason")
    if files.waiting:
        names = ", ".join(f"“{name}”" for name in files.waiting)
        words = f"{names} must be scanned for viruses first. Accept the evidence after that"
        raise RuleBroken(words, field="reason")


def _refuse_bad_validity(row: Submission, valid: DateRange) -> None:
    if valid.isempty or valid.lower is None:
        raise RuleBroken("Enter the first day the evidence is valid", field="valid_from")
    within = row.valid is not None and overlap(row.valid, valid)
    if within != valid:
        asked = format_period(row.valid)
        words = f"Accept days within what the supplier asked for: {asked}"
        raise RuleBroken(words, field="valid_until")
    limit = row.issued_on and validity.latest_end(
        form=row.form, standards=standard_codes(row), issued_on=row.issued_on
    )
    if limit and (valid.upper is None or valid.upper > limit):
        last = format_date(limit - timedelta(days=1))
        words = f"This kind of evidence lasts until {last} at the latest"
        raise RuleBroken(words, field="valid_until")


def _agreed(earlier: Decision | None, valid: DateRange) -> DateRange:
    """The days that both assessors accept; those of the only one when there is no other."""
    if earlier is None:
        return valid
    both = overlap(earlier.valid, valid)
    if both is None:
        first = format_period(earlier.valid)
        words = f"The first assessor accepted {first}. The days you accept share none of them"
        raise RuleBroken(words, field="valid_from")
    return both


def _decide(row: Submission, outcome: Outcome, *, by: User, now: datetime, **facts) -> None:
    Decision.objects.create(submission=row, outcome=outcome, decided_by=by, decided_at=now, **facts)


def _ring(row: Submission, kind: CauseKind, *, now: datetime) -> None:
    why = Cause(kind, row.ref)
    bells.ring(bells.facts_changed, product_ids=[row.product_id], now=now, cause=why)


@transaction.atomic
def return_(
    *, submission: Submission, reason: str, what_would_do: str, by: User, now: datetime
) -> Submission:
    """Send the evidence back with the reason and what would do instead."""
    row = _on_desk_of(by, submission)
    reason = _needed(reason, "Enter the reason for returning", "reason")
    remedy = _needed(what_would_do, "Enter what would do instead", "what_would_do")
    _decide(row, Outcome.RETURNED, reason=reason, what_would_do=remedy, by=by, now=now)
    row.state, row.assessor, row.taken_up_at = SubmissionState.RETURNED, None, None
    row.save()
    detail = {"reason": reason, "what_would_do": remedy}
    audit.record(actor=by, action="evidence.returned", subject=row, now=now, detail=detail)
    return row


@transaction.atomic
def revoke(
    *, submission: Submission, from_: date, reason: str, by: User, now: datetime
) -> Submission:
    """Accepted evidence proves nothing from `from_` on, which may be its first day."""
    row = locked(submission, SubmissionState.ACCEPTED)
    require_impartial_assessor(by, row)
    reason = _needed(reason, "Enter the reason for revoking", "reason")
    if row.revoked_from is not None:
        since = format_date(row.revoked_from)
        raise Conflict(f"This evidence is already revoked from {since}.")
    if not _starts_within(row.valid, from_):
        words = f"The day must be one that the evidence is valid on: {format_period(row.valid)}"
        raise RuleBroken(words, field="revoked_from")
    _decide(row, Outcome.REVOKED, reason=reason, revoked_from=from_, by=by, now=now)
    row.revoked_from = from_
    row.save()
    _ring(row, CauseKind.EVIDENCE_REVOKED, now=now)
    detail = {"from": from_.isoformat(), "reason": reason}
    audit.record(actor=by, action="evidence.revoked", subject=row, now=now, detail=detail)
    return row


def _starts_within(valid: DateRange, day: date) -> bool:
    starts = valid.lower is None or valid.lower <= day
    return starts and (valid.upper is None or day < valid.upper)
