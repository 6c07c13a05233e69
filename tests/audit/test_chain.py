"""The audit is appended to, by somebody, and anyone can check it."""

import threading

import pgtrigger
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction

from registry.audit.models import Event
from registry.audit.selectors import first_break
from registry.audit.services import UnnamedActor, record
from tests.factories import make_user


@pytest.mark.django_db
def test_events_follow_from_each_other(assessor, supplier, now):
    first = record(actor=assessor, action="supplier.renamed", subject=supplier, now=now)
    second = record(
        actor=assessor,
        action="supplier.renamed",
        subject=supplier,
        now=now,
        detail={"on": now.date()},
    )
    assert first.previous_hash == ""
    assert second.previous_hash == first.hash
    assert second.detail == {"on": "2026-07-01"}
    assert first_break() is None


@pytest.mark.django_db
@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nothing_is_done_by_nobody(nobody, supplier, now):
    with pytest.raises(UnnamedActor):
        record(actor=nobody, action="supplier.renamed", subject=supplier, now=now)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_remove_an_event(assessor, supplier, now):
    event = record(actor=assessor, action="supplier.renamed", subject=supplier, now=now)
    attempts = [
        lambda: Event.objects.filter(pk=event.pk).update(action="nothing.happened"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        lambda: connection.cursor().execute("TRUNCATE audit_event"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Event.objects.get().action == "supplier.renamed"


@pytest.mark.django_db
def test_a_forged_event_is_found(assessor, supplier, now):
    for action in ("one", "two", "three"):
        record(actor=assessor, action=action, subject=supplier, now=now)
    forged = Event.objects.get(action="two")
    with pgtrigger.ignore("audit.Event:append_only"):
        Event.objects.filter(pk=forged.pk).update(detail={"reason": "forged"})
    assert first_break() == forged


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain(now):
    actor = make_user("busy@national.test")

    def write():
        try:
            with transaction.atomic():
                record(actor=actor, action="account.seen", subject=actor, now=now)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert Event.objects.count() == 12
    assert first_break() is None
