"""The prober's tasks. The row remembers the work; these only carry it."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from registry.operations.services import beat
from registry.probes.outfitting import (
    keeping,
    name_servers,
    outfit,
    proving_outfit,
    visitor,
)
from registry.probes.services.claiming import claim_due
from registry.probes.services.maintaining import work_out_windows
from registry.probes.services.partitions import make_room
from registry.probes.services.prechecking import run_owed
from registry.probes.services.proving import check_claimed, claim_owed, settle
from registry.probes.services.pruning import prune
from registry.probes.services.sweeping import sweep_stale
from registry.probes.services.visiting import visit_batch

# Seconds: how often the schedule in config/celery.py starts each.
CLAIM_EVERY = 5.0
PRECHECKS_EVERY = 2.0
PROVE_EVERY = 5.0
SWEEP_EVERY = 60.0
KEEP_EVERY = 21600.0
# Without a due endpoint nothing is visited: silence is alarming after a day only.
_VISIT_EXPECTED_EVERY = 24 * 3600
# A proof is looked for weekly; where nobody has one, never.
_PROOF_EXPECTED_EVERY = 400 * 24 * 3600


@shared_task(name="probes.claim_due", time_limit=60)
def claim_and_send() -> int:
    """Claim what is due and hand it to workers, a batch a task. Returns how many were claimed."""
    outfit()  # unusable settings are met before anything is claimed
    now = timezone.now()
    batches = claim_due(now=now)
    for batch in batches:
        probe_batch.apply_async(kwargs={"ids": list(batch.ids), "claim": batch.claim.hex})
    claimed = sum(len(batch.ids) for batch in batches)
    _beat(claim_and_send, CLAIM_EVERY * 6, {"claimed": claimed})
    return claimed


@shared_task(name="probes.visit_batch", time_limit=600, soft_time_limit=580)
def probe_batch(*, ids: list[int], claim: str) -> int:
    """Visit, judge and store one batch. Returns how many visits were stored."""
    stored = visit_batch(visitor=visitor(outfit()), ids=ids, claim=UUID(claim), now=timezone.now())
    detail = {"stored": stored.stored, "too_late": stored.too_late, "turned": stored.turned}
    _beat(probe_batch, _VISIT_EXPECTED_EVERY, detail)
    return stored.stored


# Its longest silence: a few visits may be under way in every worker.
_PRECHECKS_EXPECTED_EVERY = 120


@shared_task(name="probes.run_prechecks", time_limit=55, soft_time_limit=50)
def run_prechecks() -> int:
    """Run the pre-checks that are owed, a few at a time. Returns how many were reported on."""
    ran = run_owed(visitor=visitor(outfit()), now=timezone.now())
    detail = {"reported": ran.reported, "given_up": ran.given_up, "too_late": ran.too_late}
    _beat(run_prechecks, _PRECHECKS_EXPECTED_EVERY, detail)
    return ran.reported


@shared_task(name="probes.claim_proofs", time_limit=60)
def claim_proofs() -> int:
    """Claim proofs that must be looked for and hand them to a worker. Returns how many."""
    proving_outfit()  # unusable settings are met before anything is claimed
    name_servers()
    claimed = claim_owed(now=timezone.now())
    ids = list(claimed.ids) if claimed else []
    if claimed:
        look_for_proofs.apply_async(kwargs={"ids": ids, "claim": claimed.claim.hex})
    _beat(claim_proofs, PROVE_EVERY * 6, {"claimed": len(ids)})
    return len(ids)


# Killed well before its claim lapses.
@shared_task(name="probes.look_for_proofs", time_limit=170, soft_time_limit=160)
def look_for_proofs(*, ids: list[int], claim: str) -> int:
    """Look for the proofs of one claim and say what follows. Returns how many were in time."""
    answered = check_claimed(
        visitor=visitor(proving_outfit()),
        servers=name_servers(),
        ids=ids,
        claim=UUID(claim),
        now=timezone.now(),
    )
    _beat(look_for_proofs, _PROOF_EXPECTED_EVERY, {"answered": answered})
    return answered


@shared_task(name="probes.settle_control", time_limit=300)
def settle_control() -> int:
    """Let endpoints follow the proofs of whoever supplies them now. Returns how many turned."""
    turned = settle(now=timezone.now())
    _beat(settle_control, SWEEP_EVERY * 3, {"turned": turned})
    return turned


@shared_task(name="probes.sweep", time_limit=300)
def sweep() -> int:
    """Close passes that went stale or reached their known end. Returns how many."""
    swept = sweep_stale(now=timezone.now())
    _beat(sweep, SWEEP_EVERY * 3, {"closed": swept.closed})
    return swept.closed


@shared_task(name="probes.keep_visits", time_limit=3600, soft_time_limit=3500)
def keep_visits() -> int:
    """Make room for the visits of months to come, work out weekly maintenance, and remove old
    visits. Returns how many went."""
    now = timezone.now()
    made = make_room(now=now)
    maintenance = work_out_windows(now=now)
    pruned = prune(now=now, keeping=keeping())
    detail = {
        "made": len(made),
        "maintenance": maintenance,
        "visits": pruned.visits,
        "months": len(pruned.months),
        "bodies": pruned.bodies,
        "prechecks": pruned.prechecks,
    }
    _beat(keep_visits, KEEP_EVERY * 3, detail)
    return pruned.visits


def _beat(task, expected_every: float, detail: dict[str, int]) -> None:
    beat(task=task.name, expected_every=int(expected_every), now=timezone.now(), detail=detail)
