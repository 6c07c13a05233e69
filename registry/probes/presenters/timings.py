"""How long the steps of visits took."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from registry.common.formatting import format_plural
from registry.probes.models import Probe

# As rules/records.py writes them, in the order in which they happen.
STEPS = (
    ("dns", "DNS"),
    ("connect", "Connect"),
    ("tls", "TLS"),
    ("first_byte", "First byte"),
    ("total", "Total"),
)


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """A visit with the milliseconds of each step in words; empty for one that was not reached."""

    visit: Probe
    steps: list[str]


@dataclass(frozen=True, slots=True)
class Timings:
    """The visits that are shown: totals oldest first in seconds, and each with its steps."""

    head: list[str]
    totals: list[float | None]
    # What the picture says, in words.
    told: str
    # The median of each step in milliseconds, in words.
    medians: list[str]
    visits: list[TimedVisit]


def timings_of(visits: Sequence[Probe]) -> Timings:
    """The timings of `visits`, newest first."""
    totals = [_seconds(visit, "total") for visit in reversed(visits)]
    return Timings(
        head=[label for _, label in STEPS],
        totals=totals,
        told=_told(totals),
        medians=[_median([_seconds(visit, name) for visit in visits]) for name, _ in STEPS],
        visits=[
            TimedVisit(visit, [milliseconds(_seconds(visit, name)) for name, _ in STEPS])
            for visit in visits
        ],
    )


def milliseconds(seconds: float | None) -> str:
    """ "12 ms"; below ten with one decimal; nothing for what was not measured."""
    if seconds is None:
        return ""
    return f"{seconds * 1000:,.{1 if seconds < 0.01 else 0}f}\N{NO-BREAK SPACE}ms"


def _seconds(visit: Probe, name: str) -> float | None:
    value = visit.timings.get(name)
    return value if isinstance(value, int | float) else None


def _median(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return milliseconds(median(known)) if known else ""


def _told(totals: list[float | None]) -> str:
    known = [total for total in totals if total is not None]
    if not known:
        return "Time of the last visits: none was measured"
    return (
        f"Whole time of the last {format_plural(len(totals), 'visit')}: from "
        f"{milliseconds(min(known))} to {milliseconds(max(known))}, half of them within "
        f"{milliseconds(median(known))}"
    )
