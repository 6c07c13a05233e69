"""How far a mass change is, what is said meanwhile, and what happens when it goes wrong."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.compliance import selectors, services
from registry.compliance.models import RefreshOwed, RefreshRun, Revision, Spell
from registry.compliance.services import Batch
from tests import factories

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PUBLISHED = Cause(CauseKind.STANDARD_PUBLISHED, "DCB0129")
LOADED = Cause(CauseKind.REGISTER_LOADED)


@pytest.fixture
def products(db):
    """Four products of which one standard is required; nothing is computed yet."""
    standard = factories.make_standard(required=(None, None))
    factories.make_criterion(factories.make_version(standard))
    return [factories.make_product(f"product-{number}") for number in range(4)]


@pytest.fixture(autouse=True)
def only_one_at_once(settings):
    settings.REFRESH_AT_ONCE_MAX_PRODUCTS = 1


@pytest.fixture
def poisoned(products):
    """The database refuses every spell of the second product."""
    poison = products[1]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '54000'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON compliance_spell FOR EACH ROW
            WHEN (NEW.product_id = {poison.pk}) EXECUTE FUNCTION refuse()
            """
        )
    yield poison
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS refuse ON compliance_spell")
        cursor.execute("DROP FUNCTION IF EXISTS refuse()")


def heal():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON compliance_spell")


def owe(now, products, cause=PUBLISHED):
    return services.owe_refresh(product_ids=[each.pk for each in products], now=now, cause=cause)


def how_far():
    return [(each.label, each.done, each.total, each.failed) for each in selectors.progress()]


def test_progress_is_what_is_not_owed_any_more(products, now):
    run = owe(now, products)
    label = "a change of standard DCB0129 was published"
    assert how_far() == [(label, 0, 4, 0)]
    (progress,) = selectors.progress()
    assert progress.left(now + HOUR) is None
    services.refresh_owed(now=now + MINUTE, limit=1)
    assert how_far() == [(label, 1, 4, 0)]
    (progress,) = selectors.progress()
    # One product in two minutes, so three take six.
    assert (progress.since, progress.left(now + 3 * MINUTE)) == (now, 6 * MINUTE)
    services.refresh_owed(now=now + 4 * MINUTE)
    assert how_far() == []
    run.refresh_from_db()
    assert (run.started_at, run.finished_at) == (now + MINUTE, now + 4 * MINUTE)
    assert list(selectors.finished_runs(most=5)) == [run]


def test_a_product_owed_to_two_runs_counts_in_both(products, now):
    owe(now, products[:3])
    owe(now + HOUR, products[2:], LOADED)
    assert services.refresh_owed(now=now + 2 * HOUR, limit=3) == Batch(done=3)
    (left,) = selectors.progress()
    assert (left.label, left.done, left.total) == ("a register file was loaded", 1, 2)
    assert RefreshRun.objects.exclude(finished_at=None).get().why == [PUBLISHED]
    assert [each.revisions.get().why for each in products[:3]] == [
        [PUBLISHED],
        [PUBLISHED],
        [PUBLISHED, LOADED],
    ]


def test_each_product_of_a_batch_keeps_its_own_causes(products, now):
    first, second = products[:2]
    turned = {
        first.pk: [Cause(CauseKind.CHECK_FAILING, "Modern TLS at https://one.example.test/")],
        second.pk: [Cause(CauseKind.CHECK_PASSING, "Modern TLS at https://two.example.test/")],
    }
    bells.ring(bells.facts_changed, product_ids=sorted(turned), now=now, cause=turned)
    assert Spell.objects.count() == 0
    # What everybody sees of the run names no endpoint.
    (shown,) = selectors.progress()
    assert shown.label == "a check was confirmed as failing, and a check passed"
    services.refresh_owed(now=now)
    assert {each.product_id: each.why for each in Revision.objects.all()} == turned


def test_a_small_change_tells_of_what_was_owed_with_it(products, now):
    """It computes from all facts, so the mass change is among the causes, and is done."""
    product = products[0]
    owe(now, products)
    assert selectors.causes_owed(product) == [PUBLISHED]
    accepted = Cause(CauseKind.EVIDENCE_ACCEPTED, "proof-1")
    bells.ring(bells.facts_changed, product_ids=[product.pk], now=now + HOUR, cause=accepted)
    assert product.revisions.get().why == [PUBLISHED, accepted]
    assert selectors.causes_owed(product) == []
    assert how_far()[0][1:3] == (1, 4)


def test_a_poisoned_product_does_not_keep_the_others_waiting(products, poisoned, now):
    owe(now, products)
    assert services.refresh_owed(now=now) == Batch(failed=4)
    assert RefreshOwed.objects.count() == 4
    assert Spell.objects.count() == 0
    batches = []
    while batch := services.refresh_owed(now=now):
        batches.append(batch)
    assert sorted(batches, key=lambda each: each.failed) == [Batch(done=1)] * 3 + [Batch(failed=1)]
    left = RefreshOwed.objects.get()
    assert (left.product, left.attempts, left.retry_at) == (poisoned, 2, now + 2 * MINUTE)
    assert left.last_error.startswith("poison")
    (failing,) = selectors.failing_products(most=5)
    assert (failing.product, failing.attempts) == (poisoned, 2)
    assert how_far()[0][1:] == (3, 4, 1)
    # Others that come later are not held up, and it waits longer each time.
    owe(now + MINUTE, products[2:], LOADED)
    assert services.refresh_owed(now=now + MINUTE) == Batch(done=2)
    assert services.refresh_owed(now=now + MINUTE) == Batch()
    assert services.refresh_owed(now=now + 2 * MINUTE) == Batch(failed=1)
    assert RefreshOwed.objects.get().retry_at == now + 6 * MINUTE
    heal()
    assert services.refresh_owed(now=now + 6 * MINUTE) == Batch(done=1)
    assert (how_far(), selectors.failing_products(most=5)) == ([], [])


def test_pages_say_what_is_still_being_worked_in(client, products, now, auditor, outsider):
    services.refresh(product_ids=None, now=now, cause=LOADED)
    assert b"still being worked in" not in client.get("/products/product-0/").content
    owe(now, products[:3])
    page = client.get("/products/product-0/").content.decode()
    assert "A change is still being worked in, because a change of standard DCB0129" in page
    assert "still being worked in" not in client.get("/products/product-3/").content.decode()
    past = client.get("/products/product-0/?known_at=2026-07-01T12:00:00")
    assert b"still being worked in" not in past.content
    assert b"still being worked in for 3 products" in client.get("/products/").content
    status = client.get("/status/").content.decode()
    assert "0 of 3 products recomputed" in status
    assert '<progress class="registry-progress__bar"' in status
    client.force_login(outsider)
    assert client.get("/recomputing/").status_code == 403
    client.force_login(auditor)
    assert b"0 of 3 products recomputed" in client.get("/recomputing/").content


# From here on workers are processes of their own, so rows must be committed to be seen.

WORKER = """
import django, sys
django.setup()
from django.db import connection, transaction
from django.utils import timezone
from registry.compliance import services
from registry.compliance.services import owing
claimed = owing.claim_owed(now=timezone.now(), limit=200)
with transaction.atomic():
    services.refresh(product_ids=claimed, now=timezone.now(), cause={})
    print("written", connection.connection.info.backend_pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def worker(transactional_db, products):
    """A worker that has written a batch and stops before it commits."""

    def start():
        # The servers of this run of the tests, and their test database.
        name = connection.settings_dict["NAME"]
        address = re.sub(r"(@[^/]*)/[^/?]+", rf"\1/{name}", os.environ["DATABASE_URL"])
        env = os.environ | {"DATABASE_URL": address}
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=env,
            cwd=django_settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline().startswith("written")
        return process

    started = []
    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(worker, products, now):
    owe(now, products)
    process = worker()
    assert (Spell.objects.count(), RefreshOwed.objects.count()) == (0, 4)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _until_nobody_is_in_a_transaction()
    assert (Spell.objects.count(), Revision.objects.count()) == (0, 0)
    assert {row.attempts for row in RefreshOwed.objects.all()} == {1}
    # The claim of the dead lapses; what it tried is tried alone, since any of it may have
    # been what it died of.
    much_later = RefreshOwed.objects.first().retry_at + HOUR
    batches = []
    while batch := services.refresh_owed(now=much_later):
        batches.append(batch)
    assert batches == [Batch(done=1)] * 4
    assert (Spell.objects.count(), Revision.objects.count()) == (4, 4)
    assert list(selectors.timelines(product_ids=None)) == list(
        selectors.computed_timelines(product_ids=None)
    )
    assert how_far() == []


def _until_nobody_is_in_a_transaction() -> None:
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the dead worker's transaction lives on")
