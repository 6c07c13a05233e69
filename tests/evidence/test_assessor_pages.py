"""The assessor's queue and bench, and what everybody may read of the outcome."""

from datetime import date

import pytest
from django.urls import reverse

from registry.accounts.models import Role
from registry.catalogue.enums import ProductState
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Decision, Submission
from tests import factories
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def test_an_assessor_works_through_the_queue(client, submitted, assessor):
    shown = text(page(client, assessor, reverse("assessment_queue")))
    assert submitted.ref in shown
    assert "No verdict turns without it, no buyer holds it" in shown

    client.post(address("assessment_take_up", submitted))
    bench = text(client.get(address("assessment", submitted)))
    assert "The supplier shows AUDIT." in bench
    assert "report.csv" in bench
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


def test_the_bench_shows_what_was_decided_before(
    client, claimed, assessor, supplier_editor, product, accessible, now
):
    factories.make_proof(product, accessible, valid=(date(2024, 1, 1), date(2025, 1, 1)))
    services.return_(
        submission=claimed, reason="Not signed.", what_would_do="Sign.", by=assessor, now=now
    )
    again = services.start_again(submission=claimed, by=supplier_editor, now=now)
    services.submit(submission=again, by=supplier_editor, now=now)
    shown = text(page(client, assessor, address("assessment", again)))
    assert f"{claimed.ref}</a> on 1 July 2026. The same file." in shown
    assert "Not signed." in shown


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
    assert "You may not assess this supplier" in shown
    assert "Take it up" not in text(client.get(address("assessment", submitted)))
    assert client.post(address("assessment_take_up", submitted)).status_code == 403
    submitted.refresh_from_db()
    assert submitted.state == SubmissionState.SUBMITTED


def test_evidence_is_revoked(client, accepted, second_assessor):
    client.force_login(second_assessor)
    url = address("evidence_revoke", accepted)
    response = client.post(url, {"revoked_from": "2030-01-01", "reason": "Forged."})
    assert response.status_code == 400
    assert "must be one that the evidence is valid on" in text(response)
    told = text(client.post(url, {"revoked_from": "2026-09-01", "reason": "Forged."}))
    assert "It stops proving 273 days, from 1 September 2026, of:" in told
    assert "which nothing else proves on that day" in told
    assert Decision.objects.count() == 1  # shown, not done
    client.post(url, {"revoked_from": "2026-09-01", "reason": "Forged.", "sure": "yes"})
    shown = text(client.get(address("evidence", accepted)))
    assert "It is revoked from 1 September 2026" in shown


def test_everybody_sees_the_fact_issuer_dates_and_decision_and_no_more(client, accepted):
    Submission.objects.filter(pk=accepted.pk).update(exclusions="The Leeds site")
    shown = text(client.get(address("evidence", accepted)))
    for public in ("Test report", "Fellside Test House", "1 June 2026", "The report is sound."):
        assert public in shown
    for private in ("report.csv", "FTH-1", "Leeds", "editor@aldermoor.test", "assessor@"):
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
