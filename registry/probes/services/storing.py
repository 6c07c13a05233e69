"""Storing what a batch of visits saw: one transaction, nothing that a newer visit would lose."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.common import bells
from registry.common.periods import civil_date
from registry.history import services as history
from registry.probes.models import Endpoint
from registry.probes.rules.observation import Observation
from registry.probes.rules.profiles import Profile
from registry.probes.rules.records import VisitOutcome, outcome_of
from registry.probes.rules.schedule import next_due
from registry.probes.services.advancing import advance_states
from registry.probes.services.bodies import store_bodies
from registry.probes.services.claiming import CLAIM_FOR
from registry.probes.services.judging import Judged
from registry.probes.services.remembering import remember_refusals
from registry.probes.services.rows import Row, add_probes, leave_alone, release
from registry.probes.services.spelling import SpellBook


@dataclass(frozen=True, slots=True)
class Visited:
    """What one visit saw and what the checks made of it."""

    endpoint_id: int
    seen: Observation
    judged: Sequence[Judged]


@dataclass(frozen=True, slots=True)
class Peace:
    """Hosts that asked to be left alone, until when, and the endpoints that were not visited."""

    hosts: Mapping[str, datetime] = field(default_factory=dict)
    unvisited: Sequence[int] = ()


NOBODY_ASKED = Peace()


@dataclass(frozen=True, slots=True)
class Stored:
    """How many visits were stored, and how many came too late to be."""

    stored: int
    too_late: int
    turned: int


@transaction.atomic
def store_visits(
    *, claim: UUID, visits: Sequence[Visited], peace: Peace = NOBODY_ASKED, now: datetime
) -> Stored:
    """Store the visits whose endpoints `claim` still holds; the others came too late.

    What a host asked for holds, whoever holds the claim by now.
    """
    ids = [*(visit.endpoint_id for visit in visits), *peace.unvisited]
    locked = Endpoint.objects.filter(pk__in=ids, claim=claim).order_by("pk")
    held = {
        held.pk: held
        for held in map(
            Held._make, locked.select_for_update(of=("self",)).values_list(*Held._fields)
        )
    }
    rows = [
        Row(visit.endpoint_id, visit.seen, visit.judged, held[visit.endpoint_id].was_scheduled)
        for visit in visits
        if visit.endpoint_id in held
    ]
    exchanges = [exchange for row in rows for exchange in row.seen.exchanges.values()]
    store_bodies(exchanges, now=now)
    remember_refusals(row.seen for row in rows)
    advanced = advance_states(rows, day=civil_date(now))
    release([_released(row, held[row.endpoint_id], advanced.quick, now) for row in rows])
    leave_alone(peace.hosts, unvisited=[pk for pk in peace.unvisited if pk in held])
    turned = advanced.book.write() if advanced.book else {}
    _announce(turned, advanced.book, now)
    _remember_visits(rows, now)
    return Stored(len(rows), len(visits) - len(rows), sum(map(len, turned.values())))


class Held(NamedTuple):
    """An endpoint whose claim stands."""

    pk: int
    due_at: datetime
    claimed_until: datetime
    profile: str
    last_outcome: str

    @property
    def was_scheduled(self) -> bool:
        """Whether the visit was due by itself when it was claimed, whoever else asked for it."""
        return self.due_at <= self.claimed_until - CLAIM_FOR


def _released(row: Row, held: Held, quick: set[int], now: datetime) -> tuple:
    """The endpoint, when it is due next, when it was visited and how that ended."""
    outcome, due_at = outcome_of(row.seen), held.due_at
    lost = outcome is not VisitOutcome.ANSWERED and held.last_outcome == VisitOutcome.ANSWERED
    if row.scheduled:
        due_at = next_due(
            at=now,
            interval=Profile(held.profile).spec.interval,
            quick=row.endpoint_id in quick or lost,
            retry_after=row.seen.retry_after,
            chance=random.random(),  # noqa: S311 - spreads load, guards nothing
        )
    return row.endpoint_id, due_at, row.seen.at, outcome.value


def _remember_visits(rows: Sequence[Row], now: datetime) -> None:
    """Add the visits, as the last thing that is done: who ticks holds the register's clock.

    Known from one moment for all of them, which is before none of them: a batch takes a while.
    """
    if rows:
        newest = max(row.seen.at for row in rows)
        add_probes(rows, recorded_at=history.tick(now=max(now, newest)))


def _announce(turned: dict[int, list[dict]], book: SpellBook | None, now: datetime) -> None:
    if not turned:
        return
    held = Endpoint.objects.in_bulk(list(turned))
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
