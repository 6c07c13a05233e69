"""The pages that everyone may read, in a real browser: accessible, narrow, live and whole."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot
from tests.market import open_market

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = {
    "home": "/",
    "products": "/products/?compliant_from=2026-07-01&compliant_until=2026-12-01",
    "products-until-when": "/products/?compliant_from=2026-07-01&until_when=on",
    "products-none": "/products/?q=xylophone&verdict=exempt",
    "products-refused": "/products/?compliant_from=2026-13-01",
    "standards": "/standards/?as_of=2020-01-01",
    "burn-down": "/standards/DCB3051/",
    "standard": "/standards/DCB0129/?show=met",
    "machine-reports": "/about-machine-reports/",
    "status": "/status/",
    "api": "/api/v1/docs/",
    "not-found": "/products/nothing/",
}


@pytest.fixture
def market(db):
    return open_market(datetime.now(UTC) - timedelta(minutes=1))


def test_every_public_page_is_accessible_and_fits_a_narrow_screen(page, market):
    for name, address in ADDRESSES.items():
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert_accessible(page)
        screenshot(page, name)


def found(page) -> list[str]:
    return page.locator("#results h3").all_inner_texts()


def test_a_tick_narrows_the_list_and_its_address_at_once(page, market):
    page.goto("/products/")
    assert len(found(page)) == 4
    page.get_by_label("DCB0129 Clinical risk management").check()
    page.locator("#results h2", has_text="2 products").wait_for()
    assert page.url.endswith("/products/?standard=DCB0129")
    page.get_by_role("link", name=re.compile("^Remove standard met")).click()
    page.locator("#results h2", has_text="4 products").wait_for()
    assert page.url.endswith("/products/")


def test_without_scripts_the_same_question_has_the_same_address(browser, page, live_server, market):
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    plain.goto("/products/")
    plain.get_by_label("DCB0129 Clinical risk management").check()
    plain.get_by_role("button", name="Apply filters").click()
    assert plain.url.endswith("/products/?standard=DCB0129")
    assert found(plain) == ["Aldermoor Record", "Brackenfell Notes"]
    plain.goto("/products/aldermoor-record/")
    box = plain.get_by_role("group", name="Term starts on")
    for label, text in (("Day", "1"), ("Month", "7"), ("Year", "2026")):
        box.get_by_label(label).fill(text)
    plain.get_by_role("button", name="Check term").click()
    answer = plain.locator("main").inner_text()
    assert "Until 31 December 2026." in answer
    assert "not on 1 January 2027" in answer
