"""One batch from claim to store. The network is outside every transaction."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from registry.probes.client import Job, Visitor, visit_all
from registry.probes.rules.observation import Observation
from registry.probes.rules.schedule import peace_until
from registry.probes.selectors import asked_checks, claimed_jobs
from registry.probes.services.judging import Bench, Kept
from registry.probes.services.remembering import kept_findings, recognise_bodies
from registry.probes.services.storing import Peace, Stored, Visited, store_visits


def visit_batch(*, visitor: Visitor, ids: Sequence[int], claim: UUID, now: datetime) -> Stored:
    """Visit the endpoints that `claim` still holds, judge what was seen and store it."""
    jobs = claimed_jobs(ids=ids, claim=claim, now=now)
    bench = Bench(asked_checks())
    seen = asyncio.run(visit_all(visitor, jobs, at=now))
    recognise_bodies([each for _, each in seen])
    kept = kept_findings([job.key for job in jobs])
    visits = [_judged(bench, job.key, each, kept.get(job.key, {})) for job, each in seen]
    return store_visits(claim=claim, visits=visits, peace=peace_of(ids, seen), now=now)


def peace_of(ids: Sequence[int], seen: Sequence[tuple[Job, Observation]]) -> Peace:
    """What the hosts of a batch asked for, the longest of each, and who of it was not visited."""
    hosts: dict[str, datetime] = {}
    for job, each in seen:
        if each.retry_after:
            chance = random.random()  # noqa: S311 - spreads load, guards nothing
            until = peace_until(at=each.at, retry_after=each.retry_after, chance=chance)
            hosts[job.host] = max(until, hosts.get(job.host, until))
    visited = {job.key for job, _ in seen}
    return Peace(hosts, [pk for pk in ids if pk not in visited])


def _judged(bench: Bench, endpoint_id: int, seen: Observation, kept: dict[str, Kept]) -> Visited:
    judged = bench.judge(seen, kept)
    # One document at a time: a batch of them would be gone through at every collection.
    for exchange in seen.exchanges.values():
        exchange.let_go()
    return Visited(endpoint_id, seen, judged)
