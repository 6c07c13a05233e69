"""The supplier's and the assessor's pages in a real browser, each accessible."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from registry.common.periods import period
from registry.evidence import services
from registry.evidence.models import Submission
from registry.standards.enums import StandardClass
from tests import factories
from tests.evidence.files import pdf, png
from tests.journeys.axe import assert_accessible
from tests.journeys.paper import assert_prints
from tests.journeys.screenshots import assert_fits, screenshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product(supplier):
    product = factories.make_product("aldermoor-record", supplier=supplier, name="Aldermoor Record")
    factories.make_endpoint(product)
    return product


@pytest.fixture
def safe(product):
    """A clinical safety standard with two criteria that a document proves."""
    standard = factories.make_standard(
        "DCB0129", name="Clinical risk management", standard_class=StandardClass.CLINICAL_SAFETY
    )
    version = factories.make_version(standard, "4.2")
    factories.make_criterion(version, "HAZARD-LOG")
    return factories.make_criterion(version, "CSCR")


def look(page: Page, name: str) -> None:
    """The page at both widths: nothing for axe to find, nothing wider than the screen."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        assert_fits(page, width)
    screenshot(page, name)


def fill_date(page: Page, legend: str, on: date) -> None:
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(part).fill(str(value))


def test_a_supplier_sends_evidence_in_a_few_clicks(
    page, sign_in, product, safe, supplier_editor, media_root
):
    sign_in(page, supplier_editor)
    page.goto("/supplier/")
    look(page, "supplier-desk")
    page.get_by_role("link", name="Submit evidence for DCB0129 CSCR").click()
    look(page, "evidence-start")
    page.get_by_role("button", name="Continue").click()

    look(page, "evidence-about")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter who issued the evidence")
    look(page, "evidence-about-errors")
    page.get_by_role("link", name="Enter who issued the evidence").click()
    page.keyboard.type("Aldermoor Health Systems")
    fill_date(page, "Issue date", date(2026, 6, 1))
    page.get_by_role("button", name="Save and continue").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "case.pdf", "mimeType": "application/pdf", "buffer": png()}
    )
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("“case.pdf” cannot be used")
    look(page, "evidence-attach-errors")
    page.locator("input[type=file]").set_input_files(
        {"name": "case.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="Attach and stay here").click()
    expect(page.get_by_role("link", name="case.pdf")).to_be_visible()
    page.get_by_role("link", name="Back to the list of tasks").click()
    look(page, "evidence-tasks")
    page.get_by_role("link", name="What it proves").click()
    expect(
        page.get_by_role("group", name="DCB0129 4.2, CSCR").get_by_role("checkbox")
    ).to_be_checked()
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.get_by_text("Next to prove")).to_be_visible()
    look(page, "evidence-proves")
    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Check your answers")
    look(page, "evidence-check")
    page.get_by_role("button", name="Send evidence").click()
    expect(page.get_by_text("It waits for an assessor.")).to_be_visible()
    page.goto("/evidence/")
    look(page, "submissions")
    page.get_by_role("link", name="Document").click()
    page.get_by_role("button", name="Withdraw").click()
    look(page, "evidence-withdraw")


def test_two_assessors_decide_and_one_revokes(
    page, sign_in, product, safe, supplier_editor, assessor, second_assessor, media_root, now
):
    sent = send(product, safe, supplier_editor, now)
    sign_in(page, assessor)
    page.goto("/assessment/")
    look(page, "assessment-queue")
    page.get_by_role("link", name="Aldermoor Record").click()
    look(page, "assessment")
    page.get_by_role("button", name="Take it up").click()
    page.get_by_role("button", name="Return evidence").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what would do instead")
    look(page, "assessment-errors")
    page.get_by_label("Reason for accepting").fill("The argument is sound.")
    page.get_by_role("button", name="Accept evidence").click()
    expect(page.get_by_text("Your acceptance is recorded.")).to_be_visible()

    sign_in(page, second_assessor)
    page.goto(f"/assessment/{sent.ref}/")
    page.get_by_role("button", name="Take it up").click()
    page.get_by_label("Reason for accepting").fill("I agree.")
    page.get_by_role("button", name="Accept evidence").click()
    look(page, "evidence-accepted")
    assert_prints(page, "evidence", "CSCR", "The argument is sound.", "I agree.")
    page.get_by_role("link", name="Revoke this evidence").click()
    look(page, "evidence-revoke")
    fill_date(page, "First day on which it proves nothing", date(2026, 9, 1))
    page.get_by_label("Reason for revoking").fill("The author withdrew it.")
    page.get_by_role("button", name="See what it takes away").click()
    expect(page.get_by_text("which nothing else proves on that day")).to_be_visible()
    look(page, "evidence-revoke-cut")
    page.get_by_role("button", name="Revoke evidence").click()
    expect(page.get_by_text("It is revoked from 1 September 2026")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"/evidence/{sent.ref}/")
    expect(page.get_by_text("The author withdrew it.")).to_be_visible()
    look(page, "evidence-public")


def test_an_assessor_with_an_interest_declares_it_and_does_not_decide(
    page, sign_in, product, safe, supplier_editor, assessor, media_root, now
):
    sent = send(product, safe, supplier_editor, now)
    sign_in(page, assessor)
    page.goto(f"/assessment/{sent.ref}/")
    page.get_by_role("button", name="Take it up").click()
    page.goto("/assessment/")
    page.get_by_role("link", name="Interests in suppliers").click()
    page.get_by_role("button", name="Declare interest").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what your interest is")
    look(page, "interests-errors")
    page.get_by_label("Supplier", exact=True).select_option(label="Aldermoor Health Systems")
    page.get_by_label("What is your interest?").fill("My sister leads it.")
    page.get_by_role("button", name="Declare interest").click()
    expect(page.get_by_text("Interest in Aldermoor Health Systems declared.")).to_be_visible()
    look(page, "interests")

    # The bench was open in another window meanwhile.
    page.goto(f"/assessment/{sent.ref}/")
    expect(page.get_by_text("You declared an interest in Aldermoor")).to_be_visible()
    expect(page.get_by_role("button", name="Accept evidence")).to_have_count(0)
    look(page, "interest-bars")
    page.goto("/assessment/interests/")
    page.get_by_role("button", name="End it today").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Your interest in Aldermoor Health Systems ends today.")
    ).to_be_visible()
    look(page, "interests-ended")


def test_it_all_works_without_javascript(
    browser, live_server, sign_in, product, safe, supplier_editor, assessor, media_root, now
):
    sent = send(product, safe, supplier_editor, now)
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, assessor)
        page.goto(f"/assessment/{sent.ref}/")
        page.get_by_role("button", name="Take it up").click()
        page.get_by_label("Reason for returning").fill("Unsigned.")
        page.get_by_label("What would do instead").fill("Sign it.")
        page.get_by_role("button", name="Return evidence").click()

        sign_in(page, supplier_editor)
        page.goto(f"/evidence/{sent.ref}/")
        expect(page.get_by_text("Sign it.")).to_be_visible()
        page.get_by_role("button", name="Start again from this").click()
        expect(page.get_by_text("What would do: Sign it.")).to_be_visible()
        page.get_by_role("link", name="Check what it would change, and send it").click()
        page.get_by_role("button", name="Send evidence").click()
        expect(page.get_by_text("It waits for an assessor.")).to_be_visible()
    assert Submission.objects.get(supersedes=sent).state == "submitted"


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def send(product, criterion, by, now) -> Submission:
    draft = services.start_submission(
        product=product, form="document", criteria=[criterion.pk], by=by, now=now
    )
    answers = services.Answers(
        criteria=[criterion.pk],
        issuer="Aldermoor Health Systems",
        issued_on=date(2026, 6, 1),
        links=["https://www.example.com/safety-case"],
    )
    services.save_submission(submission=draft, answers=answers, by=by, now=now)
    sent = services.submit(submission=draft, by=by, now=now)
    assert sent.valid == period(date(2026, 6, 1), date(2027, 6, 1))
    return sent
