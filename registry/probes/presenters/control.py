"""How control of a host is known, and what is owed, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.common.formatting import format_date, format_datetime
from registry.probes.enums import Control, ControlState, ProofMethod
from registry.probes.models import Endpoint, HostControl

# A check that is owed for longer than this is late: something is wrong on our side.
_LATE_AFTER = timedelta(minutes=2)
_PLACES = {
    ProofMethod.FILE: "a file on the host",
    ProofMethod.DNS: "a record in the DNS",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A check is owed or under way; `late` when it should have been made by now."""

    late: bool


def standing(control: HostControl, *, own: bool) -> str:
    """How it stands with a proof, in a sentence or two; `own` when its supplier reads it."""
    match control.state:
        case ControlState.WAITING if not own:
            return "The supplier has been told what to place where. It was not found there yet."
        case ControlState.WAITING:
            return (
                "Do one of the two things below, then have it checked. Until then nobody visits "
                "your endpoints there, unless an officer has vouched for them."
            )
        case ControlState.PROVED:
            return (
                f"Proved by {_PLACES[control.method]} on {format_date(control.proved_at)}. "
                "It must stay there: we look for it again every week"
                + (f", next on {format_date(control.due_at)}." if control.due_at else ".")
            )
        case ControlState.MISSING:
            return (
                f"The token is gone since {format_datetime(control.failing_since)}. We look for "
                f"it daily. Visits stop on {format_datetime(control.visits_stop_at)}, unless it "
                "is back before."
            )
        case ControlState.LOST:
            return (
                f"The token is gone since {format_datetime(control.failing_since)}, and visits "
                "have stopped. Put it back and have it checked: visits begin again at once."
            )
    return f"Withdrawn on {format_date(control.decided_at)}: {control.reason}"


def next_step(control: HostControl) -> str:
    """What is owed, in a few words, for lists."""
    match control.state:
        case ControlState.WAITING:
            return "Place the token, and have it checked"
        case ControlState.PROVED:
            return "Nothing: leave the token where it is"
        case ControlState.MISSING:
            return f"Put the token back before {format_datetime(control.visits_stop_at)}"
        case ControlState.LOST:
            return "Put the token back: visits have stopped"
    return "Nothing: an officer decides"


def waiting(control: HostControl, *, now: datetime) -> Waiting | None:
    """Whether a check is on its way; `None` when none is."""
    if not control.is_owed(now):
        return None
    since = control.due_at if control.due_at and control.due_at <= now else now
    return Waiting(late=now - since > _LATE_AFTER)


def how_known(endpoint: Endpoint, control: HostControl | None) -> str:
    """How control of the host is known, for everybody."""
    if endpoint.control == Control.VOUCHED and endpoint.vouched_at:
        return f"Vouched for by an officer on {format_date(endpoint.vouched_at)}"
    if endpoint.control != Control.PROVED or control is None or not control.method:
        return endpoint.get_control_display()
    place = _PLACES[control.method]
    said = f"Proved by the supplier with {place} on {format_date(control.proved_at)}"
    if control.visits_stop_at:
        return (
            f"{said}. It is gone since {format_date(control.failing_since)}: visits stop on "
            f"{format_date(control.visits_stop_at)}, unless it is back before"
        )
    return said
