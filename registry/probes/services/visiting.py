"""One batch from claim to store. The network is outside every transaction."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from registry.probes.checks import Check, judge
from registry.probes.checks.judging import worst_of_each
from registry.probes.client import Visitor, visit_all
from registry.probes.selectors import asked_checks, claimed_jobs
from registry.probes.services.storing import Stored, Visited, store_visits


def visit_batch(*, visitor: Visitor, ids: Sequence[int], claim: UUID, now: datetime) -> Stored:
    """Visit the endpoints that `claim` still holds, judge what was seen and store it."""
    jobs = claimed_jobs(ids=ids, claim=claim)
    checks = asked_checks()
    seen = asyncio.run(visit_all(visitor, jobs, at=now))
    return store_visits(
        claim=claim,
        visits=[Visited(job.key, each, findings(each, checks)) for job, each in seen],
        now=now,
    )


def findings(seen, checks: list[tuple[Check, dict]]):
    """One finding a check: the worst over the parameters that it is asked with."""
    return worst_of_each(judge(seen, checks))
