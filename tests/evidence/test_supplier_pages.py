"""What a supplier does on its pages: typed answers are kept, problems are said."""

import pytest
from django.urls import reverse

from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from tests.evidence import files
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TYPED = {
    "issuer": "Fellside Test House",
    "issued_on": "2026-06-01",
    "valid_from": "",
    "valid_until": "2027-05-31",
}


def test_a_supplier_starts_from_what_is_owed_and_sends_evidence(
    client, product, accessible, supplier_editor
):
    client.force_login(supplier_editor)
    start = f"{reverse('evidence_submit')}?product={product.ref}&criterion={accessible.pk}"
    first = text(client.get(start))
    assert "The supplier shows AUDIT." in first
    assert "Certificate" not in first  # the criterion does not accept one

    answer = client.post(start, {"product": product.ref, "form": "test_report"})
    draft = Submission.objects.get()
    # What it proves is known, so the next thing to say is about the evidence.
    assert answer["Location"] == address("evidence_about", draft)
    assert list(draft.criteria.all()) == [accessible]
    tasks = text(client.get(address("evidence_edit", draft)))
    assert "1 of 3 tasks done." in tasks
    assert "Cannot start yet" in tasks

    answer = client.post(address("evidence_about", draft), TYPED)
    assert answer["Location"] == address("evidence_attach", draft)
    answer = client.post(address("evidence_attach", draft), {"file": upload("report.pdf")})
    assert answer["Location"] == address("evidence_check", draft)
    draft.refresh_from_db()
    assert (draft.valid, draft.files.get().name) == (ASKED, "report.pdf")

    check = text(client.get(address("evidence_check", draft)))
    assert "1 June 2026 to 31 May 2027" in check
    assert "Not scanned for viruses" in check
    answer = client.post(address("evidence_check", draft))
    assert answer["Location"] == address("evidence", draft)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.SUBMITTED
    assert "It waits for an assessor." in text(client.get(address("evidence", draft)))


@pytest.fixture
def begun(product, supplier_editor, now):
    """A draft that says nothing yet."""
    return services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )


def test_what_was_typed_is_kept_and_every_problem_is_said(client, begun, supplier_editor):
    client.force_login(supplier_editor)
    response = client.post(
        address("evidence_about", begun),
        {
            "issuer": "  Fellside Test House",
            "issued_on_day": "31",
            "issued_on_month": "2",
            "issued_on_year": "2026",
        },
    )
    shown = text(response)
    assert response.status_code == 400
    assert "There is a problem" in shown
    assert "Issue date must be a real date" in shown
    assert 'value="  Fellside Test House"' in shown or 'value="Fellside Test House"' in shown
    assert 'value="31"' in shown
    begun.refresh_from_db()
    assert begun.issuer == ""


def test_a_bad_file_and_a_bad_link_are_refused_in_words(client, begun, supplier_editor):
    client.force_login(supplier_editor)
    sent = {
        "links": "https://example.com/a\njavascript:alert(1)",
        "file": upload("bad.pdf", files.png()),
    }
    response = client.post(address("evidence_attach", begun), sent)
    assert response.status_code == 400
    assert "“bad.pdf” cannot be used: its content is not a PDF" in text(response)
    assert "“javascript:alert(1)” must be a public web address" in text(response)
    begun.refresh_from_db()
    assert (begun.links, begun.files.count()) == ([], 0)


def test_several_links_are_kept_once_each_in_their_order(client, begun, supplier_editor):
    client.force_login(supplier_editor)
    typed = (
        "https://example.com/report\r\n  https://example.com/annex \n\nhttps://example.com/report"
    )
    client.post(address("evidence_attach", begun), {"links": typed})
    begun.refresh_from_db()
    assert begun.links == ["https://example.com/report", "https://example.com/annex"]
    again = client.get(address("evidence_attach", begun)).content.decode()
    assert "https://example.com/report\nhttps://example.com/annex</textarea>" in again
    shown = client.get(address("evidence_check", begun)).content.decode()
    assert shown.count('href="https://example.com/annex"') == 1
    many = "\n".join(f"https://example.com/{number}" for number in range(21))
    response = client.post(address("evidence_attach", begun), {"links": many})
    assert "A submission holds at most 20 links" in text(response)
    assert "https://example.com/20" in text(response)


def test_a_good_file_is_kept_when_another_is_refused(client, draft, supplier_editor):
    client.force_login(supplier_editor)
    sent = {"file": [upload("a.png"), upload("b.exe", b"MZ")], "links": ""}
    assert client.post(address("evidence_attach", draft), sent).status_code == 400
    assert [file.name for file in draft.files.all()] == ["report.csv", "a.png"]


def test_a_page_is_saved_and_its_own_gaps_are_named(client, begun, accessible, supplier_editor):
    client.force_login(supplier_editor)
    response = client.post(address("evidence_about", begun), {"issuer": "Fellside"})
    assert response.status_code == 400
    assert "Enter the date the evidence was issued" in text(response)
    assert "Attach a file or give a link" not in text(response)
    begun.refresh_from_db()
    assert begun.issuer == "Fellside"
    for page_name, words in (
        ("evidence_proves", "Select what the evidence proves"),
        ("evidence_attach", "Attach a file or give a link"),
    ):
        response = client.post(address(page_name, begun), {})
        assert (response.status_code, words in text(response)) == (400, True)
    later = client.post(
        address("evidence_about", begun), {"issuer": "Fellside House", "then": "later"}
    )
    assert later["Location"] == address("evidence_edit", begun)


def test_an_incomplete_draft_cannot_be_sent_by_going_round_the_form(
    client, product, supplier_editor, now
):
    client.force_login(supplier_editor)
    draft = services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )
    response = client.post(address("evidence_check", draft), follow=True)
    assert "Enter who issued the evidence" in text(response)
    assert "Send evidence" not in text(response)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.DRAFT


def test_another_suppliers_product_cannot_be_chosen(client, rival_editor, product, accessible):
    client.force_login(rival_editor)
    response = client.post(
        reverse("evidence_submit"), {"product": product.ref, "form": "test_report"}
    )
    assert response.status_code == 400
    assert "Select a product from the list" in text(response)
    assert not Submission.objects.exists()


def test_a_form_that_nothing_accepts_says_so(client, product, accessible, supplier_editor, now):
    draft = services.start_submission(
        product=product, form="hazard_log", criteria=[], by=supplier_editor, now=now
    )
    shown = text(page(client, supplier_editor, address("evidence_proves", draft)))
    assert "accepts this form of evidence. Discard this draft" in shown


def test_withdrawing_asks_first(client, submitted, supplier_editor):
    client.force_login(supplier_editor)
    url = address("evidence_withdraw", submitted)
    assert "Do you want to withdraw this evidence?" in text(client.get(url))
    submitted.refresh_from_db()
    assert submitted.state == SubmissionState.SUBMITTED
    client.post(url)
    submitted.refresh_from_db()
    assert submitted.state == SubmissionState.WITHDRAWN
    assert client.get(url).status_code == 404


def test_a_draft_is_discarded_by_the_same_page(client, draft, supplier_editor):
    client.force_login(supplier_editor)
    assert "discard this draft?" in text(client.get(address("evidence_withdraw", draft)))
    client.post(address("evidence_withdraw", draft))
    assert not Submission.objects.exists()


def test_a_returned_submission_shows_why_and_starts_again(
    client, claimed, assessor, supplier_editor, now
):
    services.return_(
        submission=claimed,
        reason="It is not signed.",
        what_would_do="Send it signed.",
        by=assessor,
        now=now,
    )
    shown = text(page(client, supplier_editor, address("evidence", claimed)))
    assert "It is not signed." in shown
    assert "Send it signed." in shown
    answer = client.post(address("evidence_again", claimed))
    again = Submission.objects.get(supersedes=claimed)
    assert answer["Location"] == address("evidence_edit", again)


def test_the_list_of_submissions_filters(client, draft, submitted, supplier_editor):
    shown = text(page(client, supplier_editor, reverse("submissions"), state="submitted"))
    assert submitted.ref in shown
    shown = text(page(client, supplier_editor, reverse("submissions"), state="draft"))
    assert "No submissions match" in shown
