"""A supplier proves that it controls a host, keeps the proof, loses it and gets it back."""

from datetime import timedelta

import pytest

from registry.audit.models import Event
from registry.common.errors import NotPermitted, RuleBroken
from registry.notifications.models import Notification
from registry.probes.client import ProofJob
from registry.probes.enums import Control, ControlState, ProofMethod
from registry.probes.models import Endpoint, HostControl
from registry.probes.rules.proofs import Found, Look, record_name
from registry.probes.rules.reproof import GRACE
from registry.probes.selectors.control import demonstration_tokens
from registry.probes.services import controls
from registry.probes.services.claiming import claim_due
from registry.probes.services.endpoints import register, vouch
from registry.probes.services.proving import claim_owed, land, settle
from tests import factories
from tests.probes.proving import actions, controls_of, look, make_control, start

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OURS = Look(False, "We could not look.", ours=True)
THEIRS = Look(False, "There is nothing.")


# Proving


def test_a_file_with_the_token_proves_the_host_and_visits_begin(
    begun, unproved, host, supplier_editor, now
):
    host.file = f"# Aldermoor\n{begun.token}\n".encode()
    controls.check_now(control=begun, by=supplier_editor, now=now)

    assert look(now) == 1

    begun.refresh_from_db()
    assert (begun.state, begun.method, begun.proved_at) == (ControlState.PROVED, "file", now)
    assert begun.file_words == "The token stands in the file."
    assert begun.dns_words == "There is no such name in the DNS."
    assert controls_of(unproved) == [Control.PROVED]
    assert [batch.ids for batch in claim_due(now=now)] == [(unproved.pk,)]
    assert actions() == [
        "probes.control_started", "probes.control_check_asked", "probes.control_proved",
    ]  # fmt: skip
    assert Event.objects.last().detail == {
        "supplier": "aldermoor",
        "authority": host.authority,
        "method": "file",
        "endpoints": 1,
    }


def test_a_record_in_the_dns_proves_it_too_whatever_the_server_does(begun, resolver, host, now):
    resolver.say(record_name(begun.authority), b"pcr-token=another", begun.record_text.encode())
    HostControl.objects.update(due_at=now)

    assert look(now) == 1

    begun.refresh_from_db()
    assert (begun.state, begun.method) == (ControlState.PROVED, ProofMethod.DNS)
    assert begun.file_words == "The server answered with HTTP status 404, not 200."


def test_an_endpoint_on_a_proved_host_is_visited_at_once(
    begun, host, product, supplier_editor, now, on
):
    host.file = begun.token.encode()
    look(now + DAY)

    asked = {"product": product, "profile": "fhir-r4", "in_service_from": on}
    asked |= {"in_service_until": None, "by": supplier_editor, "now": now + DAY}
    there = register(url=f"https://{host.authority}/stu3", **asked)
    port, _, number = host.authority.partition(":")
    beside = register(url=f"https://{port}:{int(number) % 60000 + 1}/", **asked)

    assert controls_of(there, beside) == [Control.PROVED, Control.UNPROVED]


def test_a_proof_speaks_for_its_own_supplier_port_and_unproved_endpoints(
    begun, host, product, rival, case_officer, now
):
    here = f"https://{host.authority}"
    other_port = factories.make_endpoint(product, "https://localhost/r4", control="unproved")
    theirs = factories.make_endpoint(
        factories.make_product("theirs", supplier=rival), f"{here}/r4", control="unproved"
    )
    vouched = factories.make_endpoint(product, f"{here}/vouched", control="unproved")
    vouch(endpoint=vouched, by=case_officer, reason="A letter", now=now)
    due = Endpoint.objects.get(pk=vouched.pk).due_at
    host.file = begun.token.encode()

    look(now + DAY)

    assert controls_of(other_port, theirs, vouched) == ["unproved", "unproved", "vouched"]
    assert Endpoint.objects.get(pk=vouched.pk).due_at == due


def test_two_suppliers_prove_a_shared_gateway_each_with_its_own_token(
    begun, host, rival, rival_editor, now
):
    theirs = start(rival, f"https://{host.authority.upper()}/anything", rival_editor, now)
    assert (theirs.authority, theirs.token == begun.token) == (begun.authority, False)
    host.file = begun.token.encode()

    look(now + DAY)

    begun.refresh_from_db()
    theirs.refresh_from_db()
    assert (begun.state, theirs.state) == (ControlState.PROVED, ControlState.WAITING)
    assert theirs.file_words == "There is a file, but the token does not stand in it."
    host.file = f"{begun.token}\r\n{theirs.token}".encode()
    look(now + 3 * DAY)
    theirs.refresh_from_db()
    assert theirs.state == ControlState.PROVED


def test_what_was_never_proved_is_looked_for_daily_for_a_fortnight_and_then_when_asked(
    begun, unproved, supplier_editor, now
):
    checks = [day for day in range(1, 30) if look(now + day * 1.2 * DAY)]

    begun.refresh_from_db()
    assert 10 <= len(checks) <= 13
    assert (begun.state, begun.due_at) == (ControlState.WAITING, None)
    assert begun.failing_since is None
    assert actions() == ["probes.control_started"], "a check that changes nothing is no event"
    later = now + 60 * DAY
    controls.check_now(control=begun, by=supplier_editor, now=later)
    assert look(later) == 1
    assert controls_of(unproved) == [Control.UNPROVED]


# Keeping it


def test_a_proof_is_looked_for_weekly_and_its_return_within_grace_costs_nothing(
    proved, unproved, host, now
):
    assert timedelta(days=6) < proved.due_at - now < timedelta(days=8)
    assert look(now + 6 * DAY) == 0
    host.file = None
    gone = now + 8 * DAY
    assert look(gone) == 1

    proved.refresh_from_db()
    assert (proved.state, proved.failing_since) == (ControlState.MISSING, gone)
    assert proved.visits_stop_at == gone + GRACE
    assert controls_of(unproved) == [Control.PROVED]

    host.file = proved.token.encode()
    assert look(gone + 1.2 * DAY) == 1
    proved.refresh_from_db()
    assert (proved.state, proved.failing_since, proved.proved_at) == ("proved", None, now)
    assert actions()[-2:] == ["probes.control_missing", "probes.control_proved"]


def test_the_suppliers_people_are_told_once_that_it_is_gone_and_once_that_visits_stop(
    proved, unproved, host, supplier_owner, supplier_editor, rival_editor, now
):
    """Whatever each daily look finds; a loss after its return is another one."""
    gone = now + 8 * DAY
    host.file = None
    for day in range(3):
        look(gone + day * DAY * 1.2)
    told = Notification.objects.filter(user=supplier_owner)
    assert [each.subject for each in told] == [
        f"{proved.authority}: the proof of control is missing"
    ]
    look(gone + 15 * DAY)
    look(gone + 17 * DAY)
    subjects = [each.subject for each in told.order_by("pk")]
    assert subjects[1:] == [f"{proved.authority}: visits have stopped"]
    assert told.first().path == f"/hosts/{proved.pk}/"
    assert not Notification.objects.filter(user=rival_editor).exists()


def test_after_a_fortnight_without_it_visits_stop_until_it_is_back(
    proved, unproved, host, product, case_officer, now
):
    gone = now + 8 * DAY
    vouched = factories.make_endpoint(product, f"https://{host.authority}/v", control="vouched")
    host.file = None
    for day in range(14):
        look(gone + day * DAY)
    last = gone + GRACE - timedelta(seconds=1)
    HostControl.objects.update(due_at=last)
    look(last)
    assert controls_of(unproved) == [Control.PROVED]
    proved.refresh_from_db()
    assert proved.due_at == gone + GRACE, "the last day of grace is not put off"

    look(gone + GRACE)

    proved.refresh_from_db()
    assert proved.state == ControlState.LOST
    assert controls_of(unproved, vouched) == [Control.UNPROVED, Control.VOUCHED]
    host.file = proved.token.encode()
    back = gone + GRACE + 2 * DAY
    look(back)
    proved.refresh_from_db()
    assert (proved.state, proved.proved_at) == (ControlState.PROVED, back)
    assert controls_of(unproved) == [Control.PROVED]


@pytest.mark.parametrize(
    ("file", "dns", "state"),
    [
        (OURS, THEIRS, ControlState.PROVED),
        (OURS, OURS, ControlState.PROVED),
        (THEIRS, OURS, ControlState.MISSING),
    ],
)
def test_our_own_mistake_where_the_proof_stood_counts_against_nobody(proved, now, file, dns, state):
    at = now + 8 * DAY
    claimed = claim_owed(now=at)
    job = ProofJob(proved.pk, proved.authority, proved.token)

    assert land(job=job, claim=claimed.claim, found=Found(file, dns), now=at)

    proved.refresh_from_db()
    assert proved.state == state
    if state == ControlState.PROVED:
        assert (proved.failing_since, proved.due_at) == (None, at + timedelta(hours=1))


# On change


def test_a_product_that_passes_to_another_supplier_is_proved_anew(
    proved, unproved, product, rival, now
):
    product.supplier = rival
    product.save()

    assert settle(now=now) == 1

    assert controls_of(unproved) == [Control.UNPROVED]
    assert settle(now=now) == 0
    assert actions()[-1] == "probes.control_followed"


def test_an_endpoint_of_a_file_on_a_proved_host_follows_within_a_minute(
    proved, host, product, now, on
):
    from registry.common.periods import period
    from registry.probes.services.register import EndpointFacts, put_endpoints

    facts = EndpointFacts(product.pk, f"https://{host.authority}/file", "fhir-r4", period(on, None))
    (added,) = put_endpoints(rows=[facts], now=now).added
    assert controls_of(added) == [Control.UNPROVED]

    assert settle(now=now) == 1
    assert controls_of(added) == [Control.PROVED]


# The tasks, and the demonstration


def test_the_tasks_look_for_proofs_and_leave_a_heartbeat(begun, unproved, host):
    from config.celery import app
    from registry.operations.models import Heartbeat
    from registry.probes import tasks

    host.file = begun.token.encode()
    app.conf.task_always_eager = True
    try:
        assert [tasks.claim_proofs(), tasks.claim_proofs()] == [1, 0]
        assert tasks.settle_control() == 0
    finally:
        app.conf.task_always_eager = False

    begun.refresh_from_db()
    assert (begun.state, begun.claim) == (ControlState.PROVED, None)
    assert controls_of(unproved) == [Control.PROVED]
    assert set(Heartbeat.objects.values_list("task", flat=True)) == {
        "probes.claim_proofs",
        "probes.look_for_proofs",
        "probes.settle_control",
    }


def test_settings_that_cannot_be_used_are_met_before_anything_is_claimed(begun, settings, now):
    from registry.probes import tasks

    HostControl.objects.update(due_at=now)
    settings.PROBE_DNS_SERVERS = ["dns.example"]
    with pytest.raises(RuleBroken, match="is no resolver"):
        tasks.claim_proofs()
    assert HostControl.objects.get().claim is None


def test_a_supplier_begins_at_its_endpoint_whatever_may_be_typed_today(
    unproved, host, supplier_editor, rival_editor, settings, now
):
    settings.PROBE_ALLOWED_NETWORKS = []
    with pytest.raises(NotPermitted):
        controls.start_at(endpoint=unproved, by=rival_editor, now=now)
    assert not HostControl.objects.exists()

    begun = controls.start_at(endpoint=unproved, by=supplier_editor, now=now)
    assert (begun.supplier, begun.authority) == (unproved.product.supplier, host.authority)


def test_simulated_servers_publish_what_the_demonstrations_suppliers_would(supplier, rival):
    supplier.demonstration = True
    supplier.save()
    shown = make_control(supplier, "a.example")
    make_control(rival, "b.example")
    assert demonstration_tokens() == (shown.token,)
