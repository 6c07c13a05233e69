"""Pausing and maintenance in a real browser, at any width."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.accounts.models import Role
from tests import factories
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)


def _type_day(page, group: str, day) -> None:
    boxes = page.get_by_role("group", name=group)
    for box, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(box).fill(str(value))


def test_an_officer_pauses_a_host_from_an_endpoint(page, live_server, sign_in):
    endpoint = factories.make_endpoint(factories.make_product())
    sign_in(page, factories.make_user("officer@national.test", role=Role.CASE_OFFICER))
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": endpoint.pk}))
    page.get_by_role("link", name=f"The host {endpoint.host}").click()
    page.get_by_role("link", name="Pause this host").click()
    page.get_by_role("button", name="Pause visits").click()
    assert page.get_by_role("alert").get_by_text("Say why the visits are paused").count()
    screenshot(page, "host-pause-errors")
    assert_accessible(page)

    page.get_by_label("Why are the visits paused?").fill("Their operations asked for it")
    page.get_by_role("button", name="Pause visits").click()
    assert page.get_by_text("Paused since").count()
    screenshot(page, "probed-host")
    assert_accessible(page)
    page.goto(live_server.url + reverse("endpoints_paused"))
    assert page.get_by_role("link", name=endpoint.host).count()
    screenshot(page, "endpoints-paused")
    assert_accessible(page)


def test_a_supplier_announces_maintenance(page, live_server, sign_in):
    endpoint = factories.make_endpoint(factories.make_product())
    sign_in(page, factories.make_member(endpoint.product.supplier, "editor@aldermoor.test"))
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": endpoint.pk}))
    page.get_by_role("link", name="Announce or cancel maintenance").click()
    page.get_by_role("button", name="Announce maintenance").click()
    assert page.get_by_role("alert").get_by_text("Say what is done").count()
    screenshot(page, "maintenance-errors")
    assert_accessible(page)

    tomorrow = timezone.now().date() + timedelta(days=1)
    page.get_by_label("What is done").fill("Moving to a new data centre")
    _type_day(page, "First day", tomorrow)
    page.get_by_label("Start time").fill("10:30pm")
    _type_day(page, "Day it ends", tomorrow)
    page.get_by_label("End time").fill("11:15pm")
    page.get_by_label("Every week, until it is cancelled").check()
    page.get_by_role("button", name="Announce maintenance").click()
    assert page.get_by_text("10:30pm to 11:15pm").count()
    screenshot(page, "maintenance")
    assert_accessible(page)
    page.goto(live_server.url + reverse("endpoint", kwargs={"id": endpoint.pk}))
    assert page.get_by_text("Moving to a new data centre").count()
    screenshot(page, "endpoint-maintenance")
    assert_accessible(page)
