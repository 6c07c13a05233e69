"""What decisions do to the product's timeline, and nothing else does."""

from datetime import date

import pytest

from registry.common.periods import period
from registry.compliance.selectors import explain, timelines
from registry.evidence import services
from tests.evidence.conftest import ASKED

pytestmark = pytest.mark.django_db

REQUIRED = date(2018, 5, 2)


@pytest.fixture
def line(product):
    """The product's timeline for its one standard, as the register holds it."""

    def read():
        [pair] = timelines(product_ids=[product.pk])
        return [(spell.status, spell.from_, spell.until) for spell in pair.spells]

    return read


def test_nothing_is_proved_until_it_is_accepted(line, product, claimed, assessor, now):
    services.accept(submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=now)
    assert line() == [
        ("not_required", None, REQUIRED),
        ("not_met", REQUIRED, ASKED.lower),
        ("met", ASKED.lower, ASKED.upper),
        ("not_met", ASKED.upper, None),
    ]


def test_only_the_days_that_were_accepted_are_met(line, claimed, assessor, now):
    half = period(date(2026, 6, 15), date(2026, 12, 1))
    services.accept(submission=claimed, valid=half, reason="Sound.", by=assessor, now=now)
    assert [each for each in line() if each[0] == "met"] == [("met", half.lower, half.upper)]


def test_revoking_cuts_the_days_from_the_one_named(line, accepted, assessor, now):
    services.revoke(
        submission=accepted, from_=date(2026, 9, 1), reason="Forged.", by=assessor, now=now
    )
    assert [each for each in line() if each[0] == "met"] == [("met", ASKED.lower, date(2026, 9, 1))]


def test_revoking_from_the_first_day_leaves_nothing(line, accepted, assessor, now):
    services.revoke(submission=accepted, from_=ASKED.lower, reason="Forged.", by=assessor, now=now)
    assert line() == [("not_required", None, REQUIRED), ("not_met", REQUIRED, None)]


def test_the_first_of_two_acceptances_proves_nothing(
    product, safe, safety_case, assessor, second_assessor, now
):
    def met():
        lines = {each.standard_code: each.spells for each in timelines(product_ids=[product.pk])}
        spells = lines.get("DCB0129", [])
        return [(spell.from_, spell.until) for spell in spells if spell.status == "met"]

    services.accept(submission=safety_case, valid=ASKED, reason="1", by=assessor, now=now)
    assert met() == []
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    assert met() == []
    services.accept(submission=safety_case, valid=ASKED, reason="2", by=second_assessor, now=now)
    assert met() == [(ASKED.lower, ASKED.upper)]


def test_the_lapse_is_foreseen_and_explained(product, accessible, accepted):
    standard = accessible.version.standard
    on_the_last_day = explain(product=product, standard=standard, on=date(2027, 5, 31))
    the_day_after = explain(product=product, standard=standard, on=date(2027, 6, 1))
    assert (on_the_last_day.status, the_day_after.status) == ("met", "not_met")
    [obstacle] = the_day_after.unproved
    assert accepted.ref in str(obstacle.link)
