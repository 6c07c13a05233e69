"""Owners ask people to act for their supplier; people answer, once, or do not."""

from datetime import timedelta

import pytest

from registry.accounts.models import User
from registry.audit.models import Event
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.models import Invitation, SupplierMembership
from registry.catalogue.services import invitations, members
from registry.catalogue.services.tokens import hash_of
from registry.common.errors import Conflict, NotPermitted, RuleBroken, TooOften
from registry.notifications.enums import LetterState
from registry.notifications.models import Letter, Notification
from tests import factories
from tests.access.people_world import token_of

pytestmark = pytest.mark.django_db
PASSWORD = "seven dry camels"


@pytest.fixture
def invite(supplier, supplier_owner, now):
    def asked(
        email="new@aldermoor.test", role=SupplierRole.EDITOR, by=supplier_owner, at=now, of=supplier
    ):
        return invitations.invite(email=email, supplier=of, role=role, by=by, now=at)

    return asked


def roles(supplier) -> dict[str, str]:
    return dict(supplier.memberships.values_list("user__email", "role"))


def accept(row, by, now, token=""):
    token_hash = hash_of(token or token_of(row))
    return invitations.accept(invitation=row, token_hash=token_hash, by=by, now=now)


class TestInviting:
    def test_it_goes_to_the_address_and_the_database_knows_no_token(self, invite):
        row = invite(email=" New@Aldermoor.test ")
        token = token_of(row)
        assert row.email == Letter.objects.get().recipient == "new@aldermoor.test"
        assert row.token_hash == hash_of(token)
        told = Notification.objects.get()
        assert token not in (told.body, told.path, told.sealed_path)

    def test_only_owners_and_administrators_invite(
        self, invite, supplier_editor, rival_editor, auditor, administrator
    ):
        for person in (supplier_editor, rival_editor, auditor):
            with pytest.raises(NotPermitted):
                invite(by=person)
        assert Invitation.objects.count() == Letter.objects.count() == 0
        assert invite(by=administrator).invited_by == administrator

    @pytest.mark.parametrize(
        "email", ["nobody", "a@b", "x\r\nbcc:all@x.test", "prober@machine.invalid", "a@x.test\x00"]
    )
    def test_what_is_no_address_is_refused(self, invite, email):
        with pytest.raises(RuleBroken) as refused:
            invite(email=email)
        assert refused.value.field == "email"
        assert Invitation.objects.count() == 0

    def test_a_member_and_whoever_is_invited_are_not_invited_again(self, invite, supplier_editor):
        with pytest.raises(RuleBroken, match="acts for"):
            invite(email=supplier_editor.email)
        invite()
        with pytest.raises(RuleBroken, match="invited already"):
            invite()
        assert Invitation.objects.count() == 1

    def test_a_supplier_does_not_mail_the_world(self, invite, settings, now):
        settings.INVITATIONS_OF_A_SUPPLIER_A_DAY = 2
        invite("a@x.test")
        invite("b@x.test", at=now + timedelta(hours=1))
        with pytest.raises(TooOften) as refused:
            invite("c@x.test", at=now + timedelta(hours=2))
        assert refused.value.wait == timedelta(hours=22)
        assert Letter.objects.count() == 2
        invite("c@x.test", at=now + timedelta(hours=24))

    def test_nobody_is_mailed_by_many_suppliers(self, invite, settings, rival, now):
        settings.INVITATIONS_TO_AN_ADDRESS_A_DAY = 1
        owner = factories.make_member(rival, "owner@brackenfell.test", SupplierRole.OWNER)
        invite()
        with pytest.raises(TooOften):
            invite(by=owner, of=rival)
        assert Invitation.objects.count() == 1


class TestAnswering:
    def test_somebody_without_an_account_makes_one(self, invite, supplier, supplier_owner, now):
        row = invite()
        user = invitations.join(
            invitation=row,
            token_hash=hash_of(token_of(row)),
            name="Nia Comer",
            password=PASSWORD,
            now=now,
        )
        assert (user.email, user.name, user.is_national) == (
            "new@aldermoor.test",
            "Nia Comer",
            False,
        )
        assert user.check_password(PASSWORD)
        assert roles(supplier)["new@aldermoor.test"] == SupplierRole.EDITOR
        event = Event.objects.latest("pk")
        assert (event.action, event.actor) == ("supplier.invitation_accepted", user)
        assert event.detail["invited_by"] == supplier_owner.email
        assert Notification.objects.filter(user=supplier_owner).count() == 1

    def test_a_weak_password_makes_no_account(self, invite, now):
        row = invite()
        with pytest.raises(RuleBroken) as refused:
            invitations.join(
                invitation=row,
                token_hash=row.token_hash,
                name="Nia",
                password="password",
                now=now,
            )
        assert refused.value.field == "password"
        assert not User.objects.filter(email="new@aldermoor.test").exists()
        row.refresh_from_db()
        assert row.state == InvitationState.PENDING

    def test_somebody_with_an_account_accepts_once(self, invite, supplier, rival, now):
        person = factories.make_member(rival, "both@x.test")
        row = invite("both@x.test", role=SupplierRole.OWNER)
        token = token_of(row)
        accept(row, person, now, token)
        assert roles(supplier)["both@x.test"] == SupplierRole.OWNER
        assert person.supplier_memberships.count() == 2
        with pytest.raises(Conflict, match="accepted already"):
            accept(row, person, now, token)
        assert SupplierMembership.objects.filter(user=person).count() == 2

    def test_it_is_for_that_address_only(self, invite, outsider, supplier, now):
        row = invite()
        with pytest.raises(NotPermitted):
            accept(row, outsider, now)
        assert roles(supplier) == {"owner@aldermoor.test": "supplier_owner"}

    def test_it_holds_for_fourteen_days(self, invite, supplier, now):
        person = factories.make_user("new@aldermoor.test")
        row = invite()
        with pytest.raises(Conflict, match="expired"):
            accept(row, person, now + timedelta(days=14))
        accept(row, person, now + timedelta(days=14) - timedelta(seconds=1))
        assert roles(supplier)["new@aldermoor.test"] == SupplierRole.EDITOR

    def test_sent_again_the_older_link_opens_nothing(self, invite, supplier_owner, supplier, now):
        person = factories.make_user("new@aldermoor.test")
        row = invite()
        old = token_of(row)
        row = invitations.send_again(
            invitation=row, by=supplier_owner, now=now + timedelta(days=20)
        )
        states = list(Letter.objects.order_by("pk").values_list("state", flat=True))
        assert states == [LetterState.DROPPED, LetterState.WAITING]
        with pytest.raises(Conflict, match="newer"):
            accept(row, person, now + timedelta(days=21), old)
        accept(row, person, now + timedelta(days=21))
        assert len(roles(supplier)) == 2

    def test_cancelled_it_opens_nothing(self, invite, supplier_owner, supplier, now):
        person = factories.make_user("new@aldermoor.test")
        row = invite()
        token = token_of(row)
        invitations.cancel(invitation=row, by=supplier_owner, now=now)
        with pytest.raises(Conflict, match="cancelled already"):
            accept(row, person, now, token)
        assert len(roles(supplier)) == 1
        assert Letter.objects.get().state == LetterState.DROPPED

    def test_who_is_removed_invites_nobody_any_more(self, invite, supplier, supplier_owner, now):
        second = factories.make_member(supplier, "second@aldermoor.test", SupplierRole.OWNER)
        person = factories.make_user("new@aldermoor.test")
        row = invite(by=second)
        token = token_of(row)
        members.remove_member(user=second, supplier=supplier, by=supplier_owner, now=now)
        with pytest.raises(Conflict, match="cancelled already"):
            accept(row, person, now, token)

    def test_an_assessor_who_joins_may_not_assess_that_supplier(
        self, invite, assessor, supplier, now
    ):
        from registry.evidence.services.checks import require_impartial_assessor

        row = invite(assessor.email)
        accept(row, assessor, now)
        sent = factories.make_proof(
            factories.make_product(supplier=supplier),
            factories.make_criterion(factories.make_version(factories.make_standard())),
        )
        with pytest.raises(NotPermitted):
            require_impartial_assessor(assessor, sent, now=now)


class TestMembers:
    def test_a_role_is_changed_and_told(self, supplier, supplier_owner, supplier_editor, now):
        changed = {"user": supplier_editor, "supplier": supplier, "now": now}
        members.change_role(role=SupplierRole.OWNER, by=supplier_owner, **changed)
        assert roles(supplier)["editor@aldermoor.test"] == SupplierRole.OWNER
        told = Notification.objects.get(user=supplier_editor)
        assert told.subject == "You are now a supplier owner of Aldermoor Health Systems"

    def test_the_last_owner_stays(self, supplier, supplier_owner, supplier_editor, now):
        asked = {"user": supplier_owner, "supplier": supplier, "by": supplier_owner, "now": now}
        with pytest.raises(RuleBroken, match="needs an owner"):
            members.change_role(role=SupplierRole.EDITOR, **asked)
        with pytest.raises(RuleBroken, match="needs an owner"):
            members.remove_member(**asked)
        assert roles(supplier)["owner@aldermoor.test"] == SupplierRole.OWNER
        assert Event.objects.count() == 0

    def test_leaving_leaves_the_record(self, supplier, supplier_owner, supplier_editor, now):
        proof = factories.make_proof(
            factories.make_product(supplier=supplier),
            factories.make_criterion(factories.make_version(factories.make_standard())),
        )
        type(proof).objects.filter(pk=proof.pk).update(created_by=supplier_editor)
        asked = {"user": supplier_editor, "supplier": supplier, "now": now}
        members.remove_member(by=supplier_editor, **asked)
        proof.refresh_from_db()
        assert proof.created_by == supplier_editor
        assert Notification.objects.get().user == supplier_owner
        assert Event.objects.get().actor == supplier_editor
