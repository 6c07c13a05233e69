"""Signing in and setting up the second step, in a real browser; each page accessible."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from registry.accounts.models import Role
from tests.factories import make_user
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "three random words"


def look(page, name: str) -> None:
    assert_accessible(page)
    screenshot(page, name)


def test_an_assessor_signs_in_and_must_set_up_two_steps(page, sign_in, settings):
    settings.MFA_REQUIRED_FOR_NATIONAL_TEAM = True
    user = make_user("assessor@national.test", role=Role.ASSESSOR, password=PASSWORD)

    page.goto("/accounts/login/")
    look(page, "login")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    look(page, "login-errors")

    sign_in(page, user, PASSWORD)
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    look(page, "confirm")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()

    page.get_by_role("heading", name="Set up an authenticator app").wait_for()
    look(page, "two-step-setup")
    secret = page.locator(".registry-key").inner_text()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page.get_by_label("Security code").fill(code)
    page.get_by_role("button", name="Continue").click()

    page.get_by_role("heading", name="Recovery codes").wait_for()
    look(page, "recovery-codes")
    recovery = page.locator(".registry-codes code").first.inner_text()
    page.get_by_role("link", name=user.email).click()
    page.get_by_role("heading", name="Your account").wait_for()
    expect(page.get_by_text("Assessor", exact=True).first).to_be_visible()
    look(page, "account")
    page.get_by_role("link", name="Change two-step sign-in").click()
    look(page, "two-step")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()

    sign_in(page, user, PASSWORD)
    page.get_by_role("heading", name="Enter your security code").wait_for()
    look(page, "security-code")
    page.get_by_label("Security code").fill(recovery)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"^(?!.*/accounts/)"))
    expect(page.get_by_role("link", name=user.email).first).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/sent/",
        "/nowhere/",
    ],
)
def test_the_pages_around_it_are_accessible(page, path):
    page.goto(path)
    look(page, path.strip("/").replace("/", "-"))
