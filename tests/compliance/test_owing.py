"""Small changes refresh at once; mass changes are owed in rows; nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.compliance import selectors, services, tasks
from registry.compliance.models import RefreshOwed, Spell
from registry.compliance.services import Batch
from registry.evidence.models import Submission
from registry.operations.models import Heartbeat
from tests import factories
from tests.factories import A_STORY

HOUR = timedelta(hours=1)
PUBLISHED = Cause(CauseKind.STANDARD_PUBLISHED, "DCB0129")
LOADED = Cause(CauseKind.REGISTER_LOADED)


@pytest.fixture
def products(db):
    """Three products of which one standard is required; nothing is computed yet."""
    standard = factories.make_standard(required=(None, None))
    factories.make_criterion(factories.make_version(standard))
    return [factories.make_product(f"product-{number}") for number in range(3)]


@pytest.fixture
def only_one_at_once(settings):
    settings.REFRESH_AT_ONCE_MAX_PRODUCTS = 1


def ring(now, *products, cause=A_STORY):
    ids = [product.pk for product in products] or None
    bells.ring(bells.facts_changed, product_ids=ids, now=now, cause=cause)


def owed():
    rows = RefreshOwed.objects.select_related("run").order_by("product", "run")
    return [(row.product_id, row.run.since, row.why) for row in rows]


def test_a_small_change_is_refreshed_at_once(products, now):
    ring(now, products[0])
    assert Spell.objects.get().product == products[0]
    assert owed() == []


def test_everyone_is_small_when_they_are_few(products, now):
    ring(now)
    assert Spell.objects.count() == 3
    assert owed() == []


def test_a_mass_change_is_owed_and_worked_off(products, now, only_one_at_once):
    ring(now, *products[:2], cause=PUBLISHED)
    assert Spell.objects.count() == 0
    assert owed() == [(product.pk, now, [PUBLISHED]) for product in products[:2]]
    backlog = selectors.backlog()
    assert (backlog.owed, backlog.oldest) == (2, now)
    assert services.refresh_owed(now=now + HOUR) == Batch(done=2)
    assert [spell.recorded.lower for spell in Spell.objects.all()] == [now + HOUR] * 2
    assert (owed(), selectors.backlog().owed) == ([], 0)
    assert services.refresh_owed(now=now + HOUR) == Batch()


def test_whoever_is_owed_already_is_owed_for_both_reasons(products, now, only_one_at_once):
    ring(now, *products[:2], cause=PUBLISHED)
    ring(now + HOUR, cause=LOADED)
    a, b, c = (product.pk for product in products)
    first, second = (now, [PUBLISHED]), (now + HOUR, [LOADED])
    assert owed() == [(a, *first), (a, *second), (b, *first), (b, *second), (c, *second)]
    assert selectors.backlog().owed == 3
    assert services.refresh_owed(now=now + 2 * HOUR, limit=2) == Batch(done=2)
    assert owed() == [(c, *second)]
    assert [product.revisions.get().why for product in products[:2]] == [[PUBLISHED, LOADED]] * 2


def test_the_oldest_come_first_and_batches_have_a_limit(products, now, only_one_at_once):
    ring(now + HOUR, *products[:2])
    ring(now, *products[1:])
    services.refresh_owed(now=now + HOUR, limit=1)
    assert [spell.product for spell in Spell.objects.all()] == [products[1]]
    assert services.refresh_owed(now=now + HOUR, limit=5) == Batch(done=2)


def test_the_task_works_everything_off_and_beats(products, now, only_one_at_once):
    ring(now)
    tasks.refresh_owed()
    assert owed() == []
    beat = Heartbeat.objects.get(task="compliance.refresh_owed")
    assert beat.detail == {"products": 3, "failed": 0}


# From here on several connections take part, so rows must be committed to be seen.


def in_threads(*works):
    """Run each on a thread and connection of its own; raise what any of them raised."""

    def run(work):
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(timeout=30)


@pytest.fixture
def committed(transactional_db, products):
    return products


def test_changes_of_one_product_at_once_both_count(committed, now):
    """Two transactions each change a fact, meet, and then refresh the same product."""
    product = committed[0]
    version = Spell._meta.get_field("standard").related_model.objects.get().versions.get()
    criteria = [*version.criteria.all(), factories.make_criterion(version, "SECOND")]
    meet = Barrier(2, timeout=20)

    def change(criterion):
        def work():
            with transaction.atomic():
                factories.make_proof(product, criterion)
                meet.wait()
                ring(now, product)

        return work

    in_threads(*(change(criterion) for criterion in criteria))
    (line,) = selectors.timelines(product_ids=[product.pk])
    assert [spell.status for spell in line.spells] == ["met"]
    assert list(selectors.computed_timelines(product_ids=[product.pk])) == [line]


def test_refreshing_everyone_and_one_at_once_agree(committed, now):
    meet = Barrier(3, timeout=20)

    def refresh(product_ids):
        def work():
            meet.wait()
            services.refresh(product_ids=product_ids, now=now, cause=A_STORY)

        return work

    in_threads(refresh(None), refresh([committed[0].pk]), refresh(None))
    assert Spell.objects.count() == 3
    assert Spell.objects.current().count() == 3


def test_crossing_refreshes_do_not_deadlock(committed, now):
    first, second, _ = (product.pk for product in committed)
    meet = Barrier(2, timeout=20)

    def refresh(*order):
        def work():
            with transaction.atomic():
                meet.wait()
                for pk in order:
                    services.refresh(product_ids=[pk], now=now, cause=A_STORY)

        return work

    in_threads(refresh(first, second), refresh(second, first))
    assert Spell.objects.count() == 2


def test_a_change_while_a_worker_refreshes_is_not_lost(committed, now, only_one_at_once):
    """The worker has read the facts, and has not committed, when they change once more."""
    ring(now)
    criterion = Submission._meta.get_field("criteria").related_model.objects.get()
    refreshed, changing = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def worker():
        with transaction.atomic():
            assert services.refresh_owed(now=now) == Batch(done=3)
            refreshed.wait()
            changing.wait()

    def writer():
        refreshed.wait()
        with transaction.atomic():
            for product in committed:
                factories.make_proof(product, criterion)
            changing.wait()
            # Rows of its own: nobody waits for the worker's.
            ring(now + HOUR)

    in_threads(worker, writer)
    assert len(owed()) == 3
    services.refresh_owed(now=now + HOUR)
    lines = list(selectors.timelines(product_ids=None))
    assert [spell.status for line in lines for spell in line.spells] == ["met"] * 3


def test_two_workers_share_what_is_owed(committed, only_one_at_once):
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    ring(moment)
    meet = Barrier(2, timeout=20)
    done = []

    def worker():
        meet.wait()
        while batch := services.refresh_owed(now=moment, limit=1):
            done.append(batch)

    in_threads(worker, worker)
    assert done == [Batch(done=1)] * 3
    assert Spell.objects.count() == 3
    assert owed() == []


def test_a_row_that_is_claimed_meanwhile_is_not_claimed_again(committed, now, only_one_at_once):
    """Workers who all look at the same moment share the rows, however often they meet."""
    ring(now)
    claimed = []

    def anew():
        claimed.append([])
        RefreshOwed.objects.update(attempts=0)

    meet = Barrier(4, timeout=20, action=anew)

    def worker():
        for _ in range(200):
            meet.wait()
            claimed[-1].extend(services.owing.claim_owed(now=now, limit=1))

    in_threads(*[worker] * 4)
    everyone = sorted(product.pk for product in committed)
    assert [each for each in claimed if sorted(each) != sorted(set(each))] == []
    assert all(set(each) <= set(everyone) for each in claimed)
