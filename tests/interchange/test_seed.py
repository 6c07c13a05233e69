"""What is written into an empty registry, as far as it is asked for."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db.models import Q

from procurement.buyers.models import Succession
from procurement.interchange.selectors.vocabulary import kinds
from procurement.interchange.services import seeding
from procurement.interchange.services.demonstration import OTHER_OWNER, PASSWORD, PEOPLE
from registry.accounts.models import User
from registry.catalogue.models import Product
from registry.standards.models import Standard, StandardVersion
from tests.interchange.world import seed

pytestmark = pytest.mark.django_db
DATA = Path(seeding.__file__).resolve().parent.parent / "data"


def test_only_reference_facts_when_asked(settings):
    settings.DEMONSTRATION = False

    seed("--reference-only")

    assert Standard.objects.count() == 121
    assert not Product.objects.exists()
    assert not User.objects.filter(is_machine=False).exists()


def test_production_refuses_fictional_products(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="DEMONSTRATION is off"):
        seed()

    assert not Standard.objects.exists()
    assert not User.objects.exists()


def test_production_may_ask_for_them(settings):
    settings.DEMONSTRATION = False

    said = seed("--demonstration")

    assert Product.objects.filter(ref="aldermoor-record").exists()
    # The password of the demonstration is known to everybody: it opens nothing here.
    assert PASSWORD not in said
    people = User.objects.filter(email__in=[person.email for person in PEOPLE])
    assert people.count() == len(PEOPLE)
    assert [one.email for one in people if one.check_password(PASSWORD)] == []


def test_what_the_reference_facts_say(settings):
    seed("--reference-only")

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
    seed("--reference-only")

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
