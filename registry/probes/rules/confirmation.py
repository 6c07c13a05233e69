"""Confirm before flipping (probing.md): when a check's state at an endpoint turns.

A state turns to fail only after a number of conclusive failures of scheduled probes over a
number of hours, and to pass after one pass. It turns to unverified when nothing conclusive
was heard for longer than the check's freshness. A day, once confirmed, is not rewritten:
a failure counts from the day on which it is confirmed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from registry.probes.rules.results import Result

# The retry after a first failure is quick; the next ones come at the profile's own pace.
QUICK_RETRY = timedelta(minutes=15)
# So many turns of the raw result among so many of the last conclusive ones is flapping.
FLAPPING_TURNS = 4
REMEMBERED_RESULTS = 10


class Held(StrEnum):
    """What the register holds true of a check at an endpoint."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How much failing turns a state: `failures` conclusive ones over at least `over`."""

    failures: int = 3
    over: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class State:
    """What is held, and what might overturn it.

    `failures` and `failing_since` speak of failures since the last pass. `recent` has one
    letter a conclusive result, P or F, newest last. `known_end` is when a pass must end.
    """

    held: Held = Held.UNKNOWN
    failures: int = 0
    failing_since: datetime | None = None
    last_conclusive_at: datetime | None = None
    known_end: datetime | None = None
    recent: str = ""

    @property
    def flapping(self) -> bool:
        """Whether the results turn so often that neither a pass nor a failure can be relied on."""
        return turns_often(self.recent)


def turns_often(recent: str) -> bool:
    """Whether results, one letter each, turn so often that they are flapping."""
    turns = sum(one != other for one, other in zip(recent, recent[1:], strict=False))
    return turns >= FLAPPING_TURNS


@dataclass(frozen=True, slots=True)
class Step:
    """What a result leads to. `turned` is set when what is held changed, or its known end."""

    state: State
    turned: bool = False
    first_failure: bool = False


def advance(
    state: State,
    *,
    result: Result,
    at: datetime,
    scheduled: bool,
    confirmation: Confirmation,
    known_end: datetime | None = None,
) -> Step:
    """The state after a check said `result` at `at`.

    Nothing inconclusive moves it, nor a failure that somebody asked for, nor a result older
    than one already counted.
    """
    late = state.last_conclusive_at is not None and at < state.last_conclusive_at
    if late or not result.conclusive:
        return Step(state)
    if result.passes:
        return _passed(state, at=at, known_end=known_end)
    if not scheduled:
        return Step(state)
    return _failed(state, at=at, confirmation=confirmation)


def _passed(state: State, *, at: datetime, known_end: datetime | None) -> Step:
    after = State(
        held=Held.PASS,
        last_conclusive_at=at,
        known_end=known_end,
        recent=_remember(state.recent, "P"),
    )
    return Step(after, turned=state.held is not Held.PASS or state.known_end != known_end)


def _failed(state: State, *, at: datetime, confirmation: Confirmation) -> Step:
    since = state.failing_since or at
    after = replace(
        state,
        failures=state.failures + 1,
        failing_since=since,
        last_conclusive_at=at,
        recent=_remember(state.recent, "F"),
    )
    enough = after.failures >= confirmation.failures and at - since >= confirmation.over
    if enough and state.held is not Held.FAIL:
        return Step(replace(after, held=Held.FAIL, known_end=None), turned=True)
    return Step(after, first_failure=after.failures == 1)


def _remember(recent: str, letter: str) -> str:
    return (recent + letter)[-REMEMBERED_RESULTS:]


def sweep(state: State, *, at: datetime, freshness: timedelta) -> Step:
    """The state when nothing more was heard until `at`.

    A pass is no longer held when it went stale, or has reached its known end.
    """
    heard = state.last_conclusive_at
    # A pass that was loaded from a file was never heard by us: its own period says when it ends.
    stale = heard is not None and at - heard > freshness
    ended = state.known_end is not None and state.known_end <= at
    if state.held is not Held.PASS or not (stale or ended):
        return Step(state)
    return Step(replace(state, held=Held.UNKNOWN, known_end=None), turned=True)
