"""A few visits that somebody waits for: what they say on the way, as it comes.

The visits have a loop in a thread of their own, so whoever listens may write to the database
meanwhile, and no visit waits for that.
"""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from queue import SimpleQueue

from registry.probes.client.batch import Job, visit_all
from registry.probes.client.visit import Visitor
from registry.probes.rules.observation import Observation
from registry.probes.rules.progress import Told


@dataclass(frozen=True, slots=True)
class Event:
    """Something of the visit of `key`, `after` seconds: what it told, or at last what it saw."""

    key: object
    after: float
    told: Told | None = None
    seen: Observation | None = None


def watch(visitor: Visitor, jobs: Sequence[Job], *, at: datetime) -> Iterator[Event]:
    """Visit every job, each on its own: none waits for another, so their hosts must differ.

    Ends when every visit has ended. What breaks in our own code is raised here.
    """
    events: SimpleQueue[Event | BaseException | None] = SimpleQueue()

    def run() -> None:
        try:
            asyncio.run(_visit_each(visitor, jobs, at, events))
        except BaseException as error:  # noqa: BLE001 - raised where it is read
            events.put(error)
        else:
            events.put(None)

    threading.Thread(target=run, daemon=True, name="watched visits").start()
    while (event := events.get()) is not None:
        if isinstance(event, BaseException):
            raise event
        yield event


async def _visit_each(
    visitor: Visitor, jobs: Sequence[Job], at: datetime, events: SimpleQueue
) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()

    async def one(job: Job) -> None:
        def tell(told: Told) -> None:
            events.put(Event(job.key, clock() - began, told=told))

        [(_, seen)] = await visit_all(visitor, [replace(job, tell=tell)], at=at)
        events.put(Event(job.key, clock() - began, seen=seen))

    await asyncio.gather(*(one(job) for job in jobs))
