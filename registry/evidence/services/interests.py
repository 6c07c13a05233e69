"""What assessors declare of themselves, and what follows from it."""

from datetime import date, datetime, timedelta

from django.db import transaction

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.common import locks
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.periods import civil_date, overlap, period
from registry.evidence.models import Interest


@transaction.atomic
def declare_interest(
    *,
    supplier: Supplier,
    reason: str,
    since: date,
    last_day: date | None,
    by: User,
    now: datetime,
) -> Interest:
    """An assessor may not assess anything of `supplier` from `since` to `last_day`.

    `last_day` is `None` while no end is known. What they decided before stands.
    """
    require_role(by, Role.ASSESSOR)
    if not reason.strip():
        raise RuleBroken("Enter what your interest is", field="reason")
    if last_day is not None and last_day < since:
        raise RuleBroken("Last day must not be before the first", field="last_day")
    locks.advisory(f"interests of {by.pk}")
    held = period(since, last_day and last_day + timedelta(days=1))
    others = Interest.objects.filter(user=by, supplier=supplier)
    if any(overlap(each.held, held) for each in others):
        words = f"You declared an interest in {supplier.name} for these days already"
        raise RuleBroken(words, field="supplier")
    row = Interest.objects.create(
        user=by, supplier=supplier, reason=reason.strip(), held=held, declared_at=now
    )
    detail = {"supplier": supplier.ref, "reason": row.reason, "held": str(held)}
    audit.record(actor=by, action="evidence.interest_declared", subject=row, now=now, detail=detail)
    return row


@transaction.atomic
def end_interest(*, interest: Interest, by: User, now: datetime) -> Interest:
    """The interest lasts until the end of today; whoever declared it says so."""
    row = Interest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    if row.user_id != by.pk:
        raise NotPermitted("Only the person who declared an interest may end it.")
    tomorrow = civil_date(now) + timedelta(days=1)
    if row.held.upper is not None and row.held.upper <= tomorrow:
        raise Conflict("This interest has an end already.")
    if row.held.lower >= tomorrow:
        raise Conflict("This interest has not begun. Declare another if the days are wrong.")
    row.held = period(row.held.lower, tomorrow)
    row.save()
    audit.record(
        actor=by,
        action="evidence.interest_ended",
        subject=row,
        now=now,
        detail={"held": str(row.held)},
    )
    return row
