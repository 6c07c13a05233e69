"""A supplier looks before registering, in a real browser: types, checks, watches, registers."""

import re
from datetime import datetime
from threading import Thread

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from registry.probes.models import Endpoint, Precheck
from registry.probes.outfitting import outfit, visitor
from registry.probes.rules.progress import StepState, Told, noted
from registry.probes.services.prechecking import claim_owed, run_owed
from registry.probes.simulation import SimulatedEndpoint
from tests import factories
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulated(settings):
    """A server that fell back to STU3."""
    with SimulatedEndpoint("stu3") as server:
        settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
        settings.PROBE_EXTRA_CA = str(server.ca_file)
        yield server


def in_a_thread(work) -> None:
    """The browser's loop lives in this one."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join(60)


def begin(now: datetime) -> None:
    """A worker is on its way, and stands at the second step."""
    claim_owed(now=now)
    steps = noted([], Told("resolve", StepState.DONE), at=now)
    steps = noted(steps, Told("connect", StepState.UNDER_WAY), at=now)
    Precheck.objects.update(progress=steps)


def finish(now: datetime) -> None:
    """The claim is as good as lapsed, and another worker comes."""
    Precheck.objects.update(claimed_until=now)
    run_owed(visitor=visitor(outfit()), now=now)


def test_type_check_watch_read_and_register(page, live_server, sign_in, simulated):
    product = factories.make_product()
    editor = factories.make_member(product.supplier, "editor@aldermoor.test")
    sign_in(page, editor)
    page.goto(live_server.url + reverse("endpoint_register", kwargs={"ref": product.ref}))
    page.get_by_label("Address").fill(simulated.url)
    page.get_by_label("FHIR R4", exact=True).check()
    days = page.get_by_role("group", name="First day in service")
    days.get_by_label("Day").fill("1")
    days.get_by_label("Year").fill("2026")
    page.get_by_role("button", name="Check before registering").click()
    assert page.get_by_text("Waiting for a worker").count()
    page.get_by_role("link", name="Stop looking again").focus()
    in_a_thread(lambda: begin(timezone.now()))
    page.locator("#precheck").get_by_text("Step 2 of 6: connect.").wait_for()
    page.get_by_role("status").get_by_text("Step 2 of 6").wait_for(state="attached")
    assert page.evaluate("document.activeElement.id") == "precheck-stop"
    screenshot(page, "precheck-running")
    assert_accessible(page)

    in_a_thread(lambda: finish(timezone.now()))
    page.get_by_text("5 of 6 checks pass; 1 fails").last.wait_for()
    expect(page).to_have_title(re.compile("^Finished: pre-check of"))
    screenshot(page, "precheck-report")
    assert_accessible(page)
    page.get_by_role("link", name="Print the report").click()
    screenshot(page, "precheck-printable")
    assert_accessible(page)
    page.get_by_role("link", name="Back to the pre-check").click()

    page.get_by_role("button", name="Register this endpoint").click()
    assert page.get_by_label("Address").input_value() == simulated.url
    assert page.get_by_label("FHIR R4", exact=True).is_checked()
    days = page.get_by_role("group", name="First day in service")
    assert days.get_by_label("Year").input_value() == "2026"
    days.get_by_label("Month").fill("7")
    page.get_by_role("button", name="Register", exact=True).click()
    assert page.get_by_text("Endpoint registered").count()
    assert Endpoint.objects.get().url == simulated.url

    page.goto(live_server.url + reverse("prechecks"))
    screenshot(page, "prechecks")
    assert_accessible(page)


def test_without_javascript_the_page_renews_itself(browser, live_server, sign_in, simulated):
    product = factories.make_product()
    editor = factories.make_member(product.supplier, "editor@aldermoor.test")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    window = context.new_page()
    sign_in(window, editor)
    window.goto(reverse("endpoint_register", kwargs={"ref": product.ref}))
    window.get_by_label("Address").fill(simulated.url)
    window.get_by_label("FHIR R4", exact=True).check()
    window.get_by_role("button", name="Check before registering").click()
    window.get_by_text("Waiting for a worker").first.wait_for(state="attached")

    in_a_thread(lambda: finish(timezone.now()))
    window.get_by_text("5 of 6 checks pass; 1 fails").last.wait_for()
    window.get_by_role("button", name="Check again").click()
    assert window.get_by_text("Waiting for a worker").count()
    context.close()
