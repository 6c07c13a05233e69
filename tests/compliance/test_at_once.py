"""Several people and the prober change one product's facts at once; the order does not matter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.periods import period
from registry.compliance import selectors, services
from registry.compliance.models import Revision
from registry.evidence import services as evidence
from registry.evidence.models import Submission
from tests import factories
from tests.compliance.test_change_worlds import assert_replay, assert_tidy

HOUR = timedelta(hours=1)
FROM, UNTIL = date(2026, 1, 1), date(2027, 1, 1)


@pytest.fixture
def story(transactional_db, supplier, assessor, now):
    """Evidence to revoke, evidence to accept, and a capability to claim, of one product."""
    product = factories.make_product(supplier=supplier)
    records = factories.make_capability()
    made = {}
    for code, capability in (("OLD", None), ("NEW", None), ("CLAIMED", records)):
        standard = factories.make_standard(code, required=(None, None), capability=capability)
        version = factories.make_version(standard)
        made[code] = factories.make_criterion(version, proofs=("test_report",))
    old = factories.make_proof(product, made["OLD"], valid=(FROM, UNTIL), form="test_report")
    new = Submission.objects.create(
        ref="new",
        product=product,
        form="test_report",
        state="submitted",
        valid=period(FROM, UNTIL),
        created_by=factories.make_user(),
        created_at=factories.LONG_AGO,
        submitted_at=factories.LONG_AGO,
    )
    new.spoken_to.create(criterion=made["NEW"])
    new = evidence.take_up(submission=new, by=assessor, now=now)
    services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.REGISTER_LOADED))
    return product, old, new, records


@pytest.mark.parametrize("again", range(3))
def test_accept_revoke_and_claim_at_once(story, assessor, now, again):
    product, old, new, records = story
    meet = Barrier(4, timeout=30)

    def accept():
        days = new.valid
        evidence.accept(submission=new, valid=days, reason="Sound.", by=assessor, now=now + HOUR)

    def revoke():
        evidence.revoke(submission=old, from_=FROM, reason="Forged.", by=assessor, now=now + HOUR)

    def claim():
        with transaction.atomic():
            factories.make_claim(product, records)
            why = Cause(CauseKind.RECOMPUTED, records.ref)
            bells.ring(bells.facts_changed, product_ids=[product.pk], now=now + HOUR, cause=why)

    def everyone():
        services.refresh(product_ids=None, now=now + HOUR, cause=Cause(CauseKind.RECOMPUTED))

    def run(work):
        try:
            meet.wait()
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(run, work) for work in (accept, revoke, claim, everyone)]:
            done.result(timeout=60)
    held = list(selectors.timelines(product_ids=None))
    assert held == list(selectors.computed_timelines(product_ids=None))
    assert (
        services.refresh(product_ids=None, now=now + 2 * HOUR, cause=Cause(CauseKind.RECOMPUTED))
        == services.RefreshOutcome()
    )
    # One after the other, each with its own change and its own moment.
    moments = [each.recorded_at for each in Revision.objects.order_by("pk")]
    assert moments == sorted(set(moments))
    for moment in (*moments, None):
        assert_replay(moment)
    assert_tidy()
