"""Two at the same moment: two clicks, an answer and a cancellation, two owners."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from registry.accounts.models import User
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.models import Invitation
from registry.catalogue.services import invitations, members
from registry.catalogue.services.tokens import hash_of
from registry.common.errors import RuleBroken
from tests import factories
from tests.access.people_world import token_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list[str]:
    """Everybody does theirs at the same moment; what each was refused, or nothing."""

    def do(deed):
        try:
            deed()
        except RuleBroken as refusal:
            return refusal.message
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@pytest.fixture
def invited(supplier, supplier_owner, now):
    return invitations.invite(
        email="new@aldermoor.test",
        supplier=supplier,
        role=SupplierRole.EDITOR,
        by=supplier_owner,
        now=now,
    )


def test_clicked_by_eight_it_makes_one_account_and_one_member(invited, supplier, now):
    asked = {"invitation": invited, "token_hash": hash_of(token_of(invited)), "now": now}

    def join():
        invitations.join(name="Nia", password="seven dry camels", **asked)

    refused = at_once(*[join] * 8)
    assert sorted(refused) == ["", *["This invitation was accepted already."] * 7]
    assert User.objects.filter(email=invited.email).count() == 1
    assert supplier.memberships.count() == 2


@pytest.mark.parametrize("turn", range(4))
def test_accepted_while_it_is_cancelled_it_is_one_of_both(
    invited, supplier, supplier_owner, now, turn
):
    person = factories.make_user(invited.email)
    asked = {"invitation": invited, "now": now}
    token_hash = hash_of(token_of(invited))
    refused = at_once(
        lambda: invitations.accept(token_hash=token_hash, by=person, **asked),
        lambda: invitations.cancel(by=supplier_owner, **asked),
    )
    assert refused.count("") == 1
    state = Invitation.objects.get().state
    joined = supplier.memberships.filter(user=person).exists()
    assert (state == InvitationState.ACCEPTED) == joined == (refused[0] == "")


def test_two_owners_who_remove_each_other_leave_one(supplier, supplier_owner, now):
    second = factories.make_member(supplier, "second@aldermoor.test", SupplierRole.OWNER)

    def remove(user, by):
        try:
            members.remove_member(user=user, supplier=supplier, by=by, now=now)
        except members.NotPermitted as refusal:
            raise RuleBroken(refusal.message) from refusal

    at_once(lambda: remove(second, supplier_owner), lambda: remove(supplier_owner, second))
    assert supplier.memberships.filter(role=SupplierRole.OWNER).count() == 1


def test_two_owners_who_invite_the_same_person_invite_once(supplier, supplier_owner, now):
    second = factories.make_member(supplier, "second@aldermoor.test", SupplierRole.OWNER)
    asked = {"email": "new@aldermoor.test", "supplier": supplier, "role": "supplier_editor"}
    refused = at_once(
        lambda: invitations.invite(by=supplier_owner, now=now, **asked),
        lambda: invitations.invite(by=second, now=now, **asked),
    )
    assert refused.count("") == 1
    assert Invitation.objects.count() == 1
