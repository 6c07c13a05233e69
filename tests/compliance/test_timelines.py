"""The algebra of compliance.md, one story for each of its sentences."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from registry.compliance import selectors, services
from tests import factories
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

JANUARY, JUNE, DECEMBER = date(2024, 1, 1), date(2024, 6, 1), date(2024, 12, 1)


@pytest.fixture
def product():
    return factories.make_product()


@pytest.fixture
def standard():
    """Required of every product from 2 May 2018; one version, always accepted."""
    return factories.make_standard()


@pytest.fixture
def version(standard):
    return factories.make_version(standard, "4.2")


@pytest.fixture
def criterion(version):
    return factories.make_criterion(version, "CSCR")


def spells(product, standard=None) -> list[tuple]:
    """The computed timeline as (status, from, until); empty where the pair has none."""
    for line in selectors.computed_timelines(product_ids=[product.pk]):
        if standard is None or line.standard_id == standard.pk:
            return [(spell.status, spell.from_, spell.until) for spell in line.spells]
    return []


def test_the_example_of_the_register_format(product, standard, version, criterion, officer, now):
    """register-format.md prints the start of this timeline."""
    version.accepted = factories.period(date(2018, 5, 2), None)
    version.save()
    factories.make_proof(product, criterion, valid=(date(2024, 6, 1), date(2025, 6, 1)))
    factories.make_dispensation(
        product, standard, (date(2025, 6, 1), date(2025, 12, 1)), by=officer
    )
    services.refresh(product_ids=[product.pk], now=now, cause=A_STORY)
    (line,) = selectors.timelines(product_ids=None)
    assert (line.product_ref, line.standard_code) == ("aldermoor-record", "DCB0129")
    assert [(spell.status, spell.from_, spell.until) for spell in line.spells] == [
        ("not_required", None, date(2018, 5, 2)),
        ("not_met", date(2018, 5, 2), date(2024, 6, 1)),
        ("met", date(2024, 6, 1), date(2025, 6, 1)),
        ("exempt", date(2025, 6, 1), date(2025, 12, 1)),
        ("not_met", date(2025, 12, 1), None),
    ]


@pytest.fixture
def officer():
    return factories.make_user()


def test_adjoining_and_overlapping_proofs_are_one_spell(product, standard, criterion):
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE))
    factories.make_proof(product, criterion, valid=(JUNE, DECEMBER))
    factories.make_proof(product, criterion, valid=(date(2024, 3, 1), date(2024, 7, 1)))
    assert spells(product) == [
        ("not_required", None, date(2018, 5, 2)),
        ("not_met", date(2018, 5, 2), JANUARY),
        ("met", JANUARY, DECEMBER),
        ("not_met", DECEMBER, None),
    ]


def test_two_hundred_proofs_of_one_criterion(product, criterion):
    """Each adjoins the one before; one is revoked, and leaves a gap of its own length."""
    starts = [JANUARY + timedelta(days=10 * number) for number in range(201)]
    for number, span in enumerate(pairwise(starts)):
        revoked_from = span[0] if number == 100 else None
        factories.make_proof(product, criterion, valid=span, revoked_from=revoked_from)
    assert spells(product)[2:] == [
        ("met", JANUARY, starts[100]),
        ("not_met", starts[100], starts[101]),
        ("met", starts[101], starts[200]),
        ("not_met", starts[200], None),
    ]


def test_five_hundred_standards_on_one_product(product):
    for number in range(500):
        factories.make_standard(f"S{number:03}", required=(None, None))
    lines = list(selectors.computed_timelines(product_ids=[product.pk]))
    assert [line.standard_code for line in lines] == [f"S{number:03}" for number in range(500)]
    assert {spell.status for line in lines for spell in line.spells} == {"not_met"}


def test_revocation_from_the_first_day_leaves_nothing(product, criterion):
    factories.make_proof(product, criterion, valid=(JANUARY, None), revoked_from=JANUARY)
    assert [status for status, *_ in spells(product)] == ["not_required", "not_met"]


def test_revocation_cuts_from_the_day_it_names(product, criterion):
    factories.make_proof(product, criterion, valid=(JANUARY, None), revoked_from=JUNE)
    assert ("met", JANUARY, JUNE) in spells(product)


def test_a_revocation_after_the_end_changes_nothing(product, criterion):
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE), revoked_from=DECEMBER)
    assert ("met", JANUARY, JUNE) in spells(product)


@pytest.mark.parametrize("state", ["draft", "submitted", "in_assessment", "returned", "withdrawn"])
def test_only_what_was_accepted_proves(product, criterion, state):
    proof = factories.make_proof(product, criterion, valid=(JANUARY, None))
    clone = type(proof).objects.create(
        ref="another",
        product=product,
        form="document",
        state=state,
        valid=proof.valid,
        created_by=proof.created_by,
        created_at=proof.created_at,
    )
    clone.criteria.add(criterion)
    proof.spoken_to.all().delete()
    assert [status for status, *_ in spells(product)] == ["not_required", "not_met"]


def test_every_must_criterion_counts_and_no_other(product, version, criterion):
    second = factories.make_criterion(version, "HAZARDS")
    factories.make_criterion(version, "NICE", level="SHOULD")
    factories.make_criterion(version, "OPTIONAL", level="MAY")
    factories.make_proof(product, criterion, valid=(JANUARY, DECEMBER))
    assert "met" not in {status for status, *_ in spells(product)}
    factories.make_proof(product, second, valid=(JUNE, None))
    assert ("met", JUNE, DECEMBER) in spells(product)


def test_a_version_without_a_must_criterion_is_met_by_nobody(product, version):
    nice = factories.make_criterion(version, "NICE", level="SHOULD")
    factories.make_proof(product, nice)
    assert [status for status, *_ in spells(product)] == ["not_required", "not_met"]


def test_meeting_a_version_counts_only_while_it_is_accepted(product, standard):
    old = factories.make_version(standard, "1", (None, JUNE))
    new = factories.make_version(standard, "2", (JANUARY, None))
    factories.make_proof(product, factories.make_criterion(old))
    assert ("not_met", JUNE, None) in spells(product)
    factories.make_proof(product, factories.make_criterion(new), valid=(JUNE, DECEMBER))
    # Two versions, one after the other, are one spell.
    assert spells(product) == [("met", None, DECEMBER), ("not_met", DECEMBER, None)]


def test_two_half_proved_versions_do_not_make_a_whole(product, standard):
    for name in ("1", "2"):
        version = factories.make_version(standard, name)
        proved = factories.make_criterion(version, "A")
        factories.make_criterion(version, "B")
        factories.make_proof(product, proved)
    assert "met" not in {status for status, *_ in spells(product)}


def test_29_february_is_a_day_like_any_other(product, criterion):
    factories.make_proof(product, criterion, valid=(date(2024, 2, 29), date(2024, 3, 1)))
    assert ("met", date(2024, 2, 29), date(2024, 3, 1)) in spells(product)


def test_a_capability_requires_while_it_is_claimed(product):
    capability = factories.make_capability()
    standard = factories.make_standard(
        "FHIR", required=(date(2024, 3, 1), None), capability=capability
    )
    assert spells(product, standard) == []
    factories.make_claim(product, capability, (JANUARY, JUNE))
    factories.make_claim(product, capability, (DECEMBER, None))
    assert spells(product, standard) == [
        ("not_required", None, date(2024, 3, 1)),
        ("not_met", date(2024, 3, 1), JUNE),
        ("not_required", JUNE, DECEMBER),
        ("not_met", DECEMBER, None),
    ]


def test_an_advisory_standard_is_met_and_never_owed(product):
    standard = factories.make_standard("ADVICE", required=None)
    criterion = factories.make_criterion(factories.make_version(standard))
    assert spells(product, standard) == []
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE))
    assert spells(product, standard) == [
        ("not_required", None, JANUARY),
        ("met", JANUARY, JUNE),
        ("not_required", JUNE, None),
    ]


def test_a_dispensation_excuses_only_what_is_required_and_not_met(
    product, standard, criterion, officer
):
    factories.make_dispensation(product, standard, (None, DECEMBER), by=officer)
    factories.make_proof(product, criterion, valid=(JANUARY, JUNE))
    assert spells(product) == [
        ("not_required", None, date(2018, 5, 2)),
        ("exempt", date(2018, 5, 2), JANUARY),
        ("met", JANUARY, JUNE),
        ("exempt", JUNE, DECEMBER),
        ("not_met", DECEMBER, None),
    ]


class TestChecks:
    """A check proves the days on which every endpoint in service passes."""

    @pytest.fixture
    def criterion(self, version):
        return factories.make_criterion(version, "TLS", proofs=(), check_id="tls.version")

    @pytest.fixture
    def endpoint(self, product):
        return factories.make_endpoint(product, in_service=(JANUARY, None))

    def test_in_service_and_passing(self, product, criterion, endpoint):
        factories.make_check_spell(endpoint, (JUNE, DECEMBER))
        assert spells(product)[2:] == [("met", JUNE, DECEMBER), ("not_met", DECEMBER, None)]

    def test_passing_before_service_proves_nothing(self, product, criterion, endpoint):
        factories.make_check_spell(endpoint)
        assert spells(product)[1:] == [
            ("not_met", date(2018, 5, 2), JANUARY),
            ("met", JANUARY, None),
        ]

    @pytest.mark.parametrize("result", ["fail", "unknown"])
    def test_failing_or_unverified_days_are_not_proved(self, product, criterion, endpoint, result):
        factories.make_check_spell(endpoint, (None, JUNE))
        factories.make_check_spell(endpoint, (JUNE, DECEMBER), result=result)
        factories.make_check_spell(endpoint, (DECEMBER, None))
        assert spells(product)[2:] == [
            ("met", JANUARY, JUNE),
            ("not_met", JUNE, DECEMBER),
            ("met", DECEMBER, None),
        ]

    def test_every_endpoint_in_service_must_pass(self, product, criterion, endpoint):
        factories.make_check_spell(endpoint)
        other = factories.make_endpoint(
            product, "https://other.example.test", in_service=(JUNE, DECEMBER)
        )
        assert ("not_met", JUNE, DECEMBER) in spells(product)
        factories.make_check_spell(other, (date(2024, 9, 1), None))
        assert ("not_met", JUNE, date(2024, 9, 1)) in spells(product)

    def test_days_with_nothing_in_service_are_not_proved(self, product, criterion, endpoint):
        factories.make_check_spell(endpoint)
        endpoint.in_service = factories.period(JANUARY, JUNE)
        endpoint.save()
        assert spells(product)[2:] == [("met", JANUARY, JUNE), ("not_met", JUNE, None)]

    def test_an_endpoint_that_the_check_does_not_speak_of_is_beside_the_point(
        self, product, version
    ):
        factories.make_criterion(version, "FHIR", proofs=(), check_id="fhir.statement")
        web = factories.make_endpoint(product, profile="web")
        factories.make_check_spell(web, check_id="fhir.statement")
        assert "met" not in {status for status, *_ in spells(product)}
        fhir = factories.make_endpoint(product, "https://fhir.example.test")
        factories.make_check_spell(fhir, check_id="fhir.statement")
        assert ("met", date(2023, 1, 1), None) in spells(product)

    def test_each_check_speaks_for_itself(self, product, criterion, endpoint):
        factories.make_check_spell(endpoint, (JANUARY, DECEMBER))
        factories.make_check_spell(endpoint, (JANUARY, JUNE), check_id="fhir.statement")
        factories.make_check_spell(endpoint, (JUNE, None), result="fail", check_id="fhir.statement")
        assert spells(product)[2:] == [("met", JANUARY, DECEMBER), ("not_met", DECEMBER, None)]

    def test_evidence_fills_what_the_check_leaves_open(self, product, version, endpoint):
        either = factories.make_criterion(version, "TLS", check_id="tls.version")
        factories.make_check_spell(endpoint, (JANUARY, JUNE))
        factories.make_proof(product, either, valid=(JUNE, DECEMBER))
        assert ("met", JANUARY, DECEMBER) in spells(product)

    def test_a_check_that_nobody_knows_proves_nothing(self, product, version, endpoint):
        factories.make_criterion(version, "OLD", proofs=(), check_id="no.such-check")
        factories.make_check_spell(endpoint, check_id="no.such-check")
        assert "met" not in {status for status, *_ in spells(product)}
