"""The daily e-mail: one a person and day, of what has gathered by half past seven in London."""

from datetime import datetime

from django.db import transaction

from registry.common import locks
from registry.common.periods import civil_date
from registry.notifications import rules
from registry.notifications.enums import Delivery
from registry.notifications.models import Letter, Notification
from registry.notifications.selectors import preferring


@transaction.atomic
def gather(*, now: datetime) -> int:
    """Make the daily e-mails that are due, whatever runs twice. Returns how many.

    What was told before the last half past seven goes into the e-mail of that day, once. What
    comes after it waits for the next day, also where the worker was late. Who wants no e-mail any
    more gets none; who has nothing to be told gets none.
    """
    locks.advisory("daily e-mails")
    moment = rules.last_daily_moment(now)
    day = civil_date(moment)
    waiting = Notification.objects.filter(
        letter=None, delivery=Delivery.DAILY, created_at__lt=moment
    )
    waiting.filter(user__in=preferring(Delivery.ON_SCREEN)).update(delivery=Delivery.ON_SCREEN)
    # An e-mail of that day that is made already takes nothing up any more.
    people = (
        waiting.exclude(user__letters__digest_day=day).order_by().values_list("user").distinct()
    )
    letters = Letter.objects.bulk_create(
        Letter(user_id=pk, digest_day=day, created_at=now, next_attempt_at=now)
        for pk in sorted(pk for (pk,) in people)
    )
    for letter in letters:
        waiting.filter(user=letter.user_id).update(letter=letter)
    return len(letters)
