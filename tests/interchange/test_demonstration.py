"""What `make run` shows: facts, fictional suppliers and what their people did, seeded once."""

from datetime import date

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from procurement.buyers.models import Organisation
from procurement.contracts.models import Contract
from procurement.interchange.services.demonstration import OTHER_OWNER, PASSWORD, PEOPLE
from registry.accounts.models import Role, User
from registry.audit.models import Event
from registry.catalogue.models import Product, Supplier
from registry.common.periods import civil_date
from registry.compliance.enums import Verdict
from registry.compliance.models import VerdictSpell
from registry.evidence.models import MachineReport, Submission
from registry.evidence.presenters.reports import report_shown
from registry.evidence.rules.questionnaire import failing
from registry.evidence.selectors import (
    answered,
    findings_of,
    previous_questionnaire,
    problems_of,
)
from registry.probes.models import Endpoint, HostControl
from registry.standards.models import Capability, Standard
from tests.interchange.world import dumped, seed


@pytest.fixture(scope="module")
def _said(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMONSTRATION=True):
        yield seed()
        transaction.set_rollback(True)


@pytest.fixture
def said(_said, db):
    """What `manage.py seed` printed; what a story changes is undone after it."""
    return _said


def test_an_empty_registry_gets_facts_and_a_demonstration(said):
    assert Standard.objects.count() == 54 + 67
    assert Capability.objects.filter(group="national").count() == 47
    assert Organisation.objects.exclude(type="UNKNOWN").count() == 660
    assert Supplier.objects.filter(demonstration=True).count() == 9
    assert Product.objects.filter(state="listed").count() >= 40
    assert Contract.objects.count() >= 30
    # One host is about to be proved, one will be waited for, and the others are vouched for.
    proving = set(HostControl.objects.values_list("supplier__ref", "authority"))
    assert proving == {("aldermoor", "localhost:9440"), ("dunsford", "localhost:9446")}
    assert HostControl.objects.owed(now=timezone.now()).count() == 2
    unproved = Endpoint.objects.exclude(control="vouched")
    assert {(row.product.supplier.ref, row.authority) for row in unproved} == proving
    assert Endpoint.objects.filter(control="vouched").count() > 5
    states = set(Submission.objects.values_list("state", flat=True))
    assert states == {
        "draft", "submitted", "in_assessment", "accepted", "returned", "withdrawn",
    }  # fmt: skip
    assert Submission.objects.filter(revoked_from__isnull=False).exists()
    assert Submission.objects.filter(superseded_by__isnull=False).exists()
    _assert_a_report_is_matched()
    _assert_questionnaires_can_be_compared()
    for person in (*PEOPLE, OTHER_OWNER):
        assert person.email in said
        assert User.objects.get(email=person.email).check_password(PASSWORD)
    assert {str(role) for role in Role} <= {str(person.role) for person in PEOPLE}


def _assert_a_report_is_matched() -> None:
    """By ids of HL7's and of the demonstration's own; it waits for an assessor."""
    report = MachineReport.objects.get()
    assert (report.submission.product.ref, report.submission.state) == (
        "aldermoor-record",
        "submitted",
    )
    shown = report_shown(report)
    assert sorted(str(each.criterion) for each in shown.proved) == [
        "DAPB4020 3.2.0 PROFILES",
        "FHIR-R4 4.0.1 REACHABLE",
        "FHIR-R4 4.0.1 VERSION",
        "SMART 2.x CONFIGURATION",
    ]
    assert sorted(str(each.criterion) for each in shown.failing) == [
        "DAPB4020 3.2.0 GUIDE",
        "FHIR-R4 4.0.1 STATEMENT",
    ]
    assert [each.requirements[0] for each in shown.unmapped] == ["fellside.response-times"]


def _assert_questionnaires_can_be_compared() -> None:
    """One is half answered; one waits, and renews one that was accepted."""
    asked = Submission.objects.filter(form="questionnaire").order_by("pk")
    accepted, renewed, half = asked
    assert [each.state for each in asked] == ["accepted", "submitted", "draft"]
    assert previous_questionnaire(renewed).submission == accepted
    today = civil_date(timezone.now())
    for complete in (accepted, renewed):
        assert not failing(findings_of(answered(complete), on=today))
    problems = [each.words for each in problems_of(half, on=today)]
    assert [words for words in problems if "Not complete: B, C1, C2, C4, D1" in words] == problems
    assert {each.section.code for each in failing(findings_of(answered(half), on=today))} >= {"C3"}


def test_seeding_again_changes_nothing(said):
    before, events = dumped(), Event.objects.count()
    people, submissions = User.objects.count(), Submission.objects.count()

    said = seed()

    assert "Reference facts: there already." in said
    assert "Demonstration: there already." in said
    assert (dumped(), Event.objects.count()) == (before, events)
    assert (User.objects.count(), Submission.objects.count()) == (people, submissions)


def test_what_people_changed_since_stays_changed(said):
    Product.objects.filter(ref="aldermoor-record").update(name="Renamed")

    seed()

    assert Product.objects.get(ref="aldermoor-record").name == "Renamed"


def test_the_demonstration_shows_every_verdict(said):
    on = date(2026, 11, 23)
    shown = VerdictSpell.objects.current().on(on).values_list("verdict", flat=True)
    assert {*shown, "nothing_required"} == set(Verdict.values)
    without = Product.objects.exclude(pk__in=VerdictSpell.objects.values("product"))
    assert list(without.values_list("ref", flat=True)) == ["hartsmere-benchmark"]
