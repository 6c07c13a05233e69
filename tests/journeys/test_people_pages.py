"""An owner invites a colleague, who makes an account; both read what they were told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.accounts.models import Role
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Invitation
from tests import factories
from tests.access.people_world import token_of
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name: str) -> None:
    assert_accessible(page)
    screenshot(page, name)


def follow_in_vain(page, sign_in, link: str) -> None:
    """As somebody else, and when it has expired; it holds again afterwards."""
    sign_in(page, factories.make_user("somebody@else.test"))
    page.goto(link)
    page.get_by_role("heading", name="This invitation is for somebody else").wait_for()
    look(page, "invitation-stranger")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    Invitation.objects.update(expires_at=timezone.now())
    page.goto(link)
    page.get_by_role("heading", name="This invitation has expired").wait_for()
    look(page, "invitation-expired")
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=7))


def test_a_colleague_is_invited_and_joins(page, sign_in):
    supplier = factories.make_supplier("aldermoor", "Aldermoor Health Systems")
    owner = factories.make_member(supplier, "owner@aldermoor.test", SupplierRole.OWNER)
    sign_in(page, owner)
    page.goto("/supplier/members/")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("button", name="Send invitation").click()
    look(page, "invite-errors")
    page.get_by_label("Email address").fill("colleague@aldermoor.test")
    page.get_by_role("button", name="Send invitation").click()
    page.get_by_text("An invitation is on its way").wait_for()
    look(page, "members")

    page.context.clear_cookies()
    link = f"/invitations/{token_of(Invitation.objects.get())}/"
    follow_in_vain(page, sign_in, link)
    page.goto(link)
    look(page, "invitation")
    page.get_by_label("Your name").fill("Nia Comer")
    page.get_by_label("Password", exact=True).fill("seven dry camels")
    page.get_by_label("Password again").fill("seven dry camels")
    page.get_by_role("button", name="Make account and accept").click()
    page.get_by_role("heading", name="Members").wait_for()
    page.get_by_role("link", name="Leave").click()
    look(page, "member-leave")

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("heading", name="This invitation was accepted").wait_for()
    look(page, "invitation-used")
    sign_in(page, owner)
    page.goto("/supplier/members/")
    page.get_by_role("link", name="Notifications (1)").click()
    page.get_by_role("heading", name="Nia Comer now acts for").wait_for()
    look(page, "notifications")
    page.get_by_role("link", name="Change how you are told").click()
    look(page, "notification-preference")
    page.get_by_label("One email a day").check()
    page.keyboard.press("Enter")
    page.get_by_text("How you are told: One email a day").wait_for()
    page.get_by_role("button", name="Mark as read").click()
    page.get_by_role("link", name="Notifications", exact=True).wait_for()
    look(page, "notifications-read")

    page.context.clear_cookies()
    sign_in(page, factories.make_user("admin@national.test", role=Role.ADMINISTRATOR))
    page.goto("/outbox/")
    look(page, "outbox")
    page.get_by_role("link", name="Nia Comer now acts for").click()
    look(page, "outbox-letter")
