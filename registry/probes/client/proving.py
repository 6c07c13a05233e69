"""Looking for proofs that suppliers control their hosts, both ways at once."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from registry.probes.client.records import txt_records
from registry.probes.client.visit import Visitor
from registry.probes.rules.proofs import (
    Found,
    Look,
    file_url,
    host_of,
    judge_file,
    judge_records,
    record_name,
)

Servers = tuple[tuple[str, int], ...]
# Proofs looked for at once; of one host it is always one after the other.
_IN_FLIGHT = 20
_ACCEPT = "text/plain, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class ProofJob:
    """A proof to look for. `key` is the caller's own."""

    key: int
    authority: str
    token: str


async def look_all(
    visitor: Visitor, jobs: Iterable[ProofJob], *, servers: Servers
) -> list[tuple[ProofJob, Found]]:
    """Look for every proof once. None waits for, or breaks, one of another host."""
    running = asyncio.Semaphore(_IN_FLIGHT)
    hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def one(job: ProofJob) -> tuple[ProofJob, Found]:
        async with hosts[host_of(job.authority)], running:
            return job, await look(visitor, job, servers=servers)

    return await asyncio.gather(*(one(job) for job in jobs))


async def look(visitor: Visitor, job: ProofJob, *, servers: Servers) -> Found:
    """What both ways find for one job. Never raises."""
    file, dns = await asyncio.gather(_file(visitor, job), _dns(job, servers))
    return Found(file, dns)


async def _file(visitor: Visitor, job: ProofJob) -> Look:
    fetched = await visitor.fetch(file_url(job.authority), accept=_ACCEPT)
    return judge_file(fetched, token=job.token)


async def _dns(job: ProofJob, servers: Servers) -> Look:
    name = record_name(job.authority)
    if not name:
        return Look(False, "The DNS can hold no record for this address: use the file.")
    records = await txt_records(name, servers=servers)
    if records.why_not:
        return Look(False, records.why_not, ours=records.ours)
    return judge_records(records.texts, token=job.token)
