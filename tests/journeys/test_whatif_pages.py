"""Standards editors draw up a draft, look ahead, compare and publish, in a real browser."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.whatif.models import Draft
from registry.accounts.models import Role
from registry.standards.models import StandardScope
from tests import factories
from tests.journeys.test_evidence_pages import fill_date, look
from tests.market import open_market

pytestmark = pytest.mark.django_db(transaction=True)

TERM = (date(2025, 4, 1), date(2040, 4, 1))
SOONER = date(2027, 3, 1)


@pytest.fixture
def market(transactional_db, icb):
    """Two contracts, and a third whose worth nobody knows."""
    market = open_market(timezone.now())
    held = {"title": "Shared care record for the practices of the Humber", "term": TERM}
    factories.make_contract(icb, market.record, ref="QOQ/2025-011", value="412000.00", **held)
    factories.make_contract(
        icb, market.record, market.notes, ref="QOQ/2025-017", value="1250000.00", **held
    )
    factories.make_contract(icb, market.notes, ref="QOQ/2025-020", value=None, **held)
    return market


def _add_sooner(page: Page) -> None:
    page.get_by_role("button", name="Add a change").click()
    page.get_by_label("Change when it is mandatory").check()
    page.get_by_label("Of which standard?").select_option("DCB3051")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Every product: from 1 April 2027").check()
    look(page, "whatif-change-which")
    page.get_by_role("button", name="Continue").click()
    fill_date(page, "First day", SOONER)
    look(page, "whatif-change-days")
    page.get_by_role("button", name="Add to the draft").click()


def _start(page: Page) -> None:
    page.goto("/what-if/")
    look(page, "whatif-empty")
    page.get_by_role("button", name="Start a draft").click()
    look(page, "whatif-new")
    page.get_by_label("What is the draft called?").fill("Identity a month sooner")
    page.get_by_label("Why are these changes considered?").fill("Patients ask for it.")
    page.get_by_role("button", name="Start the draft").click()
    look(page, "whatif-draft-empty")
    page.get_by_role("button", name="Add a change").click()
    look(page, "whatif-change-kind")
    page.get_by_role("button", name="Continue").click()
    look(page, "whatif-change-kind-errors")
    page.get_by_role("link", name="Back to the draft").click()
    _add_sooner(page)
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_text("£1,662,000").first).to_be_visible()
    look(page, "whatif-draft")


def _compare_with_a_copy(page: Page) -> None:
    page.get_by_role("button", name="Copy to a new draft").click()
    page.get_by_role("button", name="Take out change 1").click()
    page.get_by_role("button", name="Add a change").click()
    page.get_by_label("Add an edition").check()
    page.get_by_label("Of which standard?").select_option("DCB0129")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Edition 4.2").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the new edition").fill("4.2")
    fill_date(page, "First day", SOONER)
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("DCB0129 has an edition 4.2 already.")
    look(page, "whatif-change-refused")
    page.get_by_label("Name of the new edition").fill("5")
    page.get_by_role("button", name="Add to the draft").click()
    _let_testing_tools_prove_it(page)
    page.get_by_label("Compare with").select_option("Identity a month sooner")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Products that differ")).to_be_visible()
    look(page, "whatif-compare")


def _let_testing_tools_prove_it(page: Page) -> None:
    """A criterion of the edition that the draft adds."""
    page.get_by_role("button", name="Add a change").click()
    page.get_by_label("Change which evidence proves a criterion").check()
    page.get_by_label("Of which standard?").select_option("DCB0129")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Edition 5, CSCR").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Machine report").check()
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("without an id no report proves it")
    look(page, "whatif-change-ways")
    page.get_by_label("Requirement ids").fill("example.safety_1.0.0@1\nexample.safety_1.0.0@2")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_text("Also accepted: Machine report.").first).to_be_visible()


def test_two_editors_look_ahead_and_publish(page, sign_in, market, standards_editor):
    sign_in(page, standards_editor)
    _start(page)
    _compare_with_a_copy(page)
    page.goto("/what-if/")
    look(page, "whatif-list")
    page.get_by_role("link", name="Identity a month sooner", exact=True).click()
    page.get_by_role("button", name="Propose for publication").click()
    look(page, "whatif-proposed-own")
    page.goto("/standards/DCB3051/")
    look(page, "whatif-standard")

    sign_in(page, factories.make_user("second@national.test", role=Role.STANDARDS_EDITOR))
    page.goto(f"/what-if/{Draft.objects.get(state='proposed').pk}/")
    page.get_by_role("button", name="Approve and publish").click()
    look(page, "whatif-publish")
    page.get_by_label("Why is it published?").fill("The programme needs it.")
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("The changes are published")).to_be_visible()
    look(page, "whatif-published")
    assert StandardScope.objects.get(standard=market.identity).required.lower == SOONER
