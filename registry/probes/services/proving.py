"""Proofs of control from claim to what follows. The network is outside every transaction."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.probes.client import ProofJob, Visitor, look_all
from registry.probes.enums import ProofMethod
from registry.probes.models import HostControl
from registry.probes.rules.proofs import Found
from registry.probes.rules.reproof import AFTER_OUR_ERROR, Proof, Standing, after_check
from registry.probes.selectors.control import disagreeing, proof_jobs
from registry.probes.selectors.quiet import quiet_hosts
from registry.probes.services.following import bring_into_line, hold, state_of
from registry.probes.services.telling import tell_of_loss

# Longer than the time limit of the task that looks: a dead worker's claim lapses by itself.
CLAIM_FOR = timedelta(minutes=3)
# As many as are looked at well within that, even if they are of one host and all time out.
MOST_AT_ONCE = 12
# A round that finds more than this leaves the rest to the next one.
MOST_SETTLED = 100


@dataclass(frozen=True, slots=True)
class Claimed:
    """Proofs to look for together."""

    claim: UUID
    ids: tuple[int, ...]


@transaction.atomic
def claim_owed(*, now: datetime) -> Claimed | None:
    """Claim proofs that must be looked for; `None` when there are none."""
    alone = HostControl.objects.at_hosts(quiet_hosts(now=now)).values("pk")
    owed = HostControl.objects.owed(now=now).exclude(pk__in=alone).order_by("due_at", "pk")
    free = owed.select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE]
    ids = list(free.values_list("pk", flat=True))
    if not ids:
        return None
    claimed = Claimed(uuid4(), tuple(ids))
    HostControl.objects.filter(pk__in=ids).update(
        claim=claimed.claim, claimed_until=now + CLAIM_FOR
    )
    return claimed


def check_claimed(
    *,
    visitor: Visitor,
    servers: tuple[tuple[str, int], ...],
    ids: Sequence[int],
    claim: UUID,
    now: datetime,
) -> int:
    """Look for the proofs that `claim` still holds. Returns how many were answered in time."""
    jobs = proof_jobs(ids=ids, claim=claim)
    found = asyncio.run(look_all(visitor, jobs, servers=servers))
    return sum(land(job=job, claim=claim, found=each, now=now) for job, each in found)


@transaction.atomic
def land(*, job: ProofJob, claim: UUID, found: Found, now: datetime) -> bool:
    """What a check found, and what follows; false when it came too late to say anything."""
    known = HostControl.objects.filter(pk=job.key, claim=claim)
    at = known.values_list("supplier", "authority").first()
    if at is None:
        return False
    hold(*at)
    row = known.select_related("supplier").select_for_update(of=("self",)).first()
    # Withdrawn or reopened meanwhile: another token would have been looked for, or none.
    if row is None or row.token != job.token:
        return False
    before = (row.state, row.method)
    _move_on(row, found, now)
    row.save()
    turned = bring_into_line(row.supplier_id, row.authority, state=row.state, now=now)
    # Whatever makes a version of the row is recorded: so is where the proof stands now.
    if turned or (row.state, row.method) != before:
        if row.state != before[0]:
            tell_of_loss(control=row, now=now)
        _record(row, turned, now)
    return True


def _move_on(row: HostControl, found: Found, now: datetime) -> None:
    asked_meanwhile = row.asked_at is not None and row.asked_at > row.claimed_until - CLAIM_FOR
    wanted = row.due_at
    row.file_words, row.dns_words = found.file.words, found.dns.words
    row.last_checked_at = now
    row.claim = row.claimed_until = None
    if found.is_spoilt(row.method):
        row.due_at = now + AFTER_OUR_ERROR
    else:
        _stand(row, found, now)
    # Asked for while this check was on its way: what was placed since is not in it.
    if asked_meanwhile:
        row.due_at = wanted


def _stand(row: HostControl, found: Found, now: datetime) -> None:
    before = Proof(row.state)
    step = after_check(
        Standing(before, row.failing_since, row.due_at),
        proves=found.proves,
        asked_at=max(filter(None, (row.asked_at, row.started_at, row.decided_at))),
        at=now,
        chance=random.random(),  # noqa: S311 - spreads load, guards nothing
    )
    if step.proof is Proof.PROVED:
        row.method = ProofMethod.FILE if found.file.proves else ProofMethod.DNS
        if before in (Proof.WAITING, Proof.LOST):
            row.proved_at = now
    row.state, row.failing_since, row.due_at = step.proof.value, step.failing_since, step.due_at


def settle(*, now: datetime) -> int:
    """Endpoints follow the proofs of whoever supplies them now. Returns how many turned.

    Registering and proving do so themselves; this is for what comes otherwise: endpoints of a
    register file, and products that passed to another supplier.
    """
    pairs = disagreeing(most=MOST_SETTLED)
    return sum(_settle_one(supplier_id=s, authority=a, now=now) for s, a in pairs)


@transaction.atomic
def _settle_one(*, supplier_id: int, authority: str, now: datetime) -> int:
    hold(supplier_id, authority)
    state = state_of(supplier_id, authority)
    turned = bring_into_line(supplier_id, authority, state=state, now=now)
    if turned:
        audit.record(
            actor=system_user(name="prober"),
            action="probes.control_followed",
            subject=Supplier.objects.get(pk=supplier_id),
            now=now,
            detail={"authority": authority, "state": state, "endpoints": turned},
        )
    return turned


def _record(row: HostControl, turned: int, now: datetime) -> None:
    audit.record(
        actor=system_user(name="prober"),
        action=f"probes.control_{row.state}",
        subject=row,
        now=now,
        detail={
            "supplier": row.supplier.ref,
            "authority": row.authority,
            "method": row.method,
            "endpoints": turned,
        },
    )
