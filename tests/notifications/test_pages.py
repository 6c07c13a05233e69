"""One's own messages and the outbox, as pages."""

import pytest

from registry.notifications import services
from registry.notifications.enums import Delivery, LetterState
from registry.notifications.models import Letter, Notification, Preference
from tests import factories

pytestmark = pytest.mark.django_db


def test_unread_ones_come_first_and_are_counted_beside_the_menu(client, tell, supplier_owner, now):
    for name in ("first", "second", "third"):
        tell(supplier_owner, key=name, subject=f"The {name} ends")
    client.force_login(supplier_owner)
    third = Notification.objects.get(key="third")
    answer = client.post(f"/notifications/{third.pk}/read/", follow=True)
    page = answer.content.decode()
    assert 'Notifications (2)<span class="nhsuk-u-visually-hidden"> unread</span>' in page
    assert page.index("The second ends") < page.index("The first ends") < page.index("The third")
    client.post("/notifications/read/")
    assert Notification.objects.unread().count() == 0


def test_they_are_narrowed_by_kind_and_paged(client, tell, supplier_owner):
    for number in range(30):
        tell(supplier_owner, key=str(number), subject=f"Number {number} ends")
    client.force_login(supplier_owner)
    page = client.get("/notifications/").content.decode()
    assert page.count("registry-notice registry-notice--unread") == 25
    assert "Page 2" in page
    empty = client.get("/notifications/?kind=control").content.decode()
    assert "No notifications match" in empty


def test_who_was_told_nothing_reads_what_will_be_told(client, outsider):
    client.force_login(outsider)
    assert "No notifications yet" in client.get("/notifications/").content.decode()


@pytest.mark.parametrize("more", [1, 50])
def test_the_number_of_questions_is_fixed(
    client, tell, supplier_owner, more, django_assert_num_queries
):
    for number in range(more):
        tell(supplier_owner, key=str(number))
    client.force_login(supplier_owner)
    client.get("/notifications/")
    with django_assert_num_queries(9):
        client.get("/notifications/")


@pytest.mark.parametrize("more", [1, 50])
def test_the_outbox_too(client, tell, auditor, more, django_assert_num_queries):
    tell(*[factories.make_user() for _ in range(more)])
    client.force_login(auditor)
    client.get("/outbox/")
    with django_assert_num_queries(10):
        client.get("/outbox/")


def test_how_one_is_told_is_chosen_on_a_page(client, supplier_owner):
    client.force_login(supplier_owner)
    assert client.post("/notifications/preference/", {}).status_code == 400
    assert client.post("/notifications/preference/", {"delivery": "pigeon"}).status_code == 400
    assert Preference.objects.count() == 0
    answer = client.post("/notifications/preference/", {"delivery": "daily"}, follow=True)
    assert "Your choice is saved." in answer.content.decode()
    assert Preference.objects.get().delivery == Delivery.DAILY


def test_an_administrator_has_a_letter_sent_after_all(client, tell, supplier_owner, administrator):
    tell(supplier_owner)
    letter = Letter.objects.get()
    Letter.objects.update(
        state=LetterState.GIVEN_UP, ended_at=letter.created_at, last_error="550 no", attempts=18
    )
    client.force_login(administrator)
    page = client.get(f"/outbox/{letter.uuid}/").content.decode()
    assert "550 no" in page
    assert "The certificate ends on 1 August." in page
    client.post(f"/outbox/{letter.uuid}/retry/")
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 0)
    assert client.post(f"/outbox/{letter.uuid}/retry/").status_code == 409


@pytest.mark.parametrize(("local", "shown"), [(True, True), (False, False)])
def test_a_secret_link_is_shown_on_ones_own_machine_only(
    client, administrator, settings, now, local, shown
):
    services.notify_address(
        address="new@example.test",
        kind="invitation",
        subject="Come",
        body=["Follow the link."],
        secret_link="/invitations/hush/",
        key="invitation 1",
        now=now,
    )
    settings.LOCAL = local
    client.force_login(administrator)
    page = client.get(f"/outbox/{Letter.objects.get().uuid}/").content.decode()
    assert ("/invitations/hush/" in page) == shown
    assert ("It is not shown here." in page) != shown


def test_the_status_page_counts_what_waits_and_what_was_given_up(tell, supplier_owner, now):
    from registry.notifications import selectors

    tell(supplier_owner)
    assert selectors.waiting_backlog().owed == 1
    assert selectors.waiting_backlog().oldest == now
    assert selectors.given_up_backlog().owed == 0
