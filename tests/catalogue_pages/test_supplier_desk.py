"""The supplier's desk says what would do with the least."""

from datetime import date, timedelta

import pytest

from registry.common.periods import period
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission, SubmissionCriterion
from tests import factories
from tests.catalogue_pages.conftest import words
from tests.probes.proving import make_control

DESK = "/supplier/"


@pytest.fixture
def desk(client, market):
    client.force_login(factories.make_member(market.rota.supplier))
    return lambda: words(client.get(DESK))


def test_each_requirement_that_is_owed_says_what_would_do(desk, client):
    assert "The least that would do: Submit new evidence for CSCR. The cheapest form:" in desk()
    html = client.get(DESK).content.decode()
    assert 'href="/products/aldermoor-rota/standards/DCB0129/?as_of=2026-07-01"' in html


def test_what_will_be_owed_is_remedied_as_of_that_day(desk):
    assert (
        "The least that would do: Renew evidence safety-case for CSCR: it is valid only until"
        " 31 December 2026."
    ) in desk()


def test_what_no_evidence_can_mend_is_said_and_leads_to_who_can(client, desk, market):
    """A standard whose last edition was retired is still required, and nobody can meet it."""
    assert "No evidence would make it meet" not in desk()
    market.safety.versions.update(accepted=period(date(2018, 5, 2), date(2026, 6, 1)))
    market.refresh(market.now + timedelta(minutes=1))
    text = desk()
    assert "No evidence would make it meet DCB0129 on this day." in text
    link = '/products/aldermoor-record/standards/DCB0129/?as_of=2026-07-01">See why'
    assert link in client.get(DESK).content.decode()
    pair = words(client.get("/products/aldermoor-record/standards/DCB0129/"))
    assert "No version of the standard counts on 1 July 2026." in pair


def test_evidence_that_waits_is_all_that_is_wanted(desk, market):
    waiting = Submission.objects.create(
        ref="rota-case",
        product=market.rota,
        form="document",
        state=SubmissionState.SUBMITTED,
        created_by=market.officer,
        created_at=market.now,
        submitted_at=market.now,
    )
    SubmissionCriterion.objects.create(submission=waiting, criterion=market.safety_case)
    assert "The least that would do: Accept evidence rota-case for CSCR." in desk()


def test_of_very_many_standards_only_the_first_are_remedied(desk, settings):
    settings.DESK_REMEDIES = 0
    assert "The least that would do" not in desk()


def test_a_proof_of_control_that_is_gone_is_told_with_what_follows(desk, market):
    supplier, rival = market.rota.supplier, factories.make_supplier("brackenfell")
    make_control(rival, "theirs.example", state="lost", failing_since=market.now)
    make_control(supplier, "sound.example")
    assert "Your token is gone" not in desk()

    make_control(supplier, "late.example", state="lost", failing_since=market.now)
    make_control(supplier, "soon.example", state="missing", failing_since=market.now)

    said = desk()
    assert "Your token is gone from 2 hosts." in said
    assert "late.example: visits have stopped" in said
    assert "soon.example: visits stop on 15 July 2026" in said
    assert "theirs.example" not in said


@pytest.mark.parametrize("more", [1, 40])
def test_it_asks_no_more_questions_for_forty_standards(
    desk, client, market, more, django_assert_num_queries
):
    for number in range(more):
        standard = factories.make_standard(f"MORE-{number:02}")
        factories.make_criterion(factories.make_version(standard))
    market.refresh(market.now)
    with django_assert_num_queries(32):
        assert client.get(DESK).status_code == 200
