"""Who may do what about control of a host, and what is refused."""

from datetime import timedelta

import pytest
from django.db import connection

from registry.accounts.models import Role, RoleGrant
from registry.audit.models import Event
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.probes.enums import Control, ControlState
from registry.probes.models import HostControl
from registry.probes.services import controls
from tests import factories
from tests.probes.proving import actions, controls_of, look, make_control, start

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# An officer


def test_an_officer_withdraws_a_proof_and_only_an_officer_opens_it_again(
    proved, unproved, host, supplier_editor, case_officer, now
):
    controls.withdraw(control=proved, by=case_officer, reason="A takeover", now=now)

    proved.refresh_from_db()
    assert (proved.state, proved.due_at) == (ControlState.WITHDRAWN, None)
    assert controls_of(unproved) == [Control.UNPROVED]
    with pytest.raises(RuleBroken, match="only an officer"):
        controls.check_now(control=proved, by=supplier_editor, now=now + DAY)
    assert start(proved.supplier, host.authority, supplier_editor, now) == proved
    assert look(now + 30 * DAY) == 0

    old = proved.token
    controls.reopen(control=proved, by=case_officer, reason="Settled", now=now + 30 * DAY)
    look(now + 31 * DAY)
    proved.refresh_from_db()
    assert proved.state == ControlState.WAITING, "the old token proves nothing any more"
    assert proved.token != old
    host.file = proved.token.encode()
    look(now + 33 * DAY)
    assert controls_of(unproved) == [Control.PROVED]


def test_withdrawing_wants_a_reason_and_somebody_who_is_not_of_the_supplier(
    proved, unproved, supplier, supplier_editor, auditor, case_officer, now
):
    events = Event.objects.count()
    both = factories.make_member(supplier, "both@aldermoor.test", role="editor")
    RoleGrant.objects.create(user=both, role=Role.ASSESSOR, granted_at=now)
    for who in (supplier_editor, auditor, both):
        with pytest.raises(NotPermitted):
            controls.withdraw(control=proved, by=who, reason="Because", now=now)
    with pytest.raises(RuleBroken, match="Say why"):
        controls.withdraw(control=proved, by=case_officer, reason=" ", now=now)

    proved.refresh_from_db()
    assert proved.state == ControlState.PROVED
    assert controls_of(unproved) == [Control.PROVED]
    assert Event.objects.count() == events


# What is refused


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("10.0.0.1", "public addresses only"),
        ("https://169.254.169.254/", "public addresses only"),
        ("[::ffff:10.0.0.1]", "public addresses only"),
        ("0x7f000001", "unusual notation"),
        ("http://fhir.example.org", "must start with https://"),
        ("a:b@fhir.example.org", "user name"),
        ("fhir example", "a space"),
        ("fhir.example.org:0", "Port 0"),
        ("", "names no host"),
        ("\ud800.example", "control character"),
    ],
)
def test_an_address_that_could_not_be_probed_is_refused(
    supplier, supplier_editor, now, address, words
):
    with pytest.raises(RuleBroken, match=words):
        start(supplier, address, supplier_editor, now)

    assert not HostControl.objects.exists()
    assert not Event.objects.exists()


def test_nobody_else_begins_or_asks_or_gives_up(begun, supplier, rival_editor, outsider, now):
    for who in (rival_editor, outsider):
        with pytest.raises(NotPermitted):
            start(supplier, "fhir.aldermoor.example", who, now)
        with pytest.raises(NotPermitted):
            controls.check_now(control=begun, by=who, now=now)
        with pytest.raises(NotPermitted):
            controls.give_up(control=begun, by=who, now=now)

    assert HostControl.objects.get().asked_at is None
    assert actions() == ["probes.control_started"]


def test_a_check_can_be_asked_for_once_a_minute(begun, supplier_editor, now):
    controls.check_now(control=begun, by=supplier_editor, now=now)
    with pytest.raises(RuleBroken, match="once in a minute"):
        controls.check_now(control=begun, by=supplier_editor, now=now + timedelta(seconds=59))
    again = now + timedelta(seconds=60)

    assert controls.check_now(control=begun, by=supplier_editor, now=again).due_at == again


def test_a_supplier_cannot_have_us_knock_at_one_door_after_the_other(
    supplier, supplier_editor, now
):
    for number in range(controls.MOST_UNPROVED):
        make_control(supplier, f"host{number}.example", by=supplier_editor)
    with pytest.raises(RuleBroken, match="give one up"):
        start(supplier, "one-more.example", supplier_editor, now)
    assert HostControl.objects.count() == controls.MOST_UNPROVED

    given = HostControl.objects.get(authority="host3.example")
    controls.give_up(control=given, by=supplier_editor, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history.probes_hostcontrol WHERE known_ending")
        assert cursor.fetchone() == (0,), "that it is gone is known at once"
    start(supplier, "one-more.example", supplier_editor, now)


def test_what_was_begun_today_or_counts_is_not_given_up(begun, supplier_editor, now):
    soon = now + DAY - timedelta(seconds=1)
    with pytest.raises(Conflict, match="a day after"):
        controls.give_up(control=begun, by=supplier_editor, now=soon)
    HostControl.objects.update(state="proved", method="file", proved_at=now)
    with pytest.raises(Conflict, match="not proved"):
        controls.give_up(control=begun, by=supplier_editor, now=now + DAY)
    assert HostControl.objects.get().state == ControlState.PROVED


def test_proofs_are_seen_by_their_supplier_and_the_team(
    supplier, rival, supplier_editor, rival_editor, auditor, outsider
):
    make_control(supplier, "a.example")
    make_control(rival, "b.example")

    def seen(who):
        rows = HostControl.objects.visible_to(who)
        return sorted(rows.values_list("authority", flat=True))

    assert (seen(supplier_editor), seen(rival_editor)) == (["a.example"], ["b.example"])
    assert (seen(auditor), seen(outsider)) == (["a.example", "b.example"], [])
