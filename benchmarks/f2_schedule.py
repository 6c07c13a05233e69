"""F2: one full round of 30,000 endpoints, most of them at few hosts, within every host's limits.

The ten largest of 2,000 hosts hold 82 % of the endpoints (probing.md counts one national list), and
all of them are owed a visit at once, which is the worst there can be. The claims are the real ones,
on a real PostgreSQL; so is the loop that visits a batch, its places and pauses for each host. Only
time is virtual, and the servers are: a visit takes as long as a server takes to answer (half take
more than 0.4 s, one in thirty is dead and takes the whole deadline; one in five thousand asks for
a minute's peace of its host, which nobody may disturb), and a worker's process spends
`--cpu` milliseconds on each, one after the other. What a claim takes in PostgreSQL counts too.

Reported: how long the round takes, the most connections that any host had at once, how many
visits to a host began sooner after the one before than its pause, how many began while a host had
asked for peace, and how long a claim took.
"""

import argparse
import asyncio
import json
import os
import random
import selectors
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded import ensure_servers  # noqa: E402

START = datetime(2026, 7, 1, 11, tzinfo=UTC)
LARGEST, SHARE = 10, 0.82
MEDIAN_SECONDS, SPREAD, DEAD = 0.4, 0.8, 1 / 30
PEACE_SECONDS = 60
LIMIT_MINUTES = 60.0
# A clock adds up floating-point seconds.
_TINY = 1e-6


class VirtualClock(selectors.SelectSelector):
    """Lets an event loop's time pass in no time: who would wait for the network moves the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list:
        """Nothing ever comes from the network; the next timer is due at once."""
        if timeout is None:
            raise RuntimeError("everybody waits and nothing will ever come")
        self.now += max(timeout, 0)
        return []


class Servers:
    """All servers: how long each visit takes, and how the hosts are treated."""

    def __init__(self, outfit, cpu_seconds: float, busy: float):
        self.outfit = outfit
        self._cpu_seconds = cpu_seconds
        self._busy = busy
        self._chance = random.Random(30_191)  # noqa: S311 - how long a server takes
        self._connected: Counter[str] = Counter()
        self._begun: dict[str, float] = {}
        self.most = 0
        self._peace: dict[str, float] = {}
        self.too_soon = 0
        self.disturbed = 0
        self.asked = 0
        self.visits = 0
        # Seconds that each claim took in PostgreSQL.
        self.claims: list[float] = []

    def of_worker(self) -> SimpleNamespace:
        """What one worker's process visits with: its own processor, everybody's servers."""
        processor = asyncio.Lock()

        async def visit(url: str, profile, *, at: datetime, refused=None) -> SimpleNamespace:
            del profile, refused
            host = url.split("/")[2]
            now = asyncio.get_running_loop().time()
            pause = self.outfit.limits.host_pause
            self.too_soon += now - self._begun.get(host, -pause) < pause - _TINY
            self._begun[host] = now
            self.disturbed += now < self._peace.get(host, 0)
            self._connected[host] += 1
            self.most = max(self.most, self._connected[host])
            await asyncio.sleep(self._takes())
            self._connected[host] -= 1
            self.visits += 1
            async with processor:
                await asyncio.sleep(self._cpu_seconds)
            return SimpleNamespace(at=at, retry_after=self._asks(host))

        return SimpleNamespace(outfit=self.outfit, visit=visit)

    def _asks(self, host: str) -> int | None:
        if self._chance.random() >= self._busy:
            return None
        self.asked += 1
        self._peace[host] = asyncio.get_running_loop().time() + PEACE_SECONDS
        return PEACE_SECONDS

    def _takes(self) -> float:
        deadline = self.outfit.limits.visit
        if self._chance.random() < DEAD:
            return deadline
        takes = MEDIAN_SECONDS * self._chance.lognormvariate(0, SPREAD)
        return min(takes, deadline)


def main() -> int:
    """Print the figures, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=30_000)
    parser.add_argument("--hosts", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=2, help="processes, one a core")
    parser.add_argument("--cpu", type=float, default=4.0, help="milliseconds a visit (see F1)")
    parser.add_argument(
        "--busy", type=float, default=0.0002, help="share of visits that ask for a minute's peace"
    )
    sizes = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {"LOCAL": "1", "LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    # The loop is virtual and nobody else uses the connection.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with ensure_servers(throw_away=True):
        import django

        django.setup()
        return _measure(sizes)


def _measure(sizes: argparse.Namespace) -> int:
    from django.core.management import call_command

    from registry.probes.client import Limits, Outfit

    call_command("migrate", verbosity=0)
    _fill(sizes)
    servers = Servers(Outfit(user_agent="bench", limits=Limits()), sizes.cpu / 1000, sizes.busy)
    clock = VirtualClock()
    loop = asyncio.SelectorEventLoop(clock)
    loop.time = lambda: clock.now
    try:
        loop.run_until_complete(_round(sizes, servers))
    finally:
        loop.close()
    size = f"{servers.visits} visits, {sizes.hosts} hosts, {sizes.workers} processes"
    limits = servers.outfit.limits
    figures = [
        ("one full round", clock.now / 60, "minutes", LIMIT_MINUTES, size),
        ("connections of one host at once", servers.most, "at most", limits.per_host, ""),
        ("visits within a host's pause", servers.too_soon, "", 0, f"{limits.host_pause} s apart"),
        ("visits to a host that asked for peace", servers.disturbed, "", 0, f"of {servers.asked}"),
        ("median claim", median(servers.claims) * 1000, "ms", 1000.0, "while a round is owed"),
    ]
    for what, value, unit, limit, note in figures:
        figure = {"id": "F2", "what": what, "value": round(value, 1), "unit": unit, "limit": limit}
        print(json.dumps(figure | {"met": value <= limit, "note": note}), flush=True)
    return 0


def _fill(sizes: argparse.Namespace) -> None:
    from django.db import connection

    from tests import factories

    product = factories.make_product()
    large = round(sizes.endpoints * SHARE)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO probes_endpoint (product_id, url, host, profile, in_service, control,
                vouch_reason, due_at, last_outcome)
            SELECT %(product)s, 'https://' || host || '/' || n, host, 'fhir-r4', '(,)', 'vouched',
                '', %(start)s::timestamptz - n * interval '1 ms', ''
            FROM (
                SELECT n, CASE WHEN n < %(large)s THEN 'large' || mod(n, %(largest)s)
                    ELSE 'small' || mod(n, %(small)s) END || '.example' AS host
                FROM generate_series(0, %(endpoints)s - 1) AS n
            ) AS of_host
            """,
            {
                "product": product.pk,
                "start": START,
                "large": large,
                "largest": LARGEST,
                "small": sizes.hosts - LARGEST,
                "endpoints": sizes.endpoints,
            },
        )
        cursor.execute("ANALYZE")


async def _round(sizes: argparse.Namespace, servers: Servers) -> None:
    """A beat that claims, and workers that visit, until everything was visited."""
    batches: asyncio.Queue = asyncio.Queue()
    beat = asyncio.create_task(_claim_for_ever(batches, servers))
    workers = [
        asyncio.create_task(_work_for_ever(batches, servers.of_worker()))
        for _ in range(sizes.workers)
    ]
    try:
        while servers.visits < sizes.endpoints:
            await asyncio.sleep(1)
            for task in (beat, *workers):
                if task.done():
                    task.result()
    finally:
        for task in (beat, *workers):
            task.cancel()


def _moment() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


async def _claim_for_ever(batches: asyncio.Queue, servers: Servers) -> None:
    from registry.probes.services.claiming import claim_due
    from registry.probes.tasks import CLAIM_EVERY

    while True:
        started = time.perf_counter()
        claimed = claim_due(now=_moment())
        took = time.perf_counter() - started
        servers.claims.append(took)
        await asyncio.sleep(took)
        for batch in claimed:
            batches.put_nowait(batch)
        await asyncio.sleep(max(0.0, CLAIM_EVERY - took))


async def _work_for_ever(batches: asyncio.Queue, visitor: SimpleNamespace) -> None:
    from registry.probes.client import visit_all
    from registry.probes.selectors import claimed_jobs
    from registry.probes.services.visiting import peace_of

    while True:
        batch = await batches.get()
        jobs = claimed_jobs(ids=batch.ids, claim=batch.claim, now=_moment())
        if len(jobs) != len(batch.ids):
            raise SystemExit("a claim lapsed before its batch was visited")
        seen = await visit_all(visitor, jobs, at=_moment())
        _release(batch, peace_of(batch.ids, seen))


def _release(batch, peace) -> None:
    """What storing a batch leaves on endpoints and hosts; nothing else of it is kept here."""
    from registry.probes.models import Endpoint
    from registry.probes.services.rows import leave_alone

    moment = _moment()
    leave_alone(peace.hosts, unvisited=peace.unvisited)
    Endpoint.objects.filter(pk__in=batch.ids, claim=batch.claim).update(
        claim=None,
        claimed_until=None,
        last_probed_at=moment,
        due_at=moment + timedelta(hours=6),
    )


if __name__ == "__main__":
    sys.exit(main())
