"""How long evidence lasts, and what a submission must say."""

from dataclasses import replace
from datetime import date

import pytest

from registry.evidence.rules import validity
from registry.evidence.rules.completeness import LOOKED_UP, Claimed, problems
from registry.standards.enums import Form

ON = date(2026, 7, 1)
CLAIM = Claimed(
    form="certificate",
    standards=["CE"],
    issuer="Merrow Certification",
    reference="MC-1",
    issued_on=date(2026, 6, 1),
    start=date(2026, 6, 1),
    until=date(2027, 6, 1),
    files=1,
    links=0,
)


@pytest.mark.parametrize(
    ("form", "standard", "issued_on", "end"),
    [
        ("certificate", "CE", date(2026, 3, 5), date(2027, 3, 5)),
        ("certificate", "CE", date(2024, 2, 29), date(2025, 2, 28)),
        ("published_assessment", "DCB0086", date(2026, 3, 5), date(2026, 7, 1)),
        ("published_assessment", "DCB0086", date(2026, 6, 30), date(2026, 7, 1)),
        ("published_assessment", "DCB0086", date(2026, 7, 1), date(2027, 7, 1)),
        ("test_report", "PENTEST", date(2026, 12, 31), date(2027, 12, 31)),
        ("certificate", "ISO27001", date(2026, 1, 1), date(2029, 1, 1)),
        ("declaration", "ISB0149", date(2026, 1, 1), None),
    ],
)
def test_the_usual_end(form, standard, issued_on, end):
    assert validity.usual_end(form=form, standards=[standard], issued_on=issued_on) == end


def test_evidence_for_several_standards_lasts_as_long_as_the_most_demanding_allows():
    both = validity.usual_end(
        form="certificate", standards=["ISO27001", "CE"], issued_on=date(2026, 1, 1)
    )
    assert both == date(2027, 1, 1)


@pytest.mark.parametrize("months", [1, 11, 12, 13, 25, 36])
def test_months_are_added_over_the_turn_of_years(months):
    day = validity.add_months(date(2026, 12, 31), months)
    assert (day.year * 12 + day.month) - (2026 * 12 + 12) == months


def test_every_form_named_in_the_rules_exists():
    named = {form for _, form in validity._BY_STANDARD if form} | set(validity._BY_FORM)
    assert named | LOOKED_UP <= set(Form.values)


def test_a_complete_claim_has_no_problem():
    assert problems(CLAIM, on=ON) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"standards": []}, "criteria"),
        ({"issuer": ""}, "issuer"),
        ({"issued_on": None}, "issued_on"),
        ({"issued_on": date(2026, 7, 2), "start": date(2026, 7, 2)}, "issued_on"),
        ({"issued_on": date(1960, 1, 1)}, "issued_on"),
        ({"start": None}, "valid_from"),
        ({"start": date(2026, 5, 31)}, "valid_from"),
        ({"until": date(2026, 6, 1)}, "valid_until"),
        ({"until": date(2027, 6, 2)}, "valid_until"),
        ({"until": None}, "valid_until"),
        ({"until": date(2026, 7, 1)}, "valid_until"),
        ({"files": 0}, "file"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(change, field):
    assert [problem.field for problem in problems(replace(CLAIM, **change), on=ON)] == [field]


def test_the_issue_date_may_be_today():
    assert problems(replace(CLAIM, issued_on=ON, start=ON, until=date(2027, 7, 1)), on=ON) == []


def test_a_link_will_do_and_so_will_a_number_that_can_be_looked_up():
    assert problems(replace(CLAIM, files=0, links=1), on=ON) == []
    looked_up = replace(CLAIM, form="registration", standards=["UK-GDPR"], files=0)
    assert problems(looked_up, on=ON) == []
    assert [p.field for p in problems(replace(looked_up, reference=""), on=ON)] == ["reference"]
