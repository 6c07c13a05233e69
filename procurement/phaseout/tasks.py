"""Scheduled work of the phase-out room."""

from celery import shared_task
from django.utils import timezone

from procurement.phaseout import services
from registry.common.periods import civil_date
from registry.operations.services import beat

NAME = "phaseout.flag_due"
# The schedule in config/celery.py starts it every half hour.
EXPECTED_EVERY_SECONDS = 5400


@shared_task(name=NAME)
def flag_due() -> None:
    """Passing time brings pairs inside the horizon: open the cases that are due today."""
    now = timezone.now()
    opened = services.flag_due(on=civil_date(now), now=now)
    beat(
        task=NAME,
        expected_every=EXPECTED_EVERY_SECONDS,
        now=now,
        detail={"opened": opened},
    )
