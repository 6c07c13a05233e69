"""A real browser against a live server.

Tests that use `page` need Chromium: without it they are skipped on a developer's
machine and fail in CI, whose script installs it. Mark such a module with
`pytestmark = pytest.mark.django_db(transaction=True)`.
"""

import os
import shutil
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TIMEOUT_MS = 10_000


def chromium() -> str | None:
    """The installed browser; CHROMIUM names another one.

    Debian's headless shell is Chromium without its windows: the same pages in a sixth less time.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items) -> None:
    """Whatever opens a page is marked `browser`."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser():
    """One Chromium for the journeys; its loop is gone before tests that run loops of their own."""
    path = chromium()
    if path is None:
        message = "Chromium is not installed (CHROMIUM names another browser)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message)
        pytest.skip(message)
    # Playwright's loop lives in this thread, and Django refuses its database beside a loop.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield instance
        instance.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def page(browser: Browser, live_server, settings):
    """A new window on the live server. A script error or a breach of the policy fails the test."""
    # Counts of sign-in attempts of one test are no business of the next.
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    context.set_default_timeout(TIMEOUT_MS)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    yield window
    context.close()
    assert not complaints, f"the browser complained: {complaints}"


@pytest.fixture
def sign_in(live_server):
    """`sign_in(page, user)` by a session's cookie, or by the form when given a password."""

    def enter(window: Page, user, password: str | None = None) -> None:
        if password is None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
            window.context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
            )
            return
        window.goto("/accounts/login/")
        window.get_by_label("Email address").fill(user.email)
        window.get_by_label("Password", exact=True).fill(password)
        window.get_by_role("button", name="Sign in").click()

    return enter
