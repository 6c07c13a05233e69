"""The endpoint's pages in a real browser: readable at any width, and axe finds nothing."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import expect

from registry.probes.models import Endpoint
from registry.probes.outfitting import outfit, visitor
from registry.probes.services.claiming import claim_due
from registry.probes.services.visiting import visit_batch
from registry.probes.simulation import SimulatedEndpoint
from tests import factories
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def probed(settings):
    """An endpoint that passed, then fell back to STU3, then was probed again."""
    with SimulatedEndpoint("conformant") as simulated:
        settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
        settings.PROBE_EXTRA_CA = str(simulated.ca_file)
        endpoint = factories.make_endpoint(factories.make_product(), simulated.url)
        start = datetime.now(UTC) - timedelta(days=2)
        _probe(start)
        simulated.switch("stu3")
        for hours in (8, 16, 24, 33):
            _probe(start + timedelta(hours=hours))
    return endpoint


def _probe(at: datetime) -> None:
    """In a thread of its own: the browser's loop lives in this one."""

    def run() -> None:
        try:
            Endpoint.objects.update(due_at=at)
            for batch in claim_due(now=at):
                visit_batch(visitor=visitor(outfit()), ids=batch.ids, claim=batch.claim, now=at)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join(60)


def test_an_endpoint_that_fails_says_why_and_how_to_mend_it(page, live_server, probed):
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": probed.pk}))

    assert page.get_by_text("expected", exact=False).count()
    assert page.get_by_role("heading", name="every finding").count() == 1
    screenshot(page, "endpoint")
    assert_accessible(page)


def test_how_an_endpoint_changed_is_read_from_its_page_to_one_change(page, live_server, probed):
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": probed.pk}))
    expect(page.get_by_text("FHIR version changed from 4.0.1 to 3.0.2").first).to_be_visible()
    assert page.get_by_role("img", name="Whole time of the last 5 visits").count()
    page.get_by_role("link", name="that changed in the FHIR statement").first.click()
    expect(page.get_by_role("heading", name="FHIR statement changed").first).to_be_visible()
    screenshot(page, "endpoint-change")
    assert_accessible(page)

    page.get_by_role("link", name="Back to all changes").click()
    expect(page.get_by_role("heading", name="how that changed").first).to_be_visible()
    screenshot(page, "endpoint-changes")
    assert_accessible(page)


def test_the_status_page_tells_how_the_prober_runs(page, live_server, probed):
    page.goto(live_server.url + reverse("status"))
    assert page.get_by_text("Visits stored in the last hour").count()
    screenshot(page, "status")
    assert_accessible(page)


def test_the_checks_are_explained(page, live_server):
    page.goto(live_server.url + reverse("about_probing"))
    screenshot(page, "about-probing")
    assert_accessible(page)


def test_a_supplier_registers_and_an_officer_vouches(page, live_server, sign_in, db):
    from registry.accounts.models import Role

    product = factories.make_product()
    editor = factories.make_member(product.supplier, "editor@aldermoor.test", password=PASSWORD)
    sign_in(page, editor, PASSWORD)
    page.goto(live_server.url + reverse("endpoint_register", kwargs={"ref": product.ref}))
    page.get_by_role("button", name="Register", exact=True).click()
    expect(
        page.get_by_role("alert").get_by_text("Enter the address of the endpoint").first
    ).to_be_visible()
    screenshot(page, "endpoint-register-errors")
    assert_accessible(page)

    page.get_by_label("Address").fill("https://fhir.aldermoor.example/r4")
    page.get_by_label("FHIR R4", exact=True).check()
    page.get_by_role("group", name="First day in service").get_by_label("Day").fill("1")
    page.get_by_role("group", name="First day in service").get_by_label("Month").fill("7")
    page.get_by_role("group", name="First day in service").get_by_label("Year").fill("2026")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("Endpoint registered").first).to_be_visible()
    assert_accessible(page)

    page.context.clear_cookies()
    officer = factories.make_user(
        "officer@national.test", role=Role.CASE_OFFICER, password=PASSWORD
    )
    sign_in(page, officer, PASSWORD)
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": Endpoint.objects.get().pk}))
    page.get_by_role("link", name="Vouch for this endpoint").click()
    assert_accessible(page)
    page.get_by_label("How do you know").fill("A letter of 3 March 2026")
    page.get_by_role("button", name="Vouch for it").click()
    assert page.get_by_text("The first probe is on its way").count()
    screenshot(page, "endpoint-vouched")
