"""The assessor's way from the queue to a decision, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.evidence.files import pdf
from tests.journeys.test_evidence_pages import look, media_root, product, safe, send

__all__ = ["media_root", "product", "safe"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_queue_to_a_decision(
    page, sign_in, product, safe, supplier_editor, assessor, icb, media_root, now
):
    factories.make_contract(icb, product, value="1200000.00")
    sent = send(product, safe, supplier_editor, now)
    sign_in(page, assessor)
    page.goto("/assessment/")
    expect(page.get_by_text("1 buyer, £1,200,000")).to_be_visible()
    look(page, "queue")
    page.get_by_role("button", name="Take up the next").click()
    look(page, "bench")
    page.get_by_role("button", name="Ask the supplier").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what you want to ask")
    page.get_by_label("Question to the supplier").fill("Which release does this speak of?")
    page.get_by_role("button", name="Ask the supplier").click()
    expect(page.get_by_text("Question open")).to_be_visible()

    sign_in(page, supplier_editor)
    page.goto("/evidence/")
    page.get_by_role("link", name="Answer a question").click()
    page.get_by_label("Your answer").fill("Release 2.1. The cover page says so.")
    page.locator("#answer input[type=file]").set_input_files(
        {"name": "cover.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="Send answer").click()
    look(page, "answered")

    sign_in(page, assessor)
    page.goto("/assessment/")
    look(page, "queue-answered")
    page.get_by_role("link", name="Aldermoor Record").first.click()
    look(page, "bench-answered")
    page.get_by_label("Reason for accepting").fill("The argument is sound.")
    page.get_by_role("button", name="Accept evidence").click()
    expect(page.get_by_text("Your acceptance is recorded.")).to_be_visible()
    look(page, "accepted-first")
    page.goto(f"/assessment/{sent.ref}/")
    expect(page.get_by_text("You accepted this first.")).to_be_visible()


def test_interests_are_declared(page, sign_in, supplier, assessor):
    sign_in(page, assessor)
    page.goto("/assessment/interests/")
    look(page, "interests-none")
    page.get_by_label("Supplier").select_option("aldermoor")
    page.get_by_label("What is your interest?").fill("My sister leads it.")
    page.get_by_role("button", name="Declare interest").click()
    expect(page.get_by_role("cell", name="My sister leads it.")).to_be_visible()
    look(page, "interests")
