"""What the assessor sees beside the evidence: what was decided before, and the same files."""

import pytest

from registry.evidence import services
from registry.evidence.models import EvidenceFile
from tests import factories
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, HALF, make_draft, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def renewed(accepted, product, accessible, supplier_editor, assessor, answers, now):
    """The same file is sent again after it was accepted, and lies on the assessor's desk."""
    draft = make_draft(product, [accessible], supplier_editor, answers, now)
    services.attach_file(submission=draft, upload=upload("new.png"), by=supplier_editor, now=now)
    sent = services.submit(submission=draft, by=supplier_editor, now=now)
    return services.take_up(submission=sent, by=assessor, now=now)


def test_each_criterion_stands_with_its_forms_version_and_last_decision(
    client, renewed, accepted, assessor
):
    shown = text(page(client, assessor, address("assessment", renewed)))
    for words in (
        "WCAG 2.2, AUDIT",
        "The supplier shows AUDIT.",
        "Accepts test report",
        f"{accepted.ref}</a> on 1 July 2026, 1 June 2026 to 31 May 2027. 1 of its 1 file is here.",
        "The report is sound.",
        "What it would change",
    ):
        assert words in shown


def test_the_same_file_is_named_where_it_was_sent_before(
    client, renewed, accepted, supplier, supplier_editor, assessor, now
):
    for name in ("rota", "plan"):
        other = factories.make_product(f"aldermoor-{name}", supplier=supplier, name=name.title())
        row = factories.make_proof(other)
        if name == "plan":  # a draft, which the national team does not know of
            row = services.start_submission(
                product=other, form="document", criteria=[], by=supplier_editor, now=now
            )
        file = EvidenceFile.objects.filter(submission=renewed, name="report.csv").get()
        EvidenceFile.objects.create(
            submission=row,
            name="other.csv",
            content_type=file.content_type,
            content=file.content,
            uploaded_sha256=file.uploaded_sha256,
            size=file.size,
            uploaded_at=now,
        )
    shown = text(page(client, assessor, address("assessment", renewed)))
    words = f"“report.csv” is the same file as in {accepted.ref}, accepted for 1 June 2026"
    assert words in shown
    assert "“report.csv” was sent for 1 other product of this supplier as well: Rota." in shown
    assert "“new.png”" not in shown


def test_what_was_left_out_before_is_said_of_its_criterion(
    client, product, safe, accessible, supplier_editor, assessor, answers, now
):
    log = factories.make_criterion(accessible.version, "LOG", proofs=("test_report",))
    about = type(answers)(**{**vars(answers), "criteria": [accessible.pk, log.pk]})
    first, again = (
        services.submit(
            submission=make_draft(product, [accessible, log], supplier_editor, about, now),
            by=supplier_editor,
            now=now,
        )
        for _ in range(2)
    )
    services.take_up(submission=first, by=assessor, now=now)
    services.accept(
        submission=first,
        valid=HALF,
        reason="Sound.",
        left_out={log.pk: "No log."},
        by=assessor,
        now=now,
    )
    shown = text(page(client, assessor, address("assessment", again)))
    of_log = shown.partition("WCAG 2.2, LOG")[2].partition("</article>")[0]
    assert "Returned" in of_log
    assert "No log." in of_log
    assert "The same file." in of_log


def test_a_revocation_says_what_other_evidence_still_proves(
    client, accepted, product, accessible, second_assessor
):
    factories.make_proof(product, accessible, valid=(ASKED.lower, None))
    client.force_login(second_assessor)
    typed = {"revoked_from": "2026-09-01", "reason": "Forged."}
    shown = text(client.post(address("evidence_revoke", accepted), typed))
    assert "which other evidence proves on that day" in shown
    assert "nothing else proves" not in shown
