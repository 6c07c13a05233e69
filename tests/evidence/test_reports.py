"""Machines' reports prove exactly the criteria whose requirements they name and pass."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.catalogue.services import members
from registry.common.errors import NotPermitted
from registry.evidence import services
from registry.evidence.models import EvidenceFile, MachineReport, Submission
from registry.evidence.rules import reports as rules
from registry.tokens import services as tokens
from registry.tokens.models import ApiToken
from tests import factories
from tests.evidence.reports import fhir, inferno

pytestmark = pytest.mark.django_db
URL = "/api/v1/evidence/"


@pytest.fixture
def criteria(db):
    """Three criteria: of a patient, of a search, and one that takes no machine's word."""
    version = factories.make_version(factories.make_standard("UKCORE"), "2.0")
    made = {}
    for code, proofs in (
        ("PATIENT", ("machine_report",)),
        ("SEARCH", ("machine_report",)),
        ("SIGNED", ("document",)),
    ):
        made[code] = factories.make_criterion(
            version, code, proofs=proofs, requirements=[f"uk.core_2.0.0@{code}"]
        )
    return made


@pytest.fixture
def token(supplier, supplier_owner, now):
    _, text = tokens.make_token(
        supplier=supplier, name="CI", lasts=timedelta(days=30), by=supplier_owner, now=now
    )
    return text


def report(content=None):
    content = content or inferno(
        [("a", "pass"), ("b", "pass"), ("c", "skip"), ("d", "pass"), ("e", "fail")],
        a=["uk.core_2.0.0@PATIENT"],
        b=["uk.core_2.0.0@SEARCH"],
        c=["uk.core_2.0.0@SEARCH"],
        d=["uk.core_2.0.0@SIGNED", "uk.core_2.0.0@PATIENT2"],
    )
    return SimpleUploadedFile("results.json", content)


def post(client, token, **data):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    return client.post(URL, data, **headers)


def test_a_report_becomes_a_draft_of_what_it_proves_and_no_more(
    product, criteria, supplier_editor, now
):
    sent = services.send_report(product=product, upload=report(), by=supplier_editor, now=now)
    draft = sent.submission
    assert list(draft.criteria.all()) == [criteria["PATIENT"]]
    assert (draft.issuer, str(draft.issued_on), draft.state) == (
        "Inferno 1.0.1",
        "2026-06-01",
        "draft",
    )
    again = services.send_report(product=product, upload=report(), by=supplier_editor, now=now)
    assert (again.created, again.submission, Submission.objects.count()) == (False, draft, 1)


def test_a_criterion_that_the_report_does_not_prove_cannot_be_sent(
    product, criteria, supplier_editor, now
):
    draft = services.send_report(
        product=product, upload=report(), by=supplier_editor, now=now
    ).submission
    services.choose(
        submission=draft,
        chosen={product.pk: [criteria["PATIENT"].pk, criteria["SEARCH"].pk]},
        by=supplier_editor,
        now=now,
    )
    with pytest.raises(services.Incomplete, match="does not prove UKCORE SEARCH"):
        services.submit(submission=draft, by=supplier_editor, now=now)


def test_a_fhir_test_report_speaks_by_the_names_of_its_tests():
    read = rules.read(fhir(("uk.core@1", "pass"), ("uk.core@2", "warning"), ("other", "pass")))
    assert (read.tool, read.title) == ("Fellside Test House", "TestScript/uk-core")
    found = rules.mapped(read.results, {"uk.core@1": [1], "uk.core@2": [2]})
    assert [each.criterion for each in found.proved] == [1]
    assert [each.criterion for each in found.failing] == [2]
    assert [each.name for each in found.unmapped] == ["other"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[NaN]", "NaN is not JSON"),
        (b"[" * 70 + b"]" * 70, "nested more than 64"),
        (b"[" * 5000 + b"]" * 5000, "nested more than 64"),
        (b"{", "line 1"),
        (b'{"resourceType": "Bundle"}', "Bundle"),
        (b"[]", "holds no result"),
        (b'[{"test_id": "a", "result": "maybe"}]', r"results\[0\].result is “maybe”"),
        (fhir(("a", "good")), r"TestReport.test\[0\].action\[0\]|must be one of"),
        (fhir(("a", "pass"), status="in-progress"), "completed run"),
        (fhir(issued="yesterday"), "no date"),
        # What PostgreSQL does not keep, and what no answer can be written with.
        (fhir(("uk.core\0@1", "pass")), r"test\[0\].name holds letters that no id has"),
        (inferno([("a", "pass")], a=["uk.core@\udfff"]), "holds letters that no id has"),
        (b'{"a\\ud800": 1, "a\\ud800": 2}', "the name “a” stands twice"),
        (b'{"resourceType": "B\\ud800\\u0000"}', "its resourceType is B$"),
    ],
)
def test_what_is_no_report_is_refused_with_the_place(content, words):
    with pytest.raises(rules.ReportRefused, match=words):
        rules.read(content)


def test_a_token_sends_a_report_and_reads_it_back(client, product, criteria, token, today):
    answer = post(client, token, product=product.ref, report=report(), send="true")
    assert answer.status_code == 201
    facts = answer.json()
    assert (facts["state"], facts["problems"]) == ("submitted", [])
    assert [(each["code"], each["proved"]) for each in facts["criteria"]] == [
        ("PATIENT", True),
        ("SEARCH", False),
    ]
    assert [each["name"] for each in facts["unmapped"]] == ["d", "e"]
    again = post(client, token, product=product.ref, report=report())
    assert (again.status_code, again["Location"]) == (200, answer["Location"])
    read = client.get(answer["Location"], HTTP_AUTHORIZATION=f"Bearer {token}")
    assert read.json() == facts
    assert ApiToken.objects.get().last_used_on is not None
    assert MachineReport.objects.get().token.startswith("CI")


def test_who_may_not_is_told_and_nothing_is_kept(client, product, token, rival, today):
    theirs = factories.make_product("brackenfell-notes", supplier=rival)
    for presented, about, status in (
        ("pcr_unknown", product.ref, 401),
        ("", product.ref, 401),
        (token, theirs.ref, 403),
        (token, "nothing", 400),
    ):
        answer = post(client, presented, product=about, report=report())
        assert answer.status_code == status, (presented, about)
    assert client.post(URL, {}, HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 400
    bad = client.post(
        URL, "{}", content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
    )
    assert bad.status_code == 415
    assert (Submission.objects.count(), EvidenceFile.objects.count()) == (0, 0)


def test_a_report_too_large_or_too_often_is_refused(client, product, token, settings, today):
    settings.EVIDENCE_FILE_MAX_BYTES = 10
    assert post(client, token, product=product.ref, report=report()).status_code == 413
    settings.MACHINE_REPORTS_AN_HOUR = 1
    answer = post(client, token, product=product.ref, report=report())
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


def test_a_token_stops_when_it_is_revoked_or_over_or_its_maker_left(
    supplier, supplier_owner, supplier_editor, rival_editor, token, now
):
    row = ApiToken.objects.get()
    assert tokens.recognise(text=token, now=now) == row
    assert tokens.recognise(text=token, now=now + timedelta(days=30)) is None
    for stranger in (supplier_editor, rival_editor):
        with pytest.raises(NotPermitted):
            tokens.revoke_token(token=row, by=stranger, now=now)
    second = factories.make_member(supplier, "second@aldermoor.test", "supplier_owner")
    members.remove_member(user=supplier_owner, supplier=supplier, by=second, now=now)
    assert tokens.recognise(text=token, now=now) is None


def test_an_owner_makes_and_revokes_a_token_on_the_page(client, supplier, supplier_owner, today):
    client.force_login(supplier_owner)
    made = client.post(
        "/supplier/tokens/", {"supplier": supplier.ref, "name": "Nightly", "days": "90"}
    )
    row = ApiToken.objects.get()
    assert "pcr_" in made.content.decode()
    assert "pcr_" not in client.get("/supplier/tokens/").content.decode()
    client.post(f"/supplier/tokens/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at is not None
