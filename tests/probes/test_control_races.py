"""Proofs of control: two at once, too late, and a worker that died on the way."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from registry.audit.models import Event
from registry.common.errors import RuleBroken
from registry.history import services as history
from registry.probes.client import ProofJob
from registry.probes.enums import Control, ControlState
from registry.probes.models import Endpoint, HostControl
from registry.probes.outfitting import outfit, visitor
from registry.probes.rules.proofs import Found, Look
from registry.probes.services import controls
from registry.probes.services.claiming import claim_due
from registry.probes.services.endpoints import register, vouch
from registry.probes.services.proving import CLAIM_FOR, check_claimed, claim_owed, land
from registry.probes.services.visiting import visit_batch
from tests import factories
from tests.probes.proving import check, make_control

pytestmark = pytest.mark.django_db(transaction=True)
AUTHORITY = "fhir.aldermoor.example"
PROVES = Found(Look(True, "The token stands in the file."), Look(False, "There is no such name."))
SECOND = timedelta(seconds=1)


@pytest.fixture
def control(supplier, supplier_editor):
    return make_control(supplier, AUTHORITY, by=supplier_editor)


def job(control):
    return ProofJob(control.pk, control.authority, control.token)


def at_once(*deeds):
    """Run each in a thread of its own, all together; what each gave or raised."""
    gate, said = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        try:
            gate.wait(10)
            said[place] = deed()
        except RuleBroken as refusal:
            said[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    return said


def meanwhile(deed):
    """Run it to its end in another connection."""
    (said,) = at_once(deed)
    return said


def test_two_beats_claim_every_proof_once(supplier, now):
    for number in range(40):
        make_control(supplier, f"host{number}.example")

    def beat():
        rounds = [claim_owed(now=now) for _ in range(8)]
        return [pk for claimed in rounds if claimed for pk in claimed.ids]

    one, other = at_once(beat, beat)

    assert len(one) + len(other) == 40
    assert len({*one, *other}) == 40


def test_a_dead_workers_claim_lapses_and_what_it_brings_then_is_dropped(control, product, now):
    endpoint = factories.make_endpoint(product, f"https://{AUTHORITY}/", control="unproved")
    first = claim_owed(now=now)
    assert claim_owed(now=now + CLAIM_FOR - SECOND) is None
    second = claim_owed(now=now + CLAIM_FOR)
    assert second.ids == first.ids

    assert not land(job=job(control), claim=first.claim, found=PROVES, now=now + CLAIM_FOR)
    assert Endpoint.objects.get(pk=endpoint.pk).control == Control.UNPROVED
    assert land(job=job(control), claim=second.claim, found=PROVES, now=now + CLAIM_FOR)
    assert not land(job=job(control), claim=second.claim, found=PROVES, now=now + CLAIM_FOR)

    assert Event.objects.filter(action="probes.control_proved").count() == 1


@pytest.mark.parametrize("again", [False, True])
def test_what_was_withdrawn_meanwhile_is_not_proved_by_a_check_that_began_before(
    control, product, case_officer, now, again
):
    factories.make_endpoint(product, f"https://{AUTHORITY}/", control="unproved")
    claimed = claim_owed(now=now)
    asked = {"by": case_officer, "reason": "A takeover", "now": now}
    controls.withdraw(control=control, **asked)
    if again:
        controls.reopen(control=control, **asked)
        HostControl.objects.update(claim=claimed.claim, claimed_until=now + CLAIM_FOR)

    assert not land(job=job(control), claim=claimed.claim, found=PROVES, now=now)

    state = ControlState.WAITING if again else ControlState.WITHDRAWN
    assert HostControl.objects.get().state == state
    assert Endpoint.objects.get().control == Control.UNPROVED


def test_what_was_given_up_meanwhile_is_not_there_to_be_proved(control, supplier_editor, now):
    claimed = claim_owed(now=now)
    controls.give_up(control=control, by=supplier_editor, now=now)

    assert not land(job=job(control), claim=claimed.claim, found=PROVES, now=now)
    assert not HostControl.objects.exists()


def test_a_check_that_is_asked_for_while_one_is_under_way_is_made_too(
    control, supplier_editor, now
):
    claimed = claim_owed(now=now)
    asked = now + 2 * SECOND
    controls.check_now(control=control, by=supplier_editor, now=asked)
    nothing = Found(Look(False, "Nothing."), Look(False, "Nothing."))

    assert land(job=job(control), claim=claimed.claim, found=nothing, now=now + 3 * SECOND)

    assert claim_owed(now=now + 4 * SECOND).ids == claimed.ids


@pytest.mark.parametrize("proof_first", [True, False])
def test_an_endpoint_that_is_registered_while_the_proof_lands_is_proved(
    control, product, supplier_editor, now, on, proof_first
):
    """Whoever comes second waits for the first, and sees what it did."""
    claimed = claim_owed(now=now)

    def prove():
        return land(job=job(control), claim=claimed.claim, found=PROVES, now=now)

    def add():
        return register(
            product=product,
            url=f"https://{AUTHORITY}/r4",
            profile="fhir-r4",
            in_service_from=on,
            in_service_until=None,
            by=supplier_editor,
            now=now,
        )

    first, second = (prove, add) if proof_first else (add, prove)
    waiter = threading.Thread(target=meanwhile, args=(second,))
    with transaction.atomic():
        first()
        waiter.start()
        _wait_until_somebody_waits()
    waiter.join(20)

    assert Endpoint.objects.get().control == Control.PROVED


def _wait_until_somebody_waits():
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    pytest.fail("nobody waits")


def test_proving_and_registering_and_storing_visits_never_wait_in_a_circle(
    control, product, supplier_editor, case_officer, simulated, loopback, now, on
):
    """All at once, again and again; a deadlock would fail one of them."""
    authority = simulated.url.split("/")[2]
    HostControl.objects.update(authority=authority)
    control.refresh_from_db()
    for number in range(6):
        factories.make_endpoint(product, f"{simulated.url}/{number}", control="unproved")
    # As after any service: a maker's rows are not known yet, and whoever records next says so.
    with transaction.atomic():
        history.tick(now=now)

    def prove():
        for _ in range(6):
            HostControl.objects.exclude(state="withdrawn").update(due_at=now)
            claimed = claim_owed(now=now)
            if claimed:
                land(job=job(control), claim=claimed.claim, found=PROVES, now=now)

    def add():
        for number in range(6):
            register(
                product=product,
                url=f"{simulated.url}/more/{number}",
                profile="fhir-r4",
                in_service_from=on,
                in_service_until=None,
                by=supplier_editor,
                now=now,
            )

    def go_there():
        for _ in range(3):
            for batch in claim_due(now=now):
                visit_batch(visitor=visitor(outfit()), ids=batch.ids, claim=batch.claim, now=now)

    def trust():
        for endpoint in Endpoint.objects.order_by("-pk")[:3]:
            try:
                vouch(endpoint=endpoint, by=case_officer, reason="A letter", now=now)
            except RuleBroken:
                continue

    at_once(prove, add, go_there, trust)

    assert not Endpoint.objects.filter(control=Control.UNPROVED).exists()
    assert Endpoint.objects.count() == 12


def test_two_who_begin_at_once_begin_one_and_keep_the_limit(
    supplier, supplier_editor, supplier_owner, now
):
    for number in range(controls.MOST_UNPROVED - 1):
        make_control(supplier, f"host{number}.example")

    def begin(address, by):
        return lambda: controls.start(supplier=supplier, address=address, by=by, now=now)

    one, same = at_once(begin(AUTHORITY, supplier_editor), begin(AUTHORITY, supplier_owner))
    assert one == same
    assert Event.objects.filter(action="probes.control_started").count() == 1

    HostControl.objects.get(authority="host0.example").delete()
    said = at_once(begin("x.example", supplier_editor), begin("y.example", supplier_owner))
    assert sum(isinstance(each, RuleBroken) for each in said) == 1
    assert HostControl.objects.count() == controls.MOST_UNPROVED


def test_a_visit_that_is_on_its_way_when_visits_stop_is_not_stored(
    control, product, case_officer, simulated, loopback, now
):
    authority = simulated.url.split("/")[2]
    HostControl.objects.update(authority=authority, state="proved", method="file", proved_at=now)
    control.refresh_from_db()
    endpoint = factories.make_endpoint(product, simulated.url, control="proved")
    (batch,) = claim_due(now=now)
    controls.withdraw(control=control, by=case_officer, reason="A takeover", now=now)

    stored = visit_batch(visitor=visitor(outfit()), ids=batch.ids, claim=batch.claim, now=now)

    assert (stored.stored, endpoint.probes.count()) == (0, 0)


def test_no_transaction_is_open_while_the_network_is_used(control, host, resolver, now):
    HostControl.objects.update(authority=host.authority)
    claimed = claim_owed(now=now)
    open_blocks = []

    class Watching:
        async def fetch(self, url, *, accept):
            open_blocks.append(connections["default"].in_atomic_block)
            return await visitor(outfit()).fetch(url, accept=accept)

    answered = check_claimed(
        visitor=Watching(), servers=(resolver.place,), ids=claimed.ids, claim=claimed.claim, now=now
    )

    assert (answered, open_blocks) == (1, [False])
    assert check(claimed, now) == 0, "a claim is answered once"
