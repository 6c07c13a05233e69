"""The members' page, and what the link of an invitation leads to."""

import pytest
import time_machine

from registry.accounts.models import User
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Invitation
from registry.catalogue.services import invitations
from tests import factories
from tests.access.people_world import token_of

pytestmark = pytest.mark.django_db
JOINING = {"name": "Nia Comer", "password": "seven dry camels", "again": "seven dry camels"}


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def invited(supplier, supplier_owner, now):
    return invitations.invite(
        email="new@aldermoor.test",
        supplier=supplier,
        role=SupplierRole.EDITOR,
        by=supplier_owner,
        now=now,
    )


@pytest.fixture
def address(invited):
    return f"/invitations/{token_of(invited)}/"


def test_an_owner_invites_and_cancels(client, supplier, supplier_owner):
    client.force_login(supplier_owner)
    typed = {"email": "new@aldermoor.test", "role": "supplier_editor"}
    page = client.post("/supplier/aldermoor/invite/", typed, follow=True).content.decode()
    assert "An invitation is on its way to new@aldermoor.test." in page
    row = Invitation.objects.get()
    page = client.post(f"/supplier/invitations/{row.pk}/cancel/", follow=True).content.decode()
    assert "No invitation is waiting for an answer" in page


def test_what_is_wrong_is_said_beside_the_field(client, supplier_owner):
    client.force_login(supplier_owner)
    answer = client.post("/supplier/aldermoor/invite/", {"email": "nobody", "role": "x"})
    assert answer.status_code == 400
    typed = {"email": "nobody", "role": "supplier_editor"}
    page = client.post("/supplier/aldermoor/invite/", typed).content.decode()
    assert "Enter an email address in the correct format" in page
    assert Invitation.objects.count() == 0


def test_somebody_new_makes_an_account_and_is_in(client, address, supplier):
    page = client.get(address).content.decode()
    assert "Make an account for <strong>new@aldermoor.test</strong>" in page
    answer = client.post(address, JOINING, follow=True)
    page = answer.content.decode()
    assert "now act for Aldermoor Health Systems" in page
    assert "Nia Comer (you)" in page
    # Clicked again it leads to the same place; for anybody else it is over.
    assert client.get(address).status_code == 302
    client.logout()
    assert client.get(address).status_code == 410
    assert supplier.memberships.count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"again": "something else!"}, "The passwords are not the same"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"name": ""}, "Enter your name"),
    ],
)
def test_a_bad_answer_makes_no_account(client, address, change, words):
    answer = client.post(address, JOINING | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not User.objects.filter(email="new@aldermoor.test").exists()


def test_somebody_with_an_account_signs_in_first(client, address, supplier):
    person = factories.make_user("new@aldermoor.test")
    page = client.get(address).content.decode()
    assert f'href="/accounts/login/?next={address}"' in page
    assert client.post(address, JOINING).status_code == 200
    assert supplier.memberships.count() == 1
    client.force_login(person)
    assert "Accept invitation" in client.get(address).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "You now act for Aldermoor Health Systems." in page


def test_somebody_else_is_told_so(client, address, outsider, supplier):
    client.force_login(outsider)
    for answer in (client.get(address), client.post(address, JOINING)):
        assert answer.status_code == 403
        assert "This invitation is for somebody else" in answer.content.decode()
        assert "new@aldermoor.test" not in answer.content.decode()
    assert supplier.memberships.count() == 1


def test_a_token_that_was_tampered_with_opens_nothing(client, address):
    assert client.get(address[:-3] + "xx/").status_code == 404


def test_leaving_by_ones_own_hand(client, supplier, supplier_owner, supplier_editor):
    client.force_login(supplier_editor)
    row = supplier.memberships.get(user=supplier_editor)
    assert "You will no longer see" in client.get(f"/supplier/members/{row.pk}/remove/").text
    client.post(f"/supplier/members/{row.pk}/remove/")
    assert supplier.memberships.count() == 1
    assert client.get("/supplier/members/").status_code == 403


def test_the_last_owner_is_told_why_not(client, supplier, supplier_owner):
    client.force_login(supplier_owner)
    row = supplier.memberships.get()
    answer = client.post(f"/supplier/members/{row.pk}/remove/")
    assert answer.status_code == 409
    assert "needs an owner" in answer.content.decode()
    typed = {"role": "supplier_editor"}
    answer = client.post(f"/supplier/members/{row.pk}/role/", typed)
    assert answer.status_code == 400
    assert supplier.memberships.get().role == SupplierRole.OWNER
