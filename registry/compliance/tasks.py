"""Work that the schedule starts; the rows say what there is to do."""

from celery import shared_task
from django.utils import timezone

from registry.compliance import services
from registry.operations.services import beat

# Seconds: the schedule in config/celery.py starts them every 10, and every 600.
EXPECTED_EVERY = 60
RENEWED_EVERY = 1800


@shared_task(name="compliance.refresh_owed")
def refresh_owed() -> None:
    """Work off the refreshes that are owed, batch by batch, each at its own moment."""
    done = failed = 0
    while batch := services.refresh_owed(now=timezone.now()):
        done, failed = done + batch.done, failed + batch.failed
        _beat(done, failed)
    _beat(done, failed)


def _beat(done: int, failed: int) -> None:
    beat(
        task=refresh_owed.name,
        expected_every=EXPECTED_EVERY,
        now=timezone.now(),
        detail={"products": done, "failed": failed},
    )


@shared_task(name="compliance.renew_stretches")
def renew_stretches() -> None:
    """Write what lists read of products anew where a day has come on which something turns."""
    done = 0
    while batch := services.renew_stretches(now=timezone.now()):
        done += batch
    beat(
        task=renew_stretches.name,
        expected_every=RENEWED_EVERY,
        now=timezone.now(),
        detail={"products": done},
    )
