"""What people do with their own messages."""

from datetime import datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.notifications.enums import Delivery
from registry.notifications.models import Notification, Preference


@transaction.atomic
def mark_read(*, notification_id: int, by: User, now: datetime) -> bool:
    """`by` has read it; false when it is not theirs or is not there. Again, nothing changes.

    Reading is nobody else's business: it is not in the audit.
    """
    mine = Notification.objects.visible_to(by).filter(pk=notification_id)
    if not mine.exists():
        return False
    mine.unread().update(read_at=now)
    return True


@transaction.atomic
def mark_all_read(*, by: User, now: datetime) -> int:
    """`by` has read everything that there is. Returns how many that were unread."""
    return Notification.objects.visible_to(by).unread().update(read_at=now)


@transaction.atomic
def prefer(*, delivery: str, by: User, now: datetime) -> Preference:
    """From now on `by` is told in this way. What has gathered for the daily e-mail still comes
    with it, unless they want no e-mail."""
    row, _ = Preference.objects.update_or_create(user=by, defaults={"delivery": Delivery(delivery)})
    detail = {"delivery": row.delivery}
    audit.record(actor=by, action="notifications.preferred", subject=row, now=now, detail=detail)
    return row
