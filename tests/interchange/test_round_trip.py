"""What is loaded comes back, to the byte; loading it again changes nothing."""

from datetime import timedelta
from io import BytesIO
from random import Random

import pytest

from procurement.interchange.models import LoadedFile
from procurement.interchange.services.loading import load
from procurement.phaseout.models import Case
from procurement.phaseout.tasks import flag_due
from registry.audit.models import Event
from registry.compliance.models import Spell
from registry.evidence.models import Decision, Submission
from registry.standards.models import Standard
from tests.interchange.world import LINES, changed, dumped, load_lines, place_of, written

pytestmark = pytest.mark.django_db


def test_a_dump_is_what_was_loaded_in_the_formats_order(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)

    assert dumped() == written(LINES)


def test_lines_may_come_in_any_order(standards_editor, now):
    lines = list(LINES)
    Random(7).shuffle(lines)

    load_lines(lines, by=standards_editor, now=now)

    assert dumped() == written(LINES)


def test_a_second_load_writes_nothing(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    spells = list(Spell.objects.order_by("pk").values())
    events, decisions = Event.objects.count(), Decision.objects.count()

    again = load_lines(LINES, by=standards_editor, now=now + timedelta(days=1))

    assert not again.changed_something
    assert again.counts["proof"] == (0, 0, 1)
    assert list(Spell.objects.order_by("pk").values()) == spells
    assert Event.objects.count() == events
    assert Decision.objects.count() == decisions
    assert LoadedFile.objects.count() == 1


def test_one_event_tells_of_a_load(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)

    event = Event.objects.get(action="register.loaded")
    assert event.actor == standards_editor
    assert event.detail["lines"] == len(LINES)
    assert event.detail["kinds"]["contract"] == {"added": 1, "changed": 0}


def test_a_proof_is_evidence_accepted_by_the_officer_who_loads_it(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)

    decision = Submission.objects.get(ref="aldermoor-cscr-3").decisions.get()
    assert (decision.outcome, decision.decided_by) == ("accepted", standards_editor)


def test_a_changed_line_changes_its_row_and_the_timelines(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    lines = changed("proof", revoked_from="2024-06-01")

    loaded = load_lines(lines, by=standards_editor, now=now + timedelta(hours=1))

    assert loaded.counts["proof"] == (0, 1, 0)
    met = Spell.objects.current().filter(standard__code="DCB0129", status="met")
    assert not met.exists()
    assert dumped() == written(lines)


def test_the_two_codes_of_a_national_standard_are_one(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    place = place_of("standard")
    lines = [{**LINES[place], "code": "DAPB0129"}, {**LINES[place_of("scope")]}]
    lines[1]["standard"] = "DAPB0129"

    loaded = load_lines(lines, by=standards_editor, now=now)

    assert not loaded.changed_something
    assert Standard.objects.filter(national_number="0129").count() == 1


def test_optional_fields_survive_and_defaults_are_left_out(standards_editor, now):
    lines = changed(
        "proof", release="7.1", issued="2024-05-30", links=["https://example.test/cscr"]
    )
    place = place_of("standard", 2)
    lines[place] |= {"summary": "Nothing older.", "superseded_by": "DCB0129", "verified": False}
    lines[place_of("product")] |= {"summary": "A record", "hosting": "public_cloud"}

    load_lines(lines, by=standards_editor, now=now)

    assert dumped() == written(lines)


def test_a_29_february_and_periods_of_one_day_survive(standards_editor, now):
    lines = changed("proof", valid=["2024-02-29", "2024-03-01"])
    lines[place_of("dispensation")] |= {"period": ["2028-02-29", "2028-03-01"]}
    lines[place_of("contract")] |= {"signed": "2024-02-29", "value": None, "ocid": "ocds-1"}

    load_lines(lines, by=standards_editor, now=now)

    assert dumped() == written(lines)
    days = Spell.objects.current().filter(standard__code="DCB0129", status__in=["met", "exempt"])
    assert sorted((s.status, s.period.lower.isoformat()) for s in days) == [
        ("exempt", "2028-02-29"),
        ("met", "2024-02-29"),
    ]


def test_text_of_every_kind_survives(standards_editor, now):
    name = "Ærø — “quoted” \\ 漢字 🩺\ttabbed"
    lines = changed("product", name=name)

    load_lines(lines, by=standards_editor, now=now)

    assert dumped() == written(lines)


def test_a_dump_of_a_dump_is_the_same_file(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    first = dumped()

    again = load(stream=BytesIO(first), name="dump", by=standards_editor, now=now)

    assert not again.changed_something
    assert dumped() == first


def test_spells_of_a_check_may_move_past_each_other(standards_editor, now):
    spell = LINES[place_of("check_spell")]
    lines = [*LINES[: place_of("check_spell")]]
    before = [
        {**spell, "period": ["2023-01-05", "2024-01-01"]},
        {**spell, "result": "fail", "period": ["2024-01-01", None]},
    ]
    load_lines([*lines, *before], by=standards_editor, now=now)

    after = [
        {**spell, "result": "fail", "period": ["2023-01-05", "2023-02-01"]},
        {**spell, "period": ["2023-02-01", "2024-01-01"]},
        {**spell, "result": "fail", "period": ["2024-01-01", "2024-06-01"]},
        {**spell, "period": ["2024-06-01", None]},
    ]
    loaded = load_lines(after, by=standards_editor, now=now + timedelta(hours=1))

    assert loaded.counts["check_spell"] == (2, 2, 0)
    assert dumped() == written([*lines, *after])
    met = Spell.objects.current().filter(standard__code="RFC8996", status="met")
    assert sorted(str(row.period.lower) for row in met) == ["2023-02-01", "2024-06-01"]


def test_a_load_flags_the_products_that_it_leaves_non_compliant(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)

    (case,) = Case.objects.all()
    assert (case.product.ref, case.standard.code) == ("aldermoor-record", "DCB0129")


def test_a_mass_load_leaves_the_flags_to_the_worker(standards_editor, now, settings):
    settings.REFRESH_AT_ONCE_MAX_PRODUCTS = 0

    load_lines(LINES, by=standards_editor, now=now)

    assert Spell.objects.current().filter(status="not_met").exists()
    assert not Case.objects.exists()
    flag_due()
    assert Case.objects.count() == 1
