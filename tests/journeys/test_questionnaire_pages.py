"""A supplier answers DTAC 2.0 in a real browser, and an assessor reads it."""

import pytest
from playwright.sync_api import Page, expect

from registry.evidence import services
from registry.evidence.models import Submission
from registry.evidence.rules.questionnaire import Reply
from tests import factories
from tests.evidence.files import pdf
from tests.evidence.questionnaire.conftest import answer, make_criterion, make_draft
from tests.evidence.questionnaire.sheets import passing
from tests.journeys.paper import assert_prints
from tests.journeys.test_evidence_pages import look

pytestmark = pytest.mark.django_db(transaction=True)
# From the draft to the sent questionnaire: sections C3 to D1, their checks and the sending.
CLICKS = 22


@pytest.fixture
def draft(settings, tmp_path, supplier, supplier_editor, now):
    """A draft whose first four sections are answered."""
    settings.MEDIA_ROOT = str(tmp_path)
    product = factories.make_product("aldermoor-record", supplier=supplier, name="Aldermoor Record")
    draft = make_draft(product, [make_criterion()], supplier_editor, now)
    replies = {c: r for c, r in passing().items() if c[:2] not in ("C3", "C4", "D1")}
    # In date whenever the browser says it is today.
    replies["C2.1"] = Reply("no access")
    replies["C2.2"] = Reply("no")
    answer(draft, replies, supplier_editor, now)
    return draft


def choose(page: Page, code: str, label: str) -> None:
    group = page.locator("fieldset").filter(has=page.get_by_text(f"{code} ", exact=False)).first
    group.get_by_label(label, exact=True).check()
    choose.clicks += 1


def go(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name).click()
    choose.clicks += 1


def test_a_supplier_answers_and_sends_without_javascript(
    browser, live_server, sign_in, draft, supplier_editor, assessor
):
    choose.clicks = 0
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        sign_in(page, supplier_editor)
        page.goto(f"/evidence/{draft.ref}/edit/")
        go(page, "The questionnaire", "link")
        expect(page.get_by_text("4 of 7 sections are done.")).to_be_visible()
        go(page, "C3 Technical security", "link")
        choose(page, "C3.1", "No")
        choose(page, "C3.2", "Yes")
        go(page, "Save and continue")
        choose(page, "C4.1", "No")
        choose(page, "C4.2", "Yes")
        go(page, "Save and continue")
        expect(page.get_by_text("This section still needs:")).to_be_visible()
        choose(page, "C4.2 ", "No")
        go(page, "Save and continue")
        choose(page, "D1.1", "Yes")
        page.locator("#id_d1-1-upload").set_input_files(
            {"name": "journey.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        )
        choose(page, "D1.2", "Yes")
        choose(page, "D1.3", "Yes")
        choose(page, "D1.4", "No")
        go(page, "Save and continue")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Check your answers")
        expect(page.get_by_text("3 of 3. The score is no part of the verdict.")).to_be_visible()
        expect(page.get_by_text("The printed form sends you from no to C4.3")).to_be_visible()
        go(page, "Continue to sending")
        expect(page.get_by_role("heading", name="C3 does not pass")).to_be_visible()
        go(page, "Send evidence")
        expect(page.get_by_text("It waits for an assessor.")).to_be_visible()
        assert choose.clicks <= CLICKS
    assert Submission.objects.get(pk=draft.pk).state == "submitted"


def test_its_pages_are_accessible_and_fit(page, sign_in, draft, supplier_editor, assessor, now):
    sign_in(page, supplier_editor)
    base = f"/evidence/{draft.ref}/"
    page.goto(f"{base}edit/")
    look(page, "questionnaire-edit")
    page.goto(f"{base}questionnaire/")
    look(page, "questionnaire-tasks")
    page.goto(f"{base}questionnaire/a/")
    look(page, "questionnaire-a")
    page.goto(f"{base}questionnaire/c3/")
    choose.clicks = 0
    choose(page, "C3.1", "Yes")
    look(page, "questionnaire-c3")
    choose(page, "C3.2", "No")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("This section still needs:")).to_be_visible()
    look(page, "questionnaire-left")
    page.goto(f"{base}questionnaire/d1/")
    choose(page, "D1.1", "Yes")
    page.get_by_label("Or give a public link").fill("here")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a web address")
    look(page, "questionnaire-errors")
    page.goto(f"{base}questionnaire/answers/")
    look(page, "questionnaire-answers")

    answer(draft, passing(C3_4=Reply("unable")), supplier_editor, now)
    services.submit(submission=draft, by=supplier_editor, now=now)
    services.withdraw(submission=draft, by=supplier_editor, now=now)
    again = services.start_again(submission=draft, by=supplier_editor, now=now)
    answer(again, passing(B2=Reply("Something new."), A3=Reply("4.3")), supplier_editor, now)
    services.submit(submission=again, by=supplier_editor, now=now)
    sign_in(page, assessor)
    page.goto(f"/assessment/{again.ref}/")
    look(page, "questionnaire-bench")
    page.get_by_role("link", name="Compare with the answers before").click()
    look(page, "questionnaire-comparison")
    page.get_by_role("link", name="Show all answers").click()
    look(page, "questionnaire-comparison-all")
    page.goto(f"/evidence/{again.ref}/questionnaire/answers/")
    look(page, "questionnaire-sent")
    assert_prints(page, "questionnaire", "Something new.", "C4 ", "https://www.example.com/")
    # Every question of every section stands beside its answer, and takes little of the page.
    assert page.locator(".registry-sheet dt").count() == page.locator(".registry-sheet dd").count()
    asked, whole = page.locator(".registry-sheet dt").first, page.locator(".registry-sheet").first
    assert asked.bounding_box()["width"] > whole.bounding_box()["width"] * 0.4
