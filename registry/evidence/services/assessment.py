"""What assessors decide. Every decision is a row that is never changed (house.md, rule 11)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import User
from registry.audit import services as audit
from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.errors import RuleBroken
from registry.common.formatting import format_date, format_period
from registry.common.periods import as_pair, overlap
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, LeftOut, Submission
from registry.evidence.rules import validity
from registry.evidence.selectors import needs_second_assessor, standard_codes, unreleased
from registry.evidence.services.claiming import clear_claim, on_desk_of
from registry.evidence.services.questionnaire import refuse_failing_answers
from registry.evidence.services.telling import tell_accepted, tell_returned


def needed(text: str, words: str, field: str) -> str:
    """The text without blanks around it; `RuleBroken` with `words` when nothing is left."""
    if not text.strip():
        raise RuleBroken(words, field=field)
    return text.strip()


@transaction.atomic
def accept(
    *,
    submission: Submission,
    valid: DateRange,
    reason: str,
    by: User,
    now: datetime,
    left_out: Mapping[int, str] | None = None,
) -> Submission:
    """Accept the evidence for the days `valid`, which lie within what the supplier asked for.

    `left_out` are criteria (primary keys) that it is not accepted for, each with its reason.
    On clinical safety and security standards the first acceptance is only recorded; once a
    different assessor accepts too, the evidence proves what both accepted, over the days that
    both accepted.
    """
    row = on_desk_of(by, submission, now=now)
    reason = needed(reason, "Enter the reason for accepting", "reason")
    _refuse_unreleased(row)
    _refuse_bad_validity(row, valid)
    refuse_failing_answers(row)
    earlier = row.decisions.filter(outcome=Outcome.ACCEPTED).first()
    agreed = _agreed(earlier, valid)
    out = _left_out(row, earlier, left_out or {})
    decision = decide(row, Outcome.ACCEPTED, reason=reason, valid=valid, by=by, now=now)
    detail = {"valid": as_pair(valid), "reason": reason} | _leave_out(decision, left_out or {})
    clear_claim(row)
    if earlier is None and needs_second_assessor(row):
        row.save()
        audit.record(
            actor=by, action="evidence.first_accepted", subject=row, now=now, detail=detail
        )
        return row
    row.state, row.valid = SubmissionState.ACCEPTED, agreed
    row.save()
    row.spoken_to.filter(criterion__in=out).delete()
    ring(row, CauseKind.EVIDENCE_ACCEPTED, now=now)
    tell_accepted(submission=row, now=now)
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


def _left_out(row: Submission, earlier: Decision | None, now_out: Mapping[int, str]) -> set[int]:
    """All that is left out, by the first assessor too; `RuleBroken` when it may not be."""
    asked = set(row.spoken_to.values_list("criterion", flat=True))
    if not set(now_out) <= asked:
        raise RuleBroken("Leave out only what the supplier asked for.", field="left_out")
    if not all(reason.strip() for reason in now_out.values()):
        words = "Enter the reason for each requirement that you leave out"
        raise RuleBroken(words, field="left_out")
    out = set(now_out)
    if earlier is not None:
        out |= set(earlier.left_out.values_list("criterion", flat=True))
    if out == asked:
        words = "Nothing would be left to accept. Return the evidence instead"
        raise RuleBroken(words, field="left_out")
    return out


def _leave_out(decision: Decision, left_out: Mapping[int, str]) -> dict:
    """Keep what the decision leaves out; what the audit says of it."""
    rows = [
        LeftOut(decision=decision, criterion_id=pk, reason=reason.strip())
        for pk, reason in sorted(left_out.items())
    ]
    LeftOut.objects.bulk_create(rows)
    named = {str(row.criterion_id): row.reason for row in rows}
    return {"left_out": named} if named else {}


def decide(row: Submission, outcome: Outcome, *, by: User, now: datetime, **facts) -> Decision:
    """The row that says what was decided; never changed."""
    return Decision.objects.create(
        submission=row, outcome=outcome, decided_by=by, decided_at=now, **facts
    )


def ring(row: Submission, kind: CauseKind, *, now: datetime) -> None:
    """Say that the facts of its product changed."""
    why = Cause(kind, row.ref)
    bells.ring(bells.facts_changed, product_ids=[row.product_id], now=now, cause=why)


@transaction.atomic
def return_(
    *, submission: Submission, reason: str, what_would_do: str, by: User, now: datetime
) -> Submission:
    """Send the evidence back with the reason and what would do instead."""
    row = on_desk_of(by, submission, now=now)
    reason = needed(reason, "Enter the reason for returning", "reason")
    remedy = needed(what_would_do, "Enter what would do instead", "what_would_do")
    decide(row, Outcome.RETURNED, reason=reason, what_would_do=remedy, by=by, now=now)
    row.state = SubmissionState.RETURNED
    clear_claim(row)
    row.save()
    tell_returned(submission=row, reason=reason, what_would_do=remedy, now=now)
    detail = {"reason": reason, "what_would_do": remedy}
    audit.record(actor=by, action="evidence.returned", subject=row, now=now, detail=detail)
    return row
