"""Is everything alive? The status page and the answer for load balancers."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from config.celery import app as celery
from registry.operations import backlogs, selectors, services
from registry.operations.backlogs import Backlog, Figure
from registry.operations.enums import Health

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def noon(now, time_machine, monkeypatch):
    """The clock stands still, and only what a story registers is shown."""
    time_machine.move_to(now, tick=False)
    for name, empty in (("_backlogs", {}), ("_figures", {}), ("_expected", set()), ("_words", {})):
        monkeypatch.setattr(backlogs, name, empty)


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_when_all_is_well_the_page_says_so(client, db, now):
    backlogs.expect("probes.claim_due", "Finding endpoints that are due")
    services.beat(task="probes.claim_due", expected_every=120, now=now - timedelta(seconds=60))
    answer = client.get("/status/")
    assert answer.status_code == 200
    assert "Everything is working." in text(answer)
    assert (
        "Finding endpoints that are due State Working Last finished 1 minute ago "
        "Finished at 1 July 2026 at 11:59am"
    ) in text(answer)
    assert client.get("/status/health").json() == {
        "serving": True,
        "well": True,
        "database": "ok",
        "broker": "ok",
        "tasks": {"probes.claim_due": "ok"},
    }


@pytest.mark.parametrize(("silent", "health"), [(120, Health.OK), (121, Health.LATE)])
def test_a_task_is_late_from_the_second_after_its_longest_silence(client, db, now, silent, health):
    services.beat(task="sweep", expected_every=120, now=now - timedelta(seconds=silent))
    assert [pulse.health for pulse in selectors.pulses(now=now)] == [health]
    assert client.get("/status/health").json()["well"] is (health == Health.OK)


def test_a_scheduled_task_that_never_beat_does_not_show_green(client, db):
    backlogs.expect("phaseout.flag_due")
    answer = client.get("/status/")
    assert "phaseout.flag_due State Not run yet Last finished never Finished at never" in text(
        answer
    )
    assert "some work in the background is late" in text(answer)


def test_backlogs_and_figures_are_those_that_rooms_registered(client, db, now):
    backlogs.register("Letters to write", lambda: Backlog(1200, now - timedelta(hours=3)))
    backlogs.register("Cases to triage", lambda: Backlog(0))
    backlogs.register_figures("The prober", lambda at: [Figure("Visits", f"{at:%Y}")])
    told = text(client.get("/status/"))
    assert "Letters to write 1,200 3 hours ago" in told
    assert "Cases to triage 0" in told
    assert "The prober Visits 2026" in told


def test_without_the_broker_pages_are_still_served(client, db, settings):
    settings.CELERY_BROKER_URL = NOWHERE
    answer = client.get("/status/health")
    assert answer.status_code == 200
    assert answer.json()["broker"] == "down"
    assert answer.json()["well"] is False
    assert "Not reachable" in text(client.get("/status/"))


def refuse(*args, **kwargs):
    raise OperationalError("connection refused")


def test_without_the_database_load_balancers_are_sent_elsewhere(client, db):
    with patch.object(connection, "cursor", refuse):
        answer = client.get("/status/health")
    assert answer.status_code == 503
    assert answer.json() == {
        "serving": False,
        "well": False,
        "database": "down",
        "broker": "ok",
        "tasks": {},
    }


def test_without_the_database_even_somebody_signed_in_reads_why(client, assessor):
    client.force_login(assessor)
    with patch.object(connection, "cursor", refuse):
        answer = client.get("/status/")
    assert answer.status_code == 503
    assert "The database does not answer." in text(answer)


def test_every_task_of_the_schedule_is_expected_to_beat():
    """A task that is scheduled and not expected would be silent for ever, unseen."""
    apps.get_app_config("config").ready()
    scheduled = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert scheduled
    assert scheduled <= backlogs.expected()
