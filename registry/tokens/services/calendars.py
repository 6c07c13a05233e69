"""Opening and closing the address from which a member's calendar is fetched."""

from datetime import datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.catalogue.selectors import require_acts_for
from registry.common import locks
from registry.common.periods import civil_date
from registry.tokens.models import CalendarAddress


@transaction.atomic
def open_calendar(*, supplier: Supplier, by: User, now: datetime) -> CalendarAddress:
    """A new address for `by`, who acts for the supplier; the one before it stops working."""
    require_acts_for(by, supplier)
    _hold(by, supplier)
    replaced, _ = CalendarAddress.objects.filter(user=by, supplier=supplier).delete()
    row = CalendarAddress.objects.create(user=by, supplier=supplier, made_at=now)
    detail = {"supplier": supplier.ref, "replaced": bool(replaced)}
    audit.record(actor=by, action="tokens.calendar_opened", subject=row, now=now, detail=detail)
    return row


@transaction.atomic
def close_calendar(*, supplier: Supplier, by: User, now: datetime) -> None:
    """The address stops working; nothing happens where there is none."""
    _hold(by, supplier)
    row = CalendarAddress.objects.filter(user=by, supplier=supplier).first()
    if row is None:
        return
    detail = {"supplier": supplier.ref}
    audit.record(actor=by, action="tokens.calendar_closed", subject=row, now=now, detail=detail)
    row.delete()


def note_fetched(*, address: CalendarAddress, now: datetime) -> None:
    """Remember the day on which it was last fetched, so that its owner sees whether it is used."""
    today = civil_date(now)
    if address.last_fetched_on != today:
        CalendarAddress.objects.filter(pk=address.pk).update(last_fetched_on=today)


def _hold(by: User, supplier: Supplier) -> None:
    locks.advisory(f"calendar of {supplier.pk} for {by.pk}")
