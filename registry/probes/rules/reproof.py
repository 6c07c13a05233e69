"""How a proof of control grows old: when it is looked for again, and when it is lost. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registry.probes.rules.schedule import JITTER

PROVE_AGAIN_EVERY = timedelta(days=7)
# A proof that is not found is looked for daily, so that it counts again within a day of its return.
LOOK_AGAIN_EVERY = timedelta(days=1)
# For so long visits go on without it: a migration of a website must not make products unverified.
GRACE = timedelta(days=14)
# Nobody waits for ever: what was never proved is looked for by itself from a while after it was
# begun until so long after somebody last asked.
FIRST_LOOK_AFTER = timedelta(hours=1)
WAIT_FOR = timedelta(days=14)
# What was lost for longer than this is looked for weekly only.
LOST_LONG = timedelta(days=90)
# A check that our own mistake spoilt says nothing, and is made again.
AFTER_OUR_ERROR = timedelta(hours=1)
# How often a supplier may ask for a check.
ASK_AGAIN_AFTER = timedelta(minutes=1)


class Proof(StrEnum):
    """How far control is proved; an officer's withdrawal is outside of these rules."""

    WAITING = "waiting"
    PROVED = "proved"
    MISSING = "missing"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a proof. `due_at` is when it is looked for next; `None` is never."""

    proof: Proof
    failing_since: datetime | None
    due_at: datetime | None


def visits_stop_at(failing_since: datetime) -> datetime:
    """When visits stop unless the proof is back before."""
    return failing_since + GRACE


def after_check(
    before: Standing, *, proves: bool, asked_at: datetime, at: datetime, chance: float
) -> Standing:
    """How it stands after a check at `at`. `asked_at` is when somebody last asked for one.

    `chance` is a random number in [0, 1), so that hosts proved together do not stay together.
    """
    if proves:
        return Standing(Proof.PROVED, None, at + _jittered(PROVE_AGAIN_EVERY, chance))
    soon = at + _jittered(LOOK_AGAIN_EVERY, chance)
    if before.proof is Proof.WAITING:
        return Standing(Proof.WAITING, None, soon if soon - asked_at <= WAIT_FOR else None)
    since = before.failing_since or at
    if before.proof is Proof.LOST or at >= visits_stop_at(since):
        every = PROVE_AGAIN_EVERY if at - since > LOST_LONG else LOOK_AGAIN_EVERY
        return Standing(Proof.LOST, since, at + _jittered(every, chance))
    # The last day of grace is not put off by the day between two checks.
    return Standing(Proof.MISSING, since, min(soon, visits_stop_at(since)))


def _jittered(pause: timedelta, chance: float) -> timedelta:
    return pause * (1 - JITTER + 2 * JITTER * chance)
