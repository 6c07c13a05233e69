"""Two at once, and too late: nothing is visited twice, and nothing newer is overwritten."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from registry.probes.models import CheckState, Endpoint, Probe
from registry.probes.outfitting import outfit, visitor
from registry.probes.services.claiming import CLAIM_FOR, claim_due
from registry.probes.services.visiting import visit_batch
from tests import factories
from tests.probes.conftest import visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_beats_claim_every_endpoint_once(product, now):
    for number in range(60):
        factories.make_endpoint(product, f"https://host{number}.example/")
    gate, claimed = threading.Barrier(2), []

    def beat():
        try:
            gate.wait(10)
            for _ in range(10):
                claimed.extend(pk for batch in claim_due(now=now, most=7) for pk in batch.ids)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(claimed) == 60
    assert len(set(claimed)) == 60


def test_a_late_worker_cannot_overwrite_a_newer_result(endpoint, simulated, loopback, now):
    (first,) = claim_due(now=now)
    later = now + CLAIM_FOR + timedelta(seconds=1)
    (second,) = claim_due(now=later)
    newer = visit([second], later)
    before = [list(model.objects.order_by("pk").values()) for model in (CheckState, Probe)]
    simulated.switch("invalid")

    late = visit([first], later)

    assert (newer[0].stored, newer[0].too_late) == (1, 0)
    assert (late[0].stored, late[0].too_late) == (0, 0)
    after = [list(model.objects.order_by("pk").values()) for model in (CheckState, Probe)]
    assert after == before


def test_a_result_whose_claim_lapsed_during_the_visit_is_dropped(
    endpoint, simulated, loopback, now
):
    (batch,) = claim_due(now=now)

    class Overtaken:
        """While this visitor is away, the claim lapses and another worker finishes."""

        outfit = outfit()

        async def visit(self, url, profile, *, at):
            seen = await visitor(self.outfit).visit(url, profile, at=at)
            worker = threading.Thread(target=overtake)
            worker.start()
            worker.join(20)
            return seen

    def overtake():
        try:
            later = now + CLAIM_FOR + timedelta(seconds=1)
            visit(claim_due(now=later), later)
        finally:
            connections.close_all()

    stored = visit_batch(visitor=Overtaken(), ids=batch.ids, claim=batch.claim, now=now)

    assert (stored.stored, stored.too_late) == (0, 1)
    assert Probe.objects.count() == 1


def test_no_transaction_is_open_while_the_network_is_used(endpoint, loopback, now):
    (batch,) = claim_due(now=now)
    open_blocks = []

    class Watching:
        outfit = outfit()

        async def visit(self, url, profile, *, at):
            open_blocks.append(connections["default"].in_atomic_block)
            return await visitor(self.outfit).visit(url, profile, at=at)

    visit_batch(visitor=Watching(), ids=batch.ids, claim=batch.claim, now=now)
    assert open_blocks == [False]


def test_storing_a_batch_asks_as_many_questions_for_many_as_for_one(
    product, simulated, loopback, now, django_assert_max_num_queries
):
    base = simulated.url
    for number in range(30):
        endpoint = factories.make_endpoint(product, f"{base}/{number}")
        Endpoint.objects.filter(pk=endpoint.pk).update(host=f"host{number}.example")
    visit(claim_due(now=now), now)
    later = now + timedelta(days=1)
    batches = claim_due(now=later)
    assert [len(batch.ids) for batch in batches] == [30]
    with django_assert_max_num_queries(15):
        visit(batches, later)
