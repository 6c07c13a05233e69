"""Assessing what was sent at once for several products: taken up, accepted or returned together.

Each submission is still decided by itself, with a decision of its own; here the same is done to
several in one transaction, all or none. Rows are locked in key order.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import User
from registry.common.errors import Conflict, RuleBroken
from registry.evidence.models import Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.rules import lease
from registry.evidence.services.assessment import accept, return_
from registry.evidence.services.checks import ConflictOfInterest
from registry.evidence.services.claiming import take_up, take_up_first


@transaction.atomic
def take_up_together(*, submission: Submission, by: User, now: datetime) -> list[Submission]:
    """Claim `submission` and, of what was sent with it, all that nobody has on the desk.

    Refused as `take_up` is when `submission` itself cannot be had; what else cannot is left out.
    """
    rows = _locked(submission, awaiting=True)
    taken = [take_up(submission=submission, by=by, now=now)]
    for row in rows:
        if row.pk != submission.pk:
            taken += _take_up_too(row, by=by, now=now)
    return taken


@transaction.atomic
def take_up_next(*, ids: Sequence[int], by: User, now: datetime) -> Submission:
    """Claim the first of `ids` that may be claimed, and what was sent with it and is free.

    As in `take_up_first`, what somebody else is claiming just now is passed over, not waited for.
    """
    first = take_up_first(ids=ids, by=by, now=now)
    free = Submission.objects.sent_together(first).exclude(pk=first.pk).filter(state__in=AWAITING)
    for row in free.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        _take_up_too(row, by=by, now=now)
    return first


def _take_up_too(row: Submission, *, by: User, now: datetime) -> list[Submission]:
    """The claimed row, or nothing when somebody has it or `by` may not be its assessor."""
    if lease.runs(row.leased_until, now=now):
        return []
    try:
        return [take_up(submission=row, by=by, now=now)]
    except (Conflict, ConflictOfInterest):
        # Accepted first by the same assessor, or prepared: it must be somebody else.
        return []


def _locked(submission: Submission, *, awaiting: bool = False) -> list[Submission]:
    rows = Submission.objects.sent_together(submission)
    if awaiting:
        rows = rows.filter(state__in=AWAITING)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


@transaction.atomic
def accept_together(
    *,
    submission: Submission,
    others: Collection[int],
    valid: DateRange,
    reason: str,
    by: User,
    now: datetime,
    left_out: Mapping[int, str] | None = None,
) -> list[Submission]:
    """Accept `submission` and the `others` (primary keys) sent with it, for the same days.

    What is `left_out` (reasons by criterion) is left out wherever it is asked.
    """
    decided = []
    for row in _chosen(submission, others):
        asked = set(row.criteria.values_list("pk", flat=True))
        out = {pk: words for pk, words in (left_out or {}).items() if pk in asked}
        decided.append(
            accept(submission=row, valid=valid, reason=reason, left_out=out, by=by, now=now)
        )
    return decided


@transaction.atomic
def return_together(
    *,
    submission: Submission,
    others: Collection[int],
    reason: str,
    what_would_do: str,
    by: User,
    now: datetime,
) -> list[Submission]:
    """Return `submission` and the `others` (primary keys) sent with it, for the same reason."""
    return [
        return_(submission=row, reason=reason, what_would_do=what_would_do, by=by, now=now)
        for row in _chosen(submission, others)
    ]


def _chosen(submission: Submission, others: Collection[int]) -> list[Submission]:
    wanted = {submission.pk, *others}
    rows = [row for row in _locked(submission) if row.pk in wanted]
    if len(rows) != len(wanted):
        raise RuleBroken("Choose from what was sent at once with this.", field="also")
    return rows
