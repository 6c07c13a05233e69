"""Scheduled work of the evidence room."""

from celery import shared_task
from django.utils import timezone

from registry.evidence import services
from registry.operations.services import beat

NAME = "evidence.sweep_files"
# The schedule in config/celery.py starts it every six hours.
EXPECTED_EVERY_SECONDS = 50_000
SCAN = "evidence.scan_files"
SCAN_EXPECTED_EVERY_SECONDS = 300
# The next start finds what is left.
_SCANS_A_RUN = 50


@shared_task(name=NAME)
def sweep_files() -> None:
    """Delete file contents that no submission refers to any more."""
    now = timezone.now()
    removed = services.sweep_files(now=now)
    beat(task=NAME, expected_every=EXPECTED_EVERY_SECONDS, now=now, detail={"removed": removed})


REMIND = "evidence.remind"
# The schedule in config/celery.py starts it every three hours.
REMIND_EXPECTED_EVERY_SECONDS = 25_000


@shared_task(name=REMIND, time_limit=600)
def remind() -> int:
    """Remind suppliers of evidence that ends. Returns how many reminders are new."""
    reminded = services.remind(now=timezone.now())
    beat(
        task=REMIND,
        expected_every=REMIND_EXPECTED_EVERY_SECONDS,
        now=timezone.now(),
        detail={"reminded": reminded},
    )
    return reminded


@shared_task(name=SCAN)
def scan_files() -> None:
    """Have the scanner look at contents that wait for it."""
    scanned = 0
    while scanned < _SCANS_A_RUN and services.scan_next(now=timezone.now()):
        scanned += 1
    now = timezone.now()
    detail = {"scanned": scanned}
    beat(task=SCAN, expected_every=SCAN_EXPECTED_EVERY_SECONDS, now=now, detail=detail)
