"""Storing what a batch of visits saw: one transaction, nothing that a newer visit would lose."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.common import bells
from registry.common.periods import civil_date
from registry.probes.checks import get_check
from registry.probes.models import CaptureBody, CheckState, Endpoint, Probe
from registry.probes.rules.confirmation import Step, advance
from registry.probes.rules.observation import Observation
from registry.probes.rules.profiles import Profile
from registry.probes.rules.records import (
    VisitOutcome,
    captures_record,
    outcome_of,
    timings_record,
    tls_record,
)
from registry.probes.rules.results import Finding
from registry.probes.rules.schedule import next_due
from registry.probes.services.claiming import CLAIM_FOR
from registry.probes.services.spelling import SpellBook, state_of, write_state


@dataclass(frozen=True, slots=True)
class Visited:
    """What one visit saw and what the checks made of it: one finding a check."""

    endpoint_id: int
    seen: Observation
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many visits were stored, and how many came too late to be."""

    stored: int
    too_late: int
    turned: int


@transaction.atomic
def store_visits(*, claim: UUID, visits: Sequence[Visited], now: datetime) -> Stored:
    """Store the visits whose endpoints `claim` still holds; the others came too late."""
    ids = [visit.endpoint_id for visit in visits]
    rows = Endpoint.objects.filter(pk__in=ids, claim=claim).order_by("pk")
    held = {row.pk: row for row in rows.select_for_update(of=("self",))}
    ours = [visit for visit in visits if visit.endpoint_id in held]
    _store_bodies(ours, now)
    scheduled = {pk: _was_scheduled(row) for pk, row in held.items()}
    Probe.objects.bulk_create(_probe(visit, scheduled[visit.endpoint_id]) for visit in ours)
    day = civil_date(now)
    book = SpellBook(held, day=day)
    quick = _advance(ours, scheduled, book, day)
    for visit in ours:
        _release(held[visit.endpoint_id], visit, visit.endpoint_id in quick, now)
    Endpoint.objects.bulk_update(
        held.values(), ["due_at", "claim", "claimed_until", "last_probed_at", "last_outcome"]
    )
    turned = book.write()
    _announce(turned, book, held, now)
    return Stored(len(ours), len(visits) - len(ours), sum(map(len, turned.values())))


def _was_scheduled(endpoint: Endpoint) -> bool:
    """Whether the visit was due by itself when it was claimed, whoever else asked for it."""
    return endpoint.due_at <= endpoint.claimed_until - CLAIM_FOR


def _store_bodies(visits: list[Visited], now: datetime) -> None:
    bodies = {
        exchange.sha256: exchange.body
        for visit in visits
        for exchange in visit.seen.exchanges.values()
        if exchange.body
    }
    known = CaptureBody.objects.filter(pk__in=bodies).values_list("pk", flat=True)
    for sha256 in set(known):
        del bodies[sha256]
    CaptureBody.objects.bulk_create(
        [
            CaptureBody(sha256=sha256, content=body, size=len(body), first_seen=now)
            for sha256, body in sorted(bodies.items())
        ],
        # Another batch may see the same body at the same moment.
        ignore_conflicts=True,
    )


def _probe(visit: Visited, scheduled: bool) -> Probe:
    return Probe(
        endpoint_id=visit.endpoint_id,
        at=visit.seen.at,
        scheduled=scheduled,
        outcome=outcome_of(visit.seen).value,
        timings=timings_record(visit.seen.timings),
        tls=tls_record(visit.seen),
        captures=captures_record(visit.seen),
        findings=[finding.as_dict() for finding in visit.findings],
    )


def _advance(
    visits: list[Visited], scheduled: dict[int, bool], book: SpellBook, day: date
) -> set[int]:
    """Move every check's state on. Returns the endpoints that want a quick retry."""
    rows = CheckState.objects.filter(endpoint__in=list(scheduled))
    states = {(row.endpoint_id, row.check_id): row for row in rows}
    quick: set[int] = set()
    touched: list[CheckState] = []
    for visit in visits:
        for finding in visit.findings:
            key = (visit.endpoint_id, finding.check)
            before = state_of(states[key]) if key in states else book.first_state(*key)
            step = _step(before, finding, visit, scheduled[visit.endpoint_id])
            if step.first_failure:
                quick.add(visit.endpoint_id)
            row = states.get(key) or CheckState(
                endpoint_id=key[0],
                check_id=key[1],
                result=before.held.value,
                since=book.held_since(*key),
            )
            write_state(row, step, day=day, finding=finding)
            touched.append(row)
            if step.turned:
                book.turn(*key, step.state)
    CheckState.objects.bulk_create(
        touched,
        update_conflicts=True,
        unique_fields=["endpoint", "check_id"],
        update_fields=[
            "result",
            "since",
            "last_conclusive_at",
            "failing_since",
            "failures",
            "known_end",
            "recent",
            "finding",
        ],
    )
    return quick


def _step(before, finding: Finding, visit: Visited, scheduled: bool) -> Step:
    return advance(
        before,
        result=finding.result,
        at=visit.seen.at,
        scheduled=scheduled,
        confirmation=get_check(finding.check).confirmation,
        known_end=finding.known_end,
    )


def _release(endpoint: Endpoint, visit: Visited, first_failure: bool, now: datetime) -> None:
    outcome = outcome_of(visit.seen)
    lost = outcome is not VisitOutcome.ANSWERED and endpoint.last_outcome == VisitOutcome.ANSWERED
    if _was_scheduled(endpoint):
        endpoint.due_at = next_due(
            at=now,
            interval=Profile(endpoint.profile).spec.interval,
            quick=first_failure or lost,
            retry_after=visit.seen.retry_after,
            chance=random.random(),  # noqa: S311 - spreads load, guards nothing
        )
    endpoint.claim = endpoint.claimed_until = None
    endpoint.last_probed_at = visit.seen.at
    endpoint.last_outcome = outcome.value


def _announce(
    turned: dict[int, list[dict]], book: SpellBook, held: dict[int, Endpoint], now: datetime
) -> None:
    if not turned:
        return
    prober = system_user(name="prober")
    for pk, turns in sorted(turned.items()):
        audit.record(
            actor=prober,
            action="probes.turned",
            subject=held[pk],
            now=now,
            detail={"turned": turns},
        )
    why = book.causes(held.values())
    bells.ring(bells.facts_changed, product_ids=sorted(why), now=now, cause=why)
