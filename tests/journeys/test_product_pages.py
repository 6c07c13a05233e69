"""The pages of one product, in a real browser: accessible, and whole on a narrow screen."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot
from tests.market import open_market

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = {
    "replacements": "/products/aldermoor-record/replacements/?only=all",
    "product": "/products/aldermoor-record/?compliant_from=2026-07-01",
    "product-why": "/products/aldermoor-rota/?as_of=2025-01-01",
    "product-refused": "/products/aldermoor-rota/?known_at=x",
    "product-changes": "/products/aldermoor-record/changes/",
    "product-standards": "/products/aldermoor-record/standards/?as_of=2027-06-01",
    "pair": "/products/aldermoor-rota/standards/DCB0129/",
    "pair-to-come": "/products/aldermoor-record/standards/DCB0129/?as_of=2027-06-01",
}


@pytest.fixture
def market(db):
    return open_market(datetime.now(UTC) - timedelta(minutes=1))


def test_every_page_of_a_product_is_accessible_and_fits_a_narrow_screen(page, market):
    for name, address in ADDRESSES.items():
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert_accessible(page)
        screenshot(page, name)
