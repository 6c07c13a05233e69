"""A criterion that asks for capabilities, from its parameters to the product's timeline."""

from datetime import date, timedelta

import pytest

from procurement.interchange.selectors.vocabulary import check_problem
from registry.compliance.models import Spell
from registry.probes.models import CheckSpell
from registry.probes.selectors import asked_checks
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
CHECK = "fhir.capabilities"


def requirement(*types: str) -> dict:
    """A server of FHIR R4 that reads resources of these types."""
    resources = [{"type": kind, "interaction": [{"code": "read"}]} for kind in types]
    return {
        "resourceType": "CapabilityStatement",
        "url": "https://standards.example.test/record",
        "kind": "requirements",
        "fhirVersion": "4.0.1",
        "rest": [{"mode": "server", "resource": resources}],
    }


@pytest.fixture
def criterion(product):
    """Records shall let patients and tasks be read."""
    standard = factories.make_standard("RECORD", standard_class="technical_interop")
    return factories.make_criterion(
        factories.make_version(standard),
        "READ",
        proofs=(),
        check_id=CHECK,
        check_params={"required": requirement("Patient", "Task")},
    )


def status(on: date) -> str:
    return Spell.objects.get(period__contains=on).status


def test_a_register_file_can_name_it_and_is_refused_in_words():
    assert check_problem(CHECK, {"required": requirement("Patient")}) == ""
    refused = check_problem(CHECK, {"required": requirement("Patient") | {"kind": "instance"}})
    assert refused == "fhir.capabilities: “required” must be of kind requirements"


@pytest.mark.django_db
def test_what_no_criterion_asks_for_costs_no_worker_anything():
    asked = {check.id for check, _ in asked_checks()}
    assert {"fhir.capabilities", "fhir.profiles"} & asked == set()
    assert {"fhir.statement", "http.hsts", "openapi.document"} <= asked


def test_a_server_that_can_do_what_is_required_meets_it(criterion, endpoint, probe, now, on):
    probe(now)
    assert CheckSpell.objects.get(check_id=CHECK).result == "pass"
    assert status(on) == "met"


def test_a_server_that_lacks_something_fails_once_confirmed(criterion, endpoint, probe, now, on):
    criterion.check_params = {"required": requirement("Patient", "Basic")}
    criterion.save()
    ((_, params),) = [asked for asked in asked_checks() if asked[0].id == CHECK]
    assert params == criterion.check_params

    for hours in (0, 13, 26):
        probe(now + timedelta(hours=hours))

    spell = CheckSpell.objects.get(check_id=CHECK)
    assert spell.result == "fail"
    assert status(on + timedelta(days=1)) == "not_met"
