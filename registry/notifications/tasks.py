"""Scheduled work of notifications. The row remembers it; these only carry it."""

from celery import shared_task
from django.utils import timezone

from registry.notifications import services
from registry.operations.services import beat

SEND, GATHER = "notifications.send", "notifications.gather"
# Seconds. The schedule starts one every ten seconds, the other every five minutes; a server that
# does not answer keeps the first busy for as long as its time limit allows.
SEND_EXPECTED_EVERY, GATHER_EXPECTED_EVERY = 900, 1800


@shared_task(name=SEND, time_limit=540, soft_time_limit=520)
def send() -> int:
    """Send the e-mails that are due. Returns how many were sent."""
    sent = services.send_due(now=timezone.now())
    detail = {"sent": sent.sent, "again": sent.again, "given_up": sent.given_up}
    _beat(SEND, SEND_EXPECTED_EVERY, detail)
    return sent.sent


@shared_task(name=GATHER, time_limit=300)
def gather() -> int:
    """Make the daily e-mails, once half past seven has come. Returns how many."""
    made = services.gather(now=timezone.now())
    _beat(GATHER, GATHER_EXPECTED_EVERY, {"made": made})
    return made


def _beat(task: str, expected_every: int, detail: dict[str, int]) -> None:
    beat(task=task, expected_every=expected_every, now=timezone.now(), detail=detail)
