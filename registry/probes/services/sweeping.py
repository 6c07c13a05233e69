"""Passes that nobody has confirmed for too long stop being held true."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.common import bells
from registry.common.periods import civil_date
from registry.probes.checks import all_checks
from registry.probes.enums import SpellResult
from registry.probes.models import CheckState, Endpoint
from registry.probes.rules.confirmation import sweep
from registry.probes.services.spelling import SpellBook, state_of, write_state

# A sweep that finds more than this leaves the rest to the next one.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many passes were found stale or ended."""

    closed: int


@transaction.atomic
def sweep_stale(*, now: datetime) -> Swept:
    """Close, from today, every pass that went stale or reached its known end."""
    freshness = {check.id: check.freshness for check in all_checks()}
    rows = list(
        CheckState.objects.filter(_candidates(freshness, now), result=SpellResult.PASS)
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE]
    )
    day = civil_date(now)
    book = SpellBook({row.endpoint_id for row in rows}, day=day)
    closed = []
    for row in rows:
        step = sweep(state_of(row), at=now, freshness=freshness[row.check_id])
        if step.turned:
            write_state(row, step, day=day, finding=None)
            book.turn(row.endpoint_id, row.check_id, step.state)
            closed.append(row)
    CheckState.objects.bulk_update(closed, ["result", "since", "known_end"])
    _announce(book, now)
    return Swept(len(closed))


def _candidates(freshness: dict[str, timedelta], now: datetime) -> Q:
    wanted = Q(known_end__lte=now, check_id__in=list(freshness))
    by_age: dict[timedelta, list[str]] = defaultdict(list)
    for check_id, age in freshness.items():
        by_age[age].append(check_id)
    for age, ids in by_age.items():
        wanted |= Q(check_id__in=ids, last_conclusive_at__lt=now - age)
    return wanted


def _announce(book: SpellBook, now: datetime) -> None:
    turned = book.write()
    if not turned:
        return
    prober = system_user(name="prober")
    endpoints = list(Endpoint.objects.filter(pk__in=list(turned)).order_by("pk"))
    for endpoint in endpoints:
        audit.record(
            actor=prober,
            action="probes.went_stale",
            subject=endpoint,
            now=now,
            detail={"turned": turned[endpoint.pk]},
        )
    why = book.causes(endpoints)
    bells.ring(bells.facts_changed, product_ids=sorted(why), now=now, cause=why)
