"""Work that rows say is owed; rooms above register who counts it (ADR 0002)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.operations.rules import Metric


@dataclass(frozen=True)
class Backlog:
    """How much is owed, and since when the oldest of it; `None` when nothing is."""

    owed: int
    oldest: datetime | None = None


@dataclass(frozen=True)
class Figure:
    """One fact about how the machinery runs: "Probes in the last hour", "1,204"."""

    label: str
    value: str


@dataclass(frozen=True)
class Progress:
    """How far long work is: `done` of `total`, owed since `since`, first tried at `started_at`."""

    label: str
    unit: str
    done: int
    total: int
    since: datetime
    started_at: datetime | None = None
    # Of what is left, how many were tried in vain.
    failed: int = 0

    def left(self, now: datetime) -> timedelta | None:
        """How long the rest takes at the pace so far; `None` while no pace is known."""
        if not self.done or self.started_at is None:
            return None
        return max(now - self.started_at, timedelta()) * (self.total - self.done) / self.done


# A backlog reader takes nothing; a figure reader is given the moment, since a rate needs one.
BacklogReader = Callable[[], Backlog]
FigureReader = Callable[[datetime], list[Figure]]
MetricReader = Callable[[datetime], list[Metric]]

ProgressReader = Callable[[], list[Progress]]

_backlogs: dict[str, BacklogReader] = {}
_progress: list[ProgressReader] = []
_figures: dict[str, FigureReader] = {}
_metrics: dict[str, MetricReader] = {}


def register(name: str, reader: BacklogReader) -> None:
    """Show the backlog `name` ("Endpoints due for a probe") on the status page."""
    _backlogs[name] = reader


def register_figures(name: str, reader: FigureReader) -> None:
    """Show a list of figures under the heading `name` ("The prober") on the status page."""
    _figures[name] = reader


def register_metrics(name: str, reader: MetricReader) -> None:
    """Give Prometheus the figures of a room; every name begins with `registry_`."""
    _metrics[name] = reader


def register_progress(reader: ProgressReader) -> None:
    """Show long work that is under way on the status page. Doing it again changes nothing."""
    if reader not in _progress:
        _progress.append(reader)


def read_progress() -> list[Progress]:
    """All long work that is under way."""
    return [each for reader in _progress for each in reader()]


def read_all() -> list[tuple[str, Backlog]]:
    """Every registered backlog, by name."""
    return [(name, reader()) for name, reader in sorted(_backlogs.items())]


def read_figures(*, now: datetime) -> list[tuple[str, list[Figure]]]:
    """Every registered list of figures, by name."""
    return [(name, reader(now)) for name, reader in sorted(_figures.items())]


def read_metrics(*, now: datetime) -> list[Metric]:
    """The figures of every room."""
    return [each for _, reader in sorted(_metrics.items()) for each in reader(now)]


_expected: set[str] = set()


_words: dict[str, str] = {}


def expect(task: str, words: str = "") -> None:
    """A task of the schedule: it is shown as late until its first heartbeat."""
    _expected.add(task)
    if words:
        describe(task, words)


def describe(task: str, words: str) -> None:
    """What the status page calls a task: "Visiting endpoints" for probes.visit_batch."""
    _words[task] = words


def words_of(task: str) -> str:
    """What people call a task; one that nobody described has its name alone."""
    return _words.get(task, task)


def expected() -> frozenset[str]:
    """The tasks of the schedule."""
    return frozenset(_expected)
