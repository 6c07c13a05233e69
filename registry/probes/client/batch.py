"""Many visits at once, a few to each host, with a pause between them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.probes.client.visit import Visitor
from registry.probes.rules.observation import Observation, Refusal
from registry.probes.rules.profiles import Profile
from registry.probes.rules.progress import Tell


@dataclass(frozen=True, slots=True)
class Job:
    """An endpoint to visit. `key` is the caller's own; `host` is what limits are kept for.

    `refused` is what is known of older TLS there already, if that need not be asked again.
    `tell` is told how far the visit has come.
    """

    key: object
    url: str
    host: str
    profile: Profile
    refused: Refusal | None = None
    tell: Tell | None = None

    @property
    def known(self) -> dict[str, Refusal | Tell]:
        """What a visitor is told beside where to go."""
        known = {"refused": self.refused, "tell": self.tell}
        return {name: value for name, value in known.items() if value is not None}


class _Host:
    """How one host wants to be visited within this batch."""

    def __init__(self, at_once: int, free_at: float):
        self.places = asyncio.Semaphore(at_once)
        self.free_at = free_at
        # It asked for that.
        self.quiet_until = 0.0


async def visit_all(
    visitor: Visitor, jobs: Iterable[Job], *, at: datetime
) -> list[tuple[Job, Observation]]:
    """Visit every job once. No visit waits for, or breaks, one of another host.

    A job whose host asked to be left alone for longer than a batch waits is not visited, and
    not among what is returned; nor is one whose turn has not come when the batch is to end.

    `at` is the moment at which the batch begins; each visit is dated by its own
    beginning, in whole minutes after that.
    """
    limits = visitor.outfit.limits
    running = asyncio.Semaphore(limits.in_flight)
    began = _now()
    # Another batch may have been at the same host until just now.
    free_at = began + limits.host_pause
    hosts: dict[str, _Host] = defaultdict(lambda: _Host(limits.per_host, free_at))

    async def one(job: Job) -> tuple[Job, Observation] | None:
        host = hosts[job.host]
        # The pause comes last: a visit that waited for a place would begin with the next one.
        async with host.places, running:
            if _now() - began > limits.batch or not await _wait_for(host, limits):
                return None
            # To the minute, so that visits a day apart are a day apart whatever the queue.
            moment = at + timedelta(minutes=(_now() - began) // 60)
            seen = await visitor.visit(job.url, job.profile, at=moment, **job.known)
        host.quiet_until = max(host.quiet_until, _now() + (seen.retry_after or 0))
        return job, seen

    return [each for each in await asyncio.gather(*(one(job) for job in jobs)) if each]


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _wait_for(host: _Host, limits) -> bool:
    """Wait for the host's turn; false when it wants to be left alone for longer."""
    asked = host.quiet_until
    turn = max(host.free_at, asked, _now())
    wait = turn - _now()
    if wait > limits.longest_wait:
        return False
    host.free_at = turn + limits.host_pause
    if wait > 0:
        await asyncio.sleep(wait)
    # Another visit may have been told to come later in the meantime.
    return host.quiet_until <= max(asked, _now())
