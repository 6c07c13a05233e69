"""Every component in a real browser: accessible, narrow, live with scripts, whole without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.pages.gallery"),
]


def test_every_component_is_accessible_and_fits_a_narrow_screen(page):
    page.goto("/gallery/?say=success&say=error&say=info")
    assert_accessible(page)
    screenshot(page, "gallery")


def test_a_form_with_errors_is_accessible_and_leads_to_its_fields(page):
    page.goto("/gallery/")
    page.get_by_label("Notes (optional)").fill("line one\n  line two")
    page.get_by_role("button", name="Send evidence").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
    screenshot(page, "gallery-errors")
    assert page.get_by_label("Notes (optional)").input_value() == "line one\n  line two"
    page.get_by_role("link", name="Enter valid from").click()
    assert page.evaluate("document.activeElement.id") == "id_valid_from_day"


def test_a_facet_changes_the_results_and_the_address_at_once(page):
    page.goto("/gallery/?page=2")
    page.get_by_label("Standard number 3").check()
    page.locator("#chosen", has_text="1 standard chosen").wait_for()
    assert "standard=S3" in page.url
    page.get_by_label("Standard number 4").check()
    page.locator("#chosen", has_text="2 standards chosen").wait_for()
    assert "standard=S3&standard=S4" in page.url
    assert page.get_by_label("Standard number 3").is_checked()
    page.go_back()
    page.locator("#chosen", has_text="1 standard chosen").wait_for()


def test_a_half_typed_date_is_not_sent_by_itself(page):
    page.goto("/gallery/")
    term = page.get_by_role("group", name="Compliant from")
    term.get_by_label("Day").fill("31")
    term.get_by_label("Month").fill("3")
    page.wait_for_timeout(400)
    assert page.url.endswith("/gallery/")
    assert term.get_by_label("Day").input_value() == "31"


def test_without_scripts_the_same_filters_are_applied_by_a_button(browser, page, live_server):
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    plain.goto("/gallery/")
    plain.get_by_label("Standard number 3").check()
    plain.get_by_role("button", name="Apply filters").click()
    assert plain.locator("#chosen").inner_text() == "1 standard chosen"
    assert plain.get_by_label("Standard number 3").is_checked()
    plain.context.close()


def test_the_keyboard_reaches_the_content_and_the_picture(page):
    page.goto("/gallery/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"
    regions = page.get_by_role("region", name="Standards met by Aldermoor Record: picture")
    assert regions.get_attribute("tabindex") == "0"
