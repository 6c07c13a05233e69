"""An empty registry becomes one that can be shown, once."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.utils import timezone

from procurement.buyers.models import Organisation, Succession
from procurement.contracts.models import Contract
from procurement.interchange.selectors.vocabulary import kinds
from procurement.interchange.services import seeding
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
from registry.standards.models import Capability, Standard, StandardVersion
from tests.interchange.world import dumped

pytestmark = pytest.mark.django_db
DATA = Path(seeding.__file__).resolve().parent.parent / "data"


def run(*arguments: str) -> str:
    """What `manage.py seed` printed."""
    out = StringIO()
    call_command("seed", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def demonstration(settings):
    """As `make run` says it."""
    settings.DEMONSTRATION = True
    # Hashing a password well takes a good part of a second, and there are eleven.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_an_empty_registry_gets_facts_and_a_demonstration(demonstration):
    said = run()

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


def test_seeding_again_changes_nothing(demonstration):
    run()
    before, events = dumped(), Event.objects.count()
    people, submissions = User.objects.count(), Submission.objects.count()

    said = run()

    assert "Reference facts: there already." in said
    assert "Demonstration: there already." in said
    assert (dumped(), Event.objects.count()) == (before, events)
    assert (User.objects.count(), Submission.objects.count()) == (people, submissions)


def test_what_people_changed_since_stays_changed(demonstration):
    run()
    Product.objects.filter(ref="aldermoor-record").update(name="Renamed")

    run()

    assert Product.objects.get(ref="aldermoor-record").name == "Renamed"


def test_the_demonstration_shows_every_verdict(demonstration):
    run()

    on = date(2026, 11, 23)
    shown = VerdictSpell.objects.current().on(on).values_list("verdict", flat=True)
    assert {*shown, "nothing_required"} == set(Verdict.values)
    without = Product.objects.exclude(pk__in=VerdictSpell.objects.values("product"))
    assert list(without.values_list("ref", flat=True)) == ["hartsmere-benchmark"]


def test_only_reference_facts_when_asked(settings):
    settings.DEMONSTRATION = False

    run("--reference-only")

    assert Standard.objects.count() == 121
    assert not Product.objects.exists()
    assert not User.objects.filter(is_machine=False).exists()


def test_production_refuses_fictional_products(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="DEMONSTRATION is off"):
        run()

    assert not Standard.objects.exists()
    assert not User.objects.exists()


def test_production_may_ask_for_them(settings, demonstration):
    settings.DEMONSTRATION = False

    said = run("--demonstration")

    assert Product.objects.filter(ref="aldermoor-record").exists()
    # The password of the demonstration is known to everybody: it opens nothing here.
    assert PASSWORD not in said
    people = User.objects.filter(email__in=[person.email for person in PEOPLE])
    assert people.count() == len(PEOPLE)
    assert [one.email for one in people if one.check_password(PASSWORD)] == []


def test_what_the_reference_facts_say(settings):
    run("--reference-only")

    one = Standard.objects.get(national_number="3051")
    assert one.code == "DCB3051"
    retired = StandardVersion.objects.get(standard__code="DTAC", version="1.0")
    assert retired.accepted.upper == date(2026, 4, 6)
    # A CCG and the sub-ICB location that kept its code: its functions went to the board.
    hull = Succession.objects.get(predecessor__ods="03F")
    assert (hull.successor.ods, hull.on) == ("QOQ", date(2022, 7, 1))
    # Many to many: Frimley's board was divided between three.
    heirs = Succession.objects.filter(predecessor__ods="QNQ")
    assert heirs.values_list("successor__ods", flat=True).count() == 3
    gone = Standard.objects.get(code="S13").scopes.get()
    assert (gone.capability.ref, gone.required.upper) == ("C13", date(2023, 8, 11))
    assert not Standard.objects.get(code="DCB0160").scopes.exists()


def test_every_standard_can_be_met(settings):
    """A version without a MUST criterion is met by nobody, which nobody can have meant."""
    run("--reference-only")

    versions = StandardVersion.objects.all()
    assert not versions.exclude(criteria__level="MUST").exists()
    provable = Q(criteria__proofs__len__gt=0) | ~Q(criteria__check_id="")
    assert not versions.exclude(provable).exists()


def _lines(name: str) -> list[str]:
    return (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def test_the_files_are_written_as_a_dump_writes_them():
    for path in sorted(DATA.glob("*/*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            said = json.loads(line)
            again = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
            assert line == again, f"{path.name}:{number}"
            order = ["kind", *(field.name for field in kinds()[said["kind"]].fields)]
            assert list(said) == [name for name in order if name in said], f"{path.name}:{number}"


def test_demonstration_companies_are_fictional():
    """Their addresses are of the kind that can belong to nobody (RFC 2606)."""
    text = "".join(path.read_text() for path in DATA.glob("demonstration/*"))
    names = [each["requirements"] for each in map(json.loads, _lines("demonstration/criteria"))]
    assert all(name.startswith("registry.demonstration.") for found in names for name in found)
    hosts = {part.split("/")[0].split('"')[0] for part in text.split("https://")[1:]}
    assert {host.partition(":")[0] for host in hosts} == {"localhost", "www.example.com"}
    assert all(person.email.endswith(".example") for person in (*PEOPLE, OTHER_OWNER))
