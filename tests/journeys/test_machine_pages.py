"""A supplier's owner makes a token, sends a machine's report, and looks after the files."""

import pytest
from playwright.sync_api import Page, expect

from registry.tokens.models import ApiToken
from tests import factories
from tests.evidence.files import SOUND, pdf, png
from tests.evidence.reports import inferno
from tests.journeys.axe import assert_accessible
from tests.journeys.screenshots import screenshot

pytestmark = pytest.mark.django_db(transaction=True)
REPORT = inferno(
    [("patient_read", "pass"), ("slot_search", "skip"), ("vendor_check", "pass")],
    patient_read=["uk.core_2.0.0@PATIENT"],
    slot_search=["uk.core_2.0.0@SEARCH"],
)


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    screenshot(page, name)


def file(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.fixture
def product(settings, tmp_path, supplier):
    settings.MEDIA_ROOT = str(tmp_path)
    return factories.make_product("aldermoor-record", supplier=supplier, name="Aldermoor Record")


def look_after_files(page: Page) -> None:
    """Several at once, two of them refused; one handed out, one taken off by keyboard."""
    page.get_by_label("Public links to the evidence").fill("https://www.example.com/report")
    page.locator("input[type=file]").set_input_files(
        [
            file("minutes.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (x) >> ")),
            file("scan.pdf", png()),
            file("figures.csv", b"name,value\nx,=1+1\n"),
            file("picture.png", SOUND["png"]),
        ]
    )
    page.get_by_role("button", name="Attach and stay here").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("“scan.pdf” cannot be used")
    expect(alert).to_contain_text("“figures.csv” cannot be used")
    expect(page.get_by_label("Public links to the evidence")).to_have_value(
        "https://www.example.com/report"
    )
    look(page, "files-some-refused")
    with page.expect_download() as got:
        page.get_by_role("link", name="minutes.pdf").click()
    assert got.value.suggested_filename == "minutes.pdf"
    page.get_by_role("button", name="Remove picture.png").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="picture.png")).to_have_count(0)
    expect(page.get_by_label("Public links to the evidence")).to_have_value(
        "https://www.example.com/report"
    )
    look(page, "files-removed")


def test_a_token_is_made_shown_once_and_revoked(page, sign_in, product, supplier_owner):
    sign_in(page, supplier_owner)
    page.goto("/supplier/")
    page.get_by_role("link", name="Tokens for machines").click()
    look(page, "tokens-none")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "tokens-errors")
    page.get_by_label("Name", exact=True).fill("Nightly conformance tests")
    page.keyboard.press("Enter")
    shown = page.locator("pre").inner_text()
    assert shown.startswith("pcr_")
    look(page, "tokens-made")
    page.goto("/supplier/tokens/")
    assert shown not in page.content()
    page.get_by_role("link", name="Revoke Nightly").click()
    look(page, "token-revoke")
    page.get_by_role("button", name="Revoke token").click()
    expect(page.get_by_text("Token Nightly conformance tests revoked.")).to_be_visible()
    look(page, "tokens-revoked")
    assert ApiToken.objects.get().revoked_at is not None


def test_a_report_is_read_and_its_files_are_looked_after(page, sign_in, product, supplier_owner):
    version = factories.make_version(factories.make_standard("UKCORE", name="UK Core"), "2.0")
    for code in ("PATIENT", "SEARCH"):
        factories.make_criterion(
            version, code, proofs=("machine_report",), requirements=[f"uk.core_2.0.0@{code}"]
        )
    sign_in(page, supplier_owner)
    page.goto("/supplier/")
    page.get_by_role("link", name="Send a machine report").click()
    look(page, "report-send")
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_role("alert")).to_contain_text("Select the report")
    look(page, "report-send-errors")
    page.get_by_label("Product", exact=True).select_option(label="Aldermoor Record")
    page.get_by_label("Product release").fill("4.2")
    page.locator("input[type=file]").set_input_files(file("results.json", b"[1, 2]"))
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_role("alert")).to_contain_text("“results.json” cannot be used")
    expect(page.get_by_label("Product release")).to_have_value("4.2")
    page.locator("input[type=file]").set_input_files(file("results.json", REPORT))
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What the report says")
    expect(page.get_by_role("cell", name="vendor_check").first).to_be_visible()
    look(page, "report-said")

    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Files and links").click()
    look_after_files(page)
