"""Pre-checks as stories tell them: asked for, run at a moment, and run by many at once."""

import threading
from collections.abc import Callable
from datetime import datetime

from django.db import connections

from registry.probes.models import Precheck
from registry.probes.outfitting import outfit, visitor
from registry.probes.services.prechecking import Ran, run_owed
from registry.probes.services.prechecks import ask


def asked(supplier, by, now: datetime, url: str = "https://fhir.aldermoor.example/r4", **more):
    """`by` asks for a pre-check."""
    more.setdefault("profile", "fhir-r4")
    return ask(supplier=supplier, url=url, by=by, now=now, **more)


def run(now: datetime) -> Ran:
    """What a worker does when its task comes."""
    return run_owed(visitor=visitor(outfit()), now=now)


def whole() -> list[dict]:
    """Every pre-check, every column of it."""
    return list(Precheck.objects.order_by("pk").values())


def at_once(many: int, work: Callable[[int], object]) -> list[object]:
    """What `work(0)`, `work(1)` … answer or raise when they begin at the same moment."""
    gate, answers = threading.Barrier(many), [None] * many

    def begin(number: int) -> None:
        try:
            gate.wait(20)
            answers[number] = work(number)
        except Exception as error:  # noqa: BLE001 - told to the story
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
