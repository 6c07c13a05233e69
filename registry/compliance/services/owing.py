"""Refreshes that rows say are owed: mass changes, worked off in batches (ADR 0070).

A crash loses nothing: a row goes with the refresh that it asks for, in one transaction.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef

from registry.catalogue.models import Product
from registry.common.causes import Because, Cause, of_everyone, once
from registry.compliance.models import RefreshOwed, RefreshRun
from registry.compliance.services.refreshing import refresh

log = logging.getLogger(__name__)

# A batch holds up other writers for as long as it runs: well under a second.
BATCH = 200
# A batch that is not heard of again is taken for dead after this; then each time twice as long.
PATIENCE = timedelta(minutes=1)
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Batch:
    """How many products one batch refreshed, and how many it could not."""

    done: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.done or self.failed)


@transaction.atomic
def owe_refresh(
    *, product_ids: list[int] | None, now: datetime, cause: Because
) -> RefreshRun | None:
    """Note that these products (`None`: all) are to be refreshed. Returns the run of it.

    Every run has rows of its own, so nobody waits: a worker that has read the facts from before
    this change takes away other rows than these. `None` when there is no product at all.
    """
    if product_ids is None:
        wanted = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    else:
        wanted = sorted(set(product_ids))
    if not wanted:
        return None
    run = RefreshRun.objects.create(causes=_of_run(cause), since=now, total=len(wanted))
    RefreshOwed.objects.bulk_create(
        [RefreshOwed(run=run, product_id=pk, causes=_own(cause, pk)) for pk in wanted],
        batch_size=5000,
    )
    return run


def _of_run(cause: Because) -> list[dict]:
    """What is shown of the run to everybody: of causes that are single products', their kinds."""
    if (shared := of_everyone(cause)) is not None:
        return [each.as_dict() for each in shared]
    kinds = once(Cause(each.kind) for found in cause.values() for each in found)
    return [each.as_dict() for each in kinds]


def _own(cause: Because, product_id: int) -> list[dict] | None:
    if of_everyone(cause) is not None or product_id not in cause:
        return None
    return [each.as_dict() for each in cause[product_id]]


def refresh_owed(*, now: datetime, limit: int = BATCH) -> Batch:
    """Work off the oldest owed refreshes, at most `limit` products. Nothing to do is an empty
    batch.

    The attempt is counted before it is made. When the database refuses a batch, its rows stay,
    say why, and each product is tried alone; one that fails alone waits longer every time, and
    nobody waits for it. What was tried by a worker that died is tried again, alone, after a
    minute.
    """
    product_ids = claim_owed(now=now, limit=limit)
    if not product_ids:
        return Batch()
    try:
        _work_off(product_ids=product_ids, now=now)
    except DatabaseError as error:
        log.exception("%d products could not be refreshed", len(product_ids))
        _note_failure(product_ids=product_ids, error=error, now=now)
        return Batch(failed=len(product_ids))
    return Batch(done=len(product_ids))


@transaction.atomic
def claim_owed(*, now: datetime, limit: int) -> list[int]:
    """The products to try next: the oldest that were never tried, or else one that was.

    Rows that another worker is claiming are left to it.
    """
    tried = RefreshOwed.objects.filter(product=OuterRef("product"), attempts__gt=0)
    # The row's own count is said too: PostgreSQL looks at it again once the row is locked, and so
    # sees that another worker claimed it meanwhile. Of the subquery it does not.
    fresh = RefreshOwed.objects.filter(~Exists(tried), attempts=0)
    rows = _locked(fresh.order_by("run__since", "run", "product"), limit)
    rows = rows or _locked(
        RefreshOwed.objects.filter(attempts__gt=0, retry_at__lte=now).order_by("retry_at", "pk"), 1
    )
    product_ids = sorted({row.product_id for row in rows})
    for row in rows:
        row.attempts = min(row.attempts + 1, 1000)
        row.retry_at = now + _patience(row.attempts)
    RefreshOwed.objects.bulk_update(rows, ["attempts", "retry_at"])
    runs = RefreshRun.objects.filter(started_at=None, owed__product__in=product_ids)
    runs.update(started_at=now)
    return product_ids


def _locked(queryset, limit: int) -> list[RefreshOwed]:
    return list(queryset.select_for_update(skip_locked=True, of=("self",))[:limit])


def _patience(attempts: int) -> timedelta:
    return min(PATIENCE * 2 ** min(attempts - 1, 10), LONGEST)


@transaction.atomic
def _work_off(*, product_ids: list[int], now: datetime) -> None:
    # Each product's own causes stand in the rows that this takes away.
    refresh(product_ids=product_ids, now=now, cause={})


@transaction.atomic
def _note_failure(*, product_ids: list[int], error: DatabaseError, now: datetime) -> None:
    """Keep the error with the rows. A batch's products are tried again at once, one by one."""
    rows = RefreshOwed.objects.filter(product__in=product_ids, attempts__gt=0)
    again = now if len(product_ids) > 1 else F("retry_at")
    rows.update(last_error=str(error).strip()[:2000], retry_at=again)
