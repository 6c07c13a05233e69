"""A supplier proves a host in a real browser, from the endpoint to the first visit that follows."""

from datetime import UTC, datetime
from threading import Thread

import pytest
from django.db import connections
from django.urls import reverse

from registry.probes.models import Endpoint, HostControl
from registry.probes.simulation import SimulatedEndpoint
from tests import factories
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot
from tests.probes.proving import look

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"


def _look_now() -> None:
    """In a thread of its own: the browser's loop lives in this one."""

    def run() -> None:
        try:
            assert look(datetime.now(UTC)) == 1
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)


def test_a_supplier_proves_its_host_and_sees_it_proved(page, live_server, sign_in, settings):
    with SimulatedEndpoint("conformant") as simulated:
        settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
        settings.PROBE_EXTRA_CA = str(simulated.ca_file)
        endpoint = factories.make_endpoint(
            factories.make_product(), simulated.url, control="unproved"
        )
        supplier = endpoint.product.supplier
        editor = factories.make_member(supplier, "editor@aldermoor.test", password=PASSWORD)
        sign_in(page, editor, PASSWORD)
        page.goto(live_server.url + reverse("endpoint", kwargs={"id": endpoint.pk}))
        assert_accessible(page)
        page.get_by_role("button", name="Prove that you control 127.0.0.1").click()
        screenshot(page, "host-begun")
        assert_accessible(page)

        simulated.publish(HostControl.objects.get().token)
        page.get_by_role("button", name="Check now").click()
        assert page.get_by_text("We are looking.").count()
        assert_accessible(page)
        _look_now()
        # Without a reload: the page asks again by itself.
        page.get_by_text("The token stands in the file.").wait_for()
        assert page.get_by_role("heading", name="Control of 127.0.0.1").count()
        assert page.get_by_role("button", name="Give up").count() == 0
        screenshot(page, "host-proved")
        assert_accessible(page)

        assert Endpoint.objects.get().control == "proved"
        page.get_by_role("link", name="Back to all hosts").click()
        assert page.get_by_text("leave the token where it is").count()
        screenshot(page, "hosts")
        assert_accessible(page)
