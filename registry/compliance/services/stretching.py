"""Stretches that have come to an end, written anew."""

from datetime import datetime

from django.db import transaction

from registry.common.periods import civil_date
from registry.compliance.models import Stretch
from registry.compliance.services.refreshing import wait_for_turn
from registry.compliance.services.stretches import write_stretches

# As many as are written in well under a second.
BATCH = 2000


@transaction.atomic
def renew_stretches(*, now: datetime, limit: int = BATCH) -> int:
    """Write stretches that do not hold today anew, at most `limit`. Returns how many.

    One that has ended says nothing wrong, because it is read on its own days only; lists are
    merely slower without it.
    """
    today = civil_date(now)
    if not Stretch.objects.ended(today).exists():
        return 0
    wait_for_turn()
    ended = list(Stretch.objects.ended(today).values_list("pk", flat=True)[:limit])
    write_stretches(product_ids=ended, on=today)
    return len(ended)
