"""How far a visit has come: its steps in their order, and what it says of each. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.probes.rules.profiles import Profile

RESOLVE, CONNECT, HANDSHAKE, OLDER_TLS = "resolve", "connect", "handshake", "older_tls"


class StepState(StrEnum):
    """How a step of a visit stands. NOT_REACHED is said of a visit that has ended."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    NOT_REACHED = "not_reached"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return _SHOWN[self][0]

    @property
    def colour(self) -> str:
        """The NHS tag colour that goes with the label."""
        return _SHOWN[self][1]


_SHOWN = {
    StepState.WAITING: ("Not started", "grey"),
    StepState.UNDER_WAY: ("Under way", "blue"),
    StepState.DONE: ("Done", "green"),
    StepState.FAILED: ("No answer", "orange"),
    StepState.NOT_REACHED: ("Not reached", "grey"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a running visit says of one of its steps: the step's name, its state, a few words."""

    step: str
    state: StepState
    words: str = ""


Tell = Callable[[Told], None]


def steps_of(profile: Profile) -> tuple[str, ...]:
    """The names of the steps of a visit, in their order; a document is called as its capture."""
    captures = (capture.value for capture in profile.spec.captures)
    return (RESOLVE, CONNECT, HANDSHAKE, *captures, OLDER_TLS)


def noted(steps: list[dict[str, Any]], told: Told, *, at: datetime) -> list[dict[str, Any]]:
    """`steps`, as they are stored, with what was told at `at`; the latest of each step stays."""
    # PostgreSQL keeps no NUL.
    words = told.words[:300].replace("\x00", "\ufffd")
    said = {"step": told.step, "state": told.state.value, "words": words}
    before = next((each for each in steps if each["step"] == told.step), None)
    begun = before["begun_at"] if before else at.isoformat()
    others = [each for each in steps if each["step"] != told.step]
    return [*others, said | {"begun_at": begun, "at": at.isoformat()}]


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as it is shown: `seconds` is what it took, `None` while it is not over."""

    name: str
    state: StepState
    words: str = ""
    seconds: float | None = None


def standing(profile: Profile, steps: list[dict[str, Any]], *, ended: bool) -> list[Step]:
    """Every step of a visit by what is stored of it; `ended` when no more of it will come."""
    known = {each["step"]: each for each in steps}
    return [_step(name, known.get(name), ended) for name in steps_of(profile)]


def _step(name: str, stored: dict[str, Any] | None, ended: bool) -> Step:
    if stored is None:
        return Step(name, StepState.NOT_REACHED if ended else StepState.WAITING)
    state = StepState(stored["state"])
    if state is StepState.UNDER_WAY:
        return Step(name, StepState.NOT_REACHED if ended else state, stored["words"])
    begun, at = (datetime.fromisoformat(stored[key]) for key in ("begun_at", "at"))
    return Step(name, state, stored["words"], (at - begun).total_seconds())
