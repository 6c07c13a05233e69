"""Is everything alive? Read by the status page and by load balancers."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from kombu import Connection
from kombu.exceptions import KombuError

from registry.operations import backlogs
from registry.operations.backlogs import Backlog, Figure, Progress
from registry.operations.enums import Health
from registry.operations.models import Heartbeat
from registry.operations.rules import Metric, Sample, metric

log = logging.getLogger(__name__)

# A status page must answer while what it asks about does not.
PATIENCE_SECONDS = 2


@dataclass(frozen=True)
class Pulse:
    """A scheduled task: when it last finished, and whether that is recent enough."""

    task: str
    health: Health
    beat_at: datetime | None = None
    expected_every: timedelta | None = None

    @property
    def words(self) -> str:
        """What people call the task."""
        return backlogs.words_of(self.task)


@dataclass(frozen=True)
class Condition:
    """How the whole registry is at a moment. Without a database only the first two are known."""

    database: Health
    broker: Health
    pulses: list[Pulse] = field(default_factory=list)
    backlogs: list[tuple[str, Backlog]] = field(default_factory=list)
    figures: list[tuple[str, list[Figure]]] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)

    @property
    def serving(self) -> bool:
        """Whether this machine can answer pages: they need the database, not the broker."""
        return self.database == Health.OK

    @property
    def well(self) -> bool:
        """Whether nothing at all is amiss."""
        return (
            self.serving
            and self.broker == Health.OK
            and all(pulse.health == Health.OK for pulse in self.pulses)
        )


def condition(*, now: datetime) -> Condition:
    """Everything the status page shows."""
    database, broker = database_health(), broker_health()
    if database != Health.OK:
        return Condition(database=database, broker=broker)
    return Condition(
        database=database,
        broker=broker,
        pulses=pulses(now=now),
        backlogs=backlogs.read_all(),
        figures=backlogs.read_figures(now=now),
        progress=backlogs.read_progress(),
    )


def database_health() -> Health:
    """Whether PostgreSQL answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the database does not answer")
        return Health.DOWN
    return Health.OK


def broker_health() -> Health:
    """Whether the broker answers within two seconds."""
    patience = {
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
        "max_retries": 0,
    }
    broker = Connection(
        settings.CELERY_BROKER_URL, connect_timeout=PATIENCE_SECONDS, transport_options=patience
    )
    try:
        # Making a channel is the first thing that every transport of kombu asks the broker for.
        broker.channel().close()
    except (OSError, KombuError, *broker.connection_errors, *broker.channel_errors) as error:
        log.warning("the broker does not answer: %s", error)
        return Health.DOWN
    finally:
        broker.release()
    return Health.OK


def pulses(*, now: datetime) -> list[Pulse]:
    """Every task of the schedule and every task that ever beat, by name."""
    beats = {beat.task: beat for beat in Heartbeat.objects.all()}
    names = sorted(backlogs.expected() | beats.keys())
    return [_pulse(name, beats.get(name), now) for name in names]


def _pulse(task: str, beat: Heartbeat | None, now: datetime) -> Pulse:
    if beat is None:
        return Pulse(task=task, health=Health.NEVER)
    allowed = timedelta(seconds=beat.expected_every)
    late = now - beat.beat_at > allowed
    return Pulse(
        task=task,
        health=Health.LATE if late else Health.OK,
        beat_at=beat.beat_at,
        expected_every=allowed,
    )


def metrics(*, now: datetime) -> list[Metric]:
    """What Prometheus is told; all of it from the database, since workers are many processes."""
    database, broker = database_health(), broker_health()
    found = [
        metric("registry_database_up", "Whether the database answers.", database == Health.OK),
        metric("registry_broker_up", "Whether the broker answers.", broker == Health.OK),
    ]
    if database != Health.OK:
        return found
    return [
        *found,
        *_of_backlogs(backlogs.read_all(), now),
        *_of_pulses(pulses(now=now)),
        *backlogs.read_metrics(now=now),
    ]


def _of_backlogs(works: list[tuple[str, Backlog]], now: datetime) -> list[Metric]:
    owed = tuple(Sample(each.owed, {"work": name}) for name, each in works)
    ages = tuple(
        Sample(max((now - each.oldest).total_seconds(), 0), {"work": name})
        for name, each in works
        if each.owed and each.oldest
    )
    return [
        Metric("registry_backlog_owed", "Work that waits, by kind.", owed),
        Metric("registry_backlog_oldest_seconds", "How long the oldest of it has waited.", ages),
    ]


def _of_pulses(beats: list[Pulse]) -> list[Metric]:
    last = tuple(
        Sample(each.beat_at.timestamp(), {"task": each.task}) for each in beats if each.beat_at
    )
    late = tuple(Sample(each.health != Health.OK, {"task": each.task}) for each in beats)
    return [
        Metric(
            "registry_task_last_finished_timestamp_seconds",
            "When a scheduled task last finished well.",
            last,
        ),
        Metric("registry_task_late", "Whether a scheduled task is late or never ran.", late),
    ]
