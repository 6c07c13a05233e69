"""Availability and incidents in the words of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.common.formatting import format_plural
from registry.probes.checks import title_of
from registry.probes.rules.standing import Stretch


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One stretch of trouble."""

    stretch: Stretch
    lasted: str
    what: str


def incident_line(stretch: Stretch, *, now: datetime) -> IncidentLine:
    """A stretch with its duration and what it was, in words."""
    what = ", ".join(title_of(check) for check in stretch.checks) or stretch.why
    return IncidentLine(stretch, duration(stretch.lasted(now)), what)


def duration(length: timedelta) -> str:
    """ "2 days 3 hours", in the two largest units; "less than a minute"."""
    minutes = int(length.total_seconds() // 60)
    units = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    told = [(count, unit) for count, unit in units if count]
    if not told:
        return "less than a minute"
    # What is far smaller than the largest unit says nothing more.
    first = [unit for _, unit in units].index(told[0][1])
    near = [unit for _, unit in units][first : first + 2]
    return " ".join(format_plural(count, unit) for count, unit in told if unit in near)


def window_label(window: timedelta) -> str:
    """ "24 hours", "7 days"."""
    return format_plural(window.days, "day") if window.days > 1 else "24 hours"
