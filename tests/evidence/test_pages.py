"""The supplier's and the assessor's pages, and who gets which answer."""

from datetime import date

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.accounts.models import Role
from registry.catalogue.enums import ProductState
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Decision, Submission
from tests import factories
from tests.evidence import files
from tests.evidence.conftest import ASKED, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield


def address(name, submission=None, **more):
    return reverse(name, kwargs={"ref": submission.ref, **more} if submission else None)


def page(client, user, url, **params):
    client.force_login(user)
    return client.get(url, params)


def text(response):
    return response.content.decode()


TYPED = {
    "issuer": "Fellside Test House",
    "issued_on": "2026-06-01",
    "valid_from": "",
    "valid_until": "2027-05-31",
    "then": "check",
}


# The supplier


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
    assert answer["Location"] == address("evidence_edit", draft)
    assert list(draft.criteria.all()) == [accessible]

    sent = {**TYPED, "criteria": [accessible.pk], "file": upload("report.pdf")}
    answer = client.post(address("evidence_edit", draft), sent)
    assert answer["Location"] == address("evidence_check", draft)
    draft.refresh_from_db()
    assert (draft.valid, draft.files.get().name) == (ASKED, "report.pdf")

    check = text(client.get(address("evidence_check", draft)))
    assert "1 June 2026 to 31 May 2027" in check
    assert "not scanned for viruses" in check
    answer = client.post(address("evidence_check", draft))
    assert answer["Location"] == address("evidence", draft)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.SUBMITTED
    assert "It waits for an assessor." in text(client.get(address("evidence", draft)))


def test_what_was_typed_is_kept_and_every_problem_is_said(
    client, product, accessible, supplier_editor, now
):
    client.force_login(supplier_editor)
    draft = services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )
    response = client.post(
        address("evidence_edit", draft),
        {
            "issuer": "  Fellside Test House",
            "issued_on_day": "31",
            "issued_on_month": "2",
            "issued_on_year": "2026",
            "link": "javascript:alert(1)",
            "file": upload("bad.pdf", files.png()),
        },
    )
    shown = text(response)
    assert response.status_code == 400
    assert "There is a problem" in shown
    assert "Issue date must be a real date" in shown
    assert "“bad.pdf” cannot be used: its content is not a PDF" in shown
    assert 'value="  Fellside Test House"' in shown or 'value="Fellside Test House"' in shown
    assert 'value="31"' in shown
    draft.refresh_from_db()
    assert (draft.issuer, draft.files.count()) == ("", 0)


def test_a_good_file_is_kept_when_another_answer_is_wrong(client, draft, supplier_editor):
    client.force_login(supplier_editor)
    client.post(
        address("evidence_edit", draft),
        {**TYPED, "issued_on": "never", "file": [upload("a.png"), upload("b.exe", b"MZ")]},
    )
    assert [file.name for file in draft.files.all()] == ["report.pdf", "a.png"]


def test_an_incomplete_draft_is_saved_and_its_gaps_are_named(
    client, product, accessible, supplier_editor, now
):
    client.force_login(supplier_editor)
    draft = services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )
    response = client.post(address("evidence_edit", draft), {"issuer": "Fellside", "then": "check"})
    assert response.status_code == 400
    for words in (
        "Select what the evidence proves",
        "Enter the date the evidence was issued",
        "Attach a file or give a link",
    ):
        assert words in text(response)
    draft.refresh_from_db()
    assert draft.issuer == "Fellside"
    later = client.post(address("evidence_edit", draft), {"issuer": "Fellside", "then": "later"})
    assert later["Location"] == reverse("submissions")


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
    shown = text(page(client, supplier_editor, address("evidence_edit", draft)))
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


# The assessor


def test_an_assessor_works_through_the_queue(client, submitted, assessor):
    shown = text(page(client, assessor, reverse("assessment_queue")))
    assert submitted.ref in shown
    assert "Not proved before" in shown

    client.post(address("assessment_take_up", submitted))
    bench = text(client.get(address("assessment", submitted)))
    assert "The supplier shows AUDIT." in bench
    assert "report.pdf" in bench
    assert 'value="31"' in bench  # the last valid day comes filled in

    answer = client.post(
        address("assessment_accept", submitted),
        {"valid_from": "2026-06-01", "valid_until": "2026-11-30", "reason": "Sound."},
    )
    assert answer["Location"] == address("evidence", submitted)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.valid.upper) == (
        SubmissionState.ACCEPTED,
        date(2026, 12, 1),
    )
    assert "Nothing to assess" in text(client.get(reverse("assessment_queue")))


def test_a_refused_decision_keeps_what_was_typed(client, claimed, assessor):
    client.force_login(assessor)
    response = client.post(
        address("assessment_accept", claimed),
        {"valid_from": "2026-01-01", "valid_until": "", "reason": "I typed this."},
    )
    assert response.status_code == 400
    assert "within what the supplier asked for: 1 June 2026 to 31 May 2027" in text(response)
    assert "I typed this." in text(response)
    response = client.post(address("assessment_return", claimed), {"reason": "Half."})
    assert response.status_code == 400
    assert "Enter what would do instead" in text(response)
    assert "Half." in text(response)
    assert not Decision.objects.exists()


def test_a_decision_that_came_too_late_is_told(client, claimed, assessor, supplier_editor, now):
    services.withdraw(submission=claimed, by=supplier_editor, now=now)
    client.force_login(assessor)
    response = client.post(
        address("assessment_accept", claimed),
        {"valid_from": "2026-06-01", "valid_until": "2027-05-31", "reason": "Sound."},
    )
    assert response.status_code == 409
    assert "It was withdrawn." in text(response)


def test_the_second_assessor_sees_what_the_first_accepted(
    client, safety_case, assessor, second_assessor, now
):
    client.force_login(assessor)
    assert "a second assessor must accept it too" in text(
        client.get(address("assessment", safety_case))
    )
    services.accept(submission=safety_case, valid=ASKED, reason="Fine.", by=assessor, now=now)
    bench = text(client.get(address("assessment", safety_case)))
    assert "You accepted this first" in bench
    assert "Take it up" not in bench

    shown = text(page(client, second_assessor, reverse("assessment_queue"), show="second"))
    assert "Awaits a second assessor" in shown
    client.post(address("assessment_take_up", safety_case))
    bench = text(client.get(address("assessment", safety_case)))
    assert "assessor@national.test accepted it for 1 June 2026 to 31 May 2027" in bench


def test_an_assessor_of_the_supplier_gets_no_buttons_and_no_way_round(
    client, supplier, submitted, now
):
    insider = factories.make_member(supplier, "insider@aldermoor.test")
    factories.RoleGrant.objects.create(user=insider, role=Role.ASSESSOR, granted_at=now)
    shown = text(page(client, insider, reverse("assessment_queue")))
    assert "You act for this supplier" in shown
    assert "Take it up" not in text(client.get(address("assessment", submitted)))
    assert client.post(address("assessment_take_up", submitted)).status_code == 403
    submitted.refresh_from_db()
    assert submitted.state == SubmissionState.SUBMITTED


def test_the_most_urgent_stands_first(client, product, accessible, safe, submitted, safety_case):
    """What nothing proves comes before what is proved for a while."""
    factories.make_proof(product, accessible, valid=(date(2025, 1, 1), date(2026, 9, 1)))
    services.put_back(submission=safety_case, by=safety_case.assessor, now=safety_case.taken_up_at)
    assessor = factories.make_user(role=Role.ASSESSOR)
    shown = text(page(client, assessor, reverse("assessment_queue")))
    assert shown.index(safety_case.ref) < shown.index(submitted.ref)
    assert "Lapses on 1 September 2026" in shown
    shown = text(page(client, assessor, reverse("assessment_queue"), order="oldest"))
    assert shown.index(submitted.ref) < shown.index(safety_case.ref)


def test_evidence_is_revoked(client, accepted, second_assessor):
    client.force_login(second_assessor)
    url = address("evidence_revoke", accepted)
    response = client.post(url, {"revoked_from": "2030-01-01", "reason": "Forged."})
    assert response.status_code == 400
    assert "must be one that the evidence is valid on" in text(response)
    client.post(url, {"revoked_from": "2026-09-01", "reason": "Forged."})
    shown = text(client.get(address("evidence", accepted)))
    assert "It is revoked from 1 September 2026" in shown


# The public


def test_everybody_sees_the_fact_issuer_dates_and_decision_and_no_more(client, accepted):
    Submission.objects.filter(pk=accepted.pk).update(exclusions="The Leeds site")
    shown = text(client.get(address("evidence", accepted)))
    for public in ("Test report", "Fellside Test House", "1 June 2026", "The report is sound."):
        assert public in shown
    for private in ("report.pdf", "FTH-1", "Leeds", "editor@aldermoor.test", "assessor@"):
        assert private not in shown


def test_what_was_said_when_returning_is_not_published(
    client, safety_case, assessor, second_assessor, now
):
    services.accept(submission=safety_case, valid=ASKED, reason="One.", by=assessor, now=now)
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    services.return_(
        submission=safety_case,
        reason="Secret",
        what_would_do="Secret",
        by=second_assessor,
        now=now,
    )
    assert client.get(address("evidence", safety_case)).status_code == 404


def test_accepted_evidence_of_an_unlisted_draft_product_is_not_public(client, accepted, product):
    product.state = ProductState.DRAFT
    product.save()
    assert client.get(address("evidence", accepted)).status_code == 404


# Who gets which answer

MEMBERS = {"supplier_owner", "supplier_editor"}
TEAM = {
    "assessor",
    "case_officer",
    "approver",
    "standards_editor",
    "auditor",
    "administrator",
}
CAST = sorted(MEMBERS | TEAM | {"rival_editor", "buyer", "outsider"})

# Address: who gets in; who may see that it exists but not use it (403). The others get 404.
WAYS_IN = {
    ("GET", "evidence", "submitted"): (MEMBERS | TEAM, set()),
    ("GET", "evidence_edit", "draft"): (MEMBERS, set()),
    ("GET", "evidence_check", "draft"): (MEMBERS, set()),
    ("GET", "evidence_withdraw", "submitted"): (MEMBERS, TEAM),
    ("POST", "evidence_again", "returned"): (MEMBERS, TEAM),
    ("POST", "evidence_withdraw", "submitted"): (MEMBERS, TEAM),
    ("POST", "evidence_check", "draft"): (MEMBERS, set()),
    ("GET", "assessment", "submitted"): ({"assessor", "auditor"}, set(CAST)),
    ("POST", "assessment_take_up", "submitted"): ({"assessor"}, MEMBERS | TEAM),
    ("POST", "assessment_put_back", "claimed"): ({"assessor"}, MEMBERS | TEAM),
    ("POST", "assessment_accept", "claimed"): ({"assessor"}, set(CAST)),
    ("POST", "assessment_return", "claimed"): ({"assessor"}, set(CAST)),
    ("GET", "evidence_revoke", "submitted"): ({"assessor"}, set(CAST)),
    ("GET", "assessment_queue", None): ({"assessor", "auditor"}, set(CAST)),
    ("GET", "submissions", None): (MEMBERS | {"rival_editor"}, set(CAST)),
    ("GET", "evidence_submit", None): (MEMBERS | {"rival_editor"}, set(CAST)),
    ("GET", "supplier_desk", None): (MEMBERS | {"rival_editor"}, set(CAST)),
}


@pytest.fixture
def returned(claimed, assessor, now):
    return services.return_(submission=claimed, reason="x", what_would_do="y", by=assessor, now=now)


@pytest.mark.parametrize("way", WAYS_IN, ids=lambda way: f"{way[0]}-{way[1]}")
def test_every_address_answers_each_role_as_it_should(request, client, way):
    method, name, thing = way
    let_in, refused = WAYS_IN[way]
    submission = request.getfixturevalue(thing) if thing else None
    cast = {person: request.getfixturevalue(person) for person in CAST}
    before = list(Submission.objects.values())
    for person in CAST:
        with transaction.atomic():
            client.force_login(cast[person])
            status = client.generic(method, address(name, submission)).status_code
            if person in let_in:
                assert status in (200, 302, 400), person
            else:
                assert status == (403 if person in refused else 404), person
                assert list(Submission.objects.values()) == before, person
            transaction.set_rollback(True)


@pytest.mark.parametrize("way", WAYS_IN, ids=lambda way: f"{way[0]}-{way[1]}")
def test_nobody_gets_in_without_signing_in(request, client, way):
    method, name, thing = way
    submission = request.getfixturevalue(thing) if thing else None
    response = client.generic(method, address(name, submission))
    if name == "evidence":
        assert response.status_code == 404
    else:
        assert response["Location"].startswith(reverse("account_login"))


# Queries


@pytest.mark.parametrize("name", ["submissions", "assessment_queue", "supplier_desk"])
def test_a_list_of_fifty_takes_as_many_queries_as_a_list_of_one(
    client, name, product, accessible, supplier_editor, assessor, now, django_assert_num_queries
):
    person = assessor if name == "assessment_queue" else supplier_editor
    client.force_login(person)

    factories.make_endpoint(product)
    _submissions(product, accessible, supplier_editor, now, 1)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as first:
        assert client.get(reverse(name)).status_code == 200
    _submissions(product, accessible, supplier_editor, now, 49)
    for number in range(9):
        other = factories.make_product(f"other-{number}", supplier=product.supplier)
        factories.make_endpoint(other, f"https://fhir{number}.example.test/r4")
    with django_assert_num_queries(len(first)):
        client.get(reverse(name))


def _submissions(product, criterion, by, now, count):
    rows = Submission.objects.bulk_create(
        Submission(
            ref=f"many-{count}-{number}",
            product=product,
            form="test_report",
            state=SubmissionState.SUBMITTED,
            created_by=by,
            created_at=now,
            submitted_by=by,
            submitted_at=now,
        )
        for number in range(count)
    )
    for row in rows:
        row.criteria.add(criterion)
