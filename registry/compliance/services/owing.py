"""Refreshes that a row says are owed: mass changes, worked off in batches.

A crash loses nothing: a row goes with the refresh that it asks for, in one transaction.
"""

from datetime import datetime

from django.db import transaction

from registry.catalogue.models import Product
from registry.compliance.models import RefreshOwed
from registry.compliance.services.refreshing import refresh, wait_for_turn

# A batch holds up other writers for as long as it runs: well under a second.
BATCH = 200


@transaction.atomic
def owe_refresh(*, product_ids: list[int] | None, now: datetime, cause: str) -> int:
    """Note that these products (`None`: all) are to be refreshed. Returns how many.

    Whoever is owed already stays owed since then. The row is written again even so: a worker
    that holds it may have read the facts before this change, and this waits until it is done.
    """
    if product_ids is None:
        wanted = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    else:
        wanted = sorted(set(product_ids))
    RefreshOwed.objects.bulk_create(
        [RefreshOwed(product_id=pk, since=now, cause=cause[:200]) for pk in wanted],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["cause"],
        batch_size=5000,
    )
    return len(wanted)


@transaction.atomic
def refresh_owed(*, now: datetime, limit: int = BATCH) -> int:
    """Work off the oldest owed refreshes, at most `limit`. Returns how many; 0 is none left.

    Rows that another worker or an unfinished change holds are left for later.
    """
    wait_for_turn()
    owed = list(
        RefreshOwed.objects.select_for_update(skip_locked=True).order_by("since", "product_id")[
            :limit
        ]
    )
    product_ids = [row.product_id for row in owed]
    RefreshOwed.objects.filter(pk__in=[row.pk for row in owed]).delete()
    causes = sorted({row.cause for row in owed})
    refresh(product_ids=product_ids, now=now, cause="; ".join(causes)[:200])
    return len(product_ids)
