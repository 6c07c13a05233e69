"""A supplier with three products and twenty standards, and how many clicks it takes."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from registry.evidence.models import Submission
from tests import factories
from tests.evidence.files import pdf
from tests.journeys.test_evidence_pages import fill_date, look

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS = ("Aldermoor Record", "Aldermoor Scan", "Aldermoor Triage")
# Of the twenty standards so many accept each form.
FORMS = {"certificate": 5, "declaration": 9, "test_report": 6}


@pytest.fixture
def market(supplier):
    for name in PRODUCTS:
        factories.make_product(name.lower().replace(" ", "-"), supplier=supplier, name=name)
    numbers = iter(range(1, 21))
    for form, count in FORMS.items():
        for _ in range(count):
            standard = factories.make_standard(f"STD-{next(numbers):02}")
            factories.make_criterion(factories.make_version(standard), "DOC", proofs=(form,))


class Clicker:
    """Counts what a person does: each click, each box, each file chosen; typing is free."""

    def __init__(self, page: Page):
        self.page = page
        self.clicks = 0

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).click()
        self.clicks += 1

    def attach(self, name: str) -> None:
        file = {"name": name, "mimeType": "application/pdf", "buffer": pdf()}
        self.page.locator("input[type=file]").set_input_files(file)
        self.clicks += 1


def test_all_of_one_form_is_sent_once_for_three_products(
    page, sign_in, market, supplier_editor, media_root
):
    """Five certificates' worth of standards of three products: fifteen requirements, one file."""
    sign_in(page, supplier_editor)
    page.goto("/supplier/")
    by = Clicker(page)
    by.press("link", "Everything you owe, by date")
    page.get_by_label("Form of evidence").select_option("certificate")
    by.clicks += 1
    by.press("button", "Filter")
    look(page, "owed")
    by.press("link", "Tick all that are shown")
    expect(page.get_by_role("checkbox")).to_have_count(15)
    by.press("button", "Submit evidence for what is ticked")
    look(page, "evidence-start-together")
    by.press("button", "Continue")
    page.get_by_label("Who issued it?").fill("Fellside Test House")
    fill_date(page, "Issue date", date(2026, 6, 1))
    by.press("button", "Save and continue")
    by.attach("certificate.pdf")
    by.press("button", "Save and continue")
    look(page, "evidence-check-together")
    by.press("button", "Send evidence for 3 products")
    expect(page.get_by_text("and the same for 2 other products")).to_be_visible()

    sent = Submission.objects.order_by("product__name")
    assert [each.product.name for each in sent] == list(PRODUCTS)
    assert [each.criteria.count() for each in sent] == [5, 5, 5]
    assert by.clicks == 10


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
