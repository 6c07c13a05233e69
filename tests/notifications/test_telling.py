"""Who is told what, once, and how they want it."""

import pytest
from django.db import transaction

from registry.accounts.services import system_user
from registry.audit.models import Event
from registry.notifications import selectors, services
from registry.notifications.enums import Delivery, Kind, LetterState
from registry.notifications.models import Letter, Notification
from tests import factories

pytestmark = pytest.mark.django_db


def tell(*people, now, key="lapse SUB-1", kind=Kind.EVIDENCE_ENDS, subject="It ends"):
    return services.notify(
        to=people,
        kind=kind,
        subject=subject,
        body=["The certificate ends on 1 August.", "Renew it."],
        link="/evidence/sub-1/",
        key=key,
        now=now,
    )


def test_each_person_is_told_on_screen_and_by_an_email_of_their_own(
    supplier_owner, supplier_editor, now
):
    assert tell(supplier_owner, supplier_editor, now=now) == 2
    assert [row.subject for row in selectors.notifications_of(supplier_owner)] == ["It ends"]
    letters = Letter.objects.order_by("pk")
    assert [letter.recipient for letter in letters] == [
        "owner@aldermoor.test",
        "editor@aldermoor.test",
    ]
    assert {letter.state for letter in letters} == {LetterState.WAITING}


def test_nobody_is_told_the_same_twice_whatever_runs_twice(supplier_owner, supplier_editor, now):
    tell(supplier_owner, now=now)
    assert tell(supplier_owner, supplier_owner, supplier_editor, now=now) == 1
    assert tell(supplier_owner, supplier_editor, now=now) == 0
    assert Notification.objects.count() == 2
    assert Letter.objects.count() == 2


def test_what_is_rolled_back_was_never_told(supplier_owner, now):
    with transaction.atomic():
        tell(supplier_owner, now=now)
        transaction.set_rollback(True)
    assert Notification.objects.count() == Letter.objects.count() == 0


def test_machines_and_closed_accounts_are_told_nothing(supplier_owner, now):
    supplier_owner.is_active = False
    assert tell(supplier_owner, system_user(name="prober"), now=now) == 0
    assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    ("delivery", "letters"), [(Delivery.AT_ONCE, 1), (Delivery.DAILY, 0), (Delivery.ON_SCREEN, 0)]
)
def test_an_email_goes_at_once_only_to_whom_wants_it_so(supplier_owner, now, delivery, letters):
    services.prefer(delivery=delivery, by=supplier_owner, now=now)
    tell(supplier_owner, now=now)
    assert Letter.objects.count() == letters
    assert selectors.unread_count(supplier_owner) == 1


def test_an_invitation_does_not_wait(supplier_owner, now):
    services.prefer(delivery=Delivery.ON_SCREEN, by=supplier_owner, now=now)
    tell(supplier_owner, now=now, kind=Kind.INVITATION)
    assert Letter.objects.count() == 1


def test_a_subject_never_breaks_a_header(supplier_owner, now):
    tell(supplier_owner, now=now, subject="It ends\r\nBcc: all@example.test\n" + "x" * 400)
    subject = Notification.objects.get().subject
    assert subject.startswith("It ends Bcc: all@example.test xxx")
    assert len(subject) == 200
    assert subject.endswith("…")


def test_reading_is_ones_own_and_once(supplier_owner, supplier_editor, now):
    tell(supplier_owner, now=now)
    row = Notification.objects.get()
    assert not services.mark_read(notification_id=row.pk, by=supplier_editor, now=now)
    assert selectors.unread_count(supplier_owner) == 1
    assert services.mark_read(notification_id=row.pk, by=supplier_owner, now=now)
    assert services.mark_read(notification_id=row.pk, by=supplier_owner, now=now)
    assert selectors.unread_count(supplier_owner) == 0


def test_a_choice_is_in_the_audit(supplier_owner, now):
    services.prefer(delivery=Delivery.DAILY, by=supplier_owner, now=now)
    event = Event.objects.get()
    assert (event.action, event.detail) == ("notifications.preferred", {"delivery": "daily"})
    assert event.actor == supplier_owner


def test_a_thousand_are_told_with_few_questions(supplier, now, django_assert_max_num_queries):
    people = [factories.make_member(supplier) for _ in range(3)]
    said = {"kind": Kind.EVIDENCE_ENDS, "subject": "It ends", "body": ["So."], "link": "/"}
    messages = [services.Message(to=people, key=str(n), **said) for n in range(300)]
    with django_assert_max_num_queries(10):
        assert services.notify_all(messages=messages, now=now) == 900
    with django_assert_max_num_queries(10):
        assert services.notify_all(messages=messages, now=now) == 0
    assert Letter.objects.count() == 900


def test_the_count_of_unread_is_one_question(supplier_owner, now, django_assert_num_queries):
    tell(supplier_owner, now=now)
    with django_assert_num_queries(1):
        assert selectors.unread_count(supplier_owner) == 1
