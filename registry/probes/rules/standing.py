"""How an endpoint has fared: the classes in which visits are counted (ADR 0106).

The statements in selectors/standing.py give every visit one of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The windows of which availability is told.
WINDOWS = (timedelta(hours=24), timedelta(days=7), timedelta(days=30), timedelta(days=90))
LONGEST_WINDOW = max(WINDOWS)


class Came(StrEnum):
    """What came back of a visit.

    BROKEN is an HTTP answer of 500 and above to everything that was asked. HELD is one of 429:
    the host asked to be left alone, which says nothing of how it is. OURS are our own errors
    and what our own guard refused. MAINTENANCE is any that fell into announced maintenance.
    """

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    HELD = "held"
    OURS = "ours"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Availability:
    """The scheduled visits of one window, by what came back; visits that were asked for by
    somebody are not among them."""

    window: timedelta
    answered: int = 0
    unreachable: int = 0
    broken: int = 0
    held: int = 0
    ours: int = 0
    maintenance: int = 0
    # How much of the window was announced maintenance, in which nobody visits.
    maintained: timedelta = timedelta()

    @property
    def visits(self) -> int:
        """All scheduled visits of the window."""
        return self.counted + self.apart

    @property
    def counted(self) -> int:
        """Those that tell whether the endpoint was there."""
        return self.answered + self.unreachable + self.broken

    @property
    def apart(self) -> int:
        """Those that tell nothing of the endpoint."""
        return self.held + self.ours + self.maintenance

    @property
    def share(self) -> float | None:
        """Answered of those counted, from 0 to 1; `None` when none is."""
        return self.answered / self.counted if self.counted else None

    @property
    def percent(self) -> str:
        """The share in words; never "100%" unless every visit was answered, nor "0%" if one was."""
        if self.share is None:
            return "not known"
        if self.answered in (0, self.counted):
            return f"{self.share:.0%}"
        return f"{min(max(self.share * 100, 0.1), 99.9):.1f}%"


class Incident(StrEnum):
    """What went on for a while."""

    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    FAILING = "failing"

    @property
    def label(self) -> str:
        """The words shown to people. Unreachable and non-conformant are different things."""
        return {"unreachable": "Unreachable", "broken": "Server error", "failing": "Failing"}[self]

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"unreachable": "grey", "broken": "orange", "failing": "red"}[self]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Visits in a row that met the same trouble.

    `ended` is the first visit that met something else; `None` while it goes on. `earlier` says
    that it may have begun before the days that were looked at.
    """

    kind: Incident
    begun: datetime
    ended: datetime | None
    visits: int
    why: str = ""
    checks: tuple[str, ...] = ()
    earlier: bool = False

    def lasted(self, now: datetime) -> timedelta:
        """From the first visit that met it to the first that did not, or to `now`."""
        return (self.ended or now) - self.begun
