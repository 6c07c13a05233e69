"""A claim has an end that everybody sees; nothing that was typed is lost when it came too late."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction

from registry.common.errors import Conflict
from registry.evidence import services
from registry.evidence.models import Decision
from registry.evidence.rules import lease
from registry.evidence.services import ClaimOver, TakenUp
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, actions, standing

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def after(now):
    """The first moment after a claim of today's."""
    return lease.ends(now=now, days=5)


def test_a_claim_ends_at_the_end_of_a_day(claimed, now, after):
    assert claimed.leased_until == after == datetime(2026, 7, 7, tzinfo=LONDON)
    assert lease.last_day_words(after) == "Monday 6 July 2026"


def test_summer_time_does_not_move_the_end():
    noon = datetime(2026, 10, 23, 12, tzinfo=LONDON)
    assert lease.ends(now=noon, days=2) == datetime(2026, 10, 26, tzinfo=LONDON)


def test_a_claim_that_ended_decides_nothing_until_it_is_taken_up_again(
    claimed, assessor, second_assessor, after
):
    before = standing(claimed)
    with pytest.raises(ClaimOver, match="ended on Monday 6 July 2026. Take this up again"):
        services.accept(submission=claimed, valid=ASKED, reason="x", by=assessor, now=after)
    assert standing(claimed) == before
    services.take_up(submission=claimed, by=assessor, now=after)
    services.accept(submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=after)


def test_what_was_taken_over_the_former_holder_may_not_decide(
    claimed, assessor, second_assessor, after
):
    services.take_up(submission=claimed, by=second_assessor, now=after)
    before = standing(claimed)
    with pytest.raises(TakenUp, match="assessor2@national.test has taken this up"):
        services.return_(submission=claimed, reason="x", what_would_do="y", by=assessor, now=after)
    assert standing(claimed) == before


def test_it_is_kept_longer_but_never_shorter(claimed, assessor, now, after):
    kept = services.keep_longer(submission=claimed, by=assessor, now=now + timedelta(days=2))
    assert kept.leased_until == after + timedelta(days=2)
    kept = services.keep_longer(submission=claimed, by=assessor, now=now)
    assert kept.leased_until == after + timedelta(days=2)
    assert actions()[-2:] == ["evidence.claim_extended"] * 2
    with pytest.raises(ClaimOver):
        services.keep_longer(submission=claimed, by=assessor, now=after + timedelta(days=2))


def test_nothing_is_lost_of_what_came_too_late(
    client, claimed, assessor, second_assessor, now, after
):
    with time_machine.travel(after, tick=False):
        services.take_up(submission=claimed, by=second_assessor, now=after)
        client.force_login(assessor)
        typed = {"valid_from": "2026-06-01", "valid_until": "2027-05-31", "reason": "Long prose."}
        answer = client.post(address("assessment_accept", claimed), typed)
        assert answer.status_code == 409
        assert "assessor2@national.test has taken this up." in text(answer)
        assert "Long prose." in text(answer)
        answer = client.post(address("assessment_ask", claimed), {"text": "A question?"})
        assert answer.status_code == 409
        assert "A question?" in text(answer)
    assert not Decision.objects.exists()


def test_the_bench_says_until_when_and_lets_it_go_on(client, claimed, assessor, now, after):
    with time_machine.travel(now + timedelta(days=1), tick=False):
        shown = text(page(client, assessor, address("assessment", claimed)))
        assert "Yours until Monday 6 July 2026." in shown
        shown = text(client.post(address("assessment_keep", claimed), follow=True))
        assert "It is yours until Tuesday 7 July 2026." in shown
    with time_machine.travel(after + timedelta(days=1), tick=False):
        client.force_login(assessor)
        shown = text(client.get(address("assessment", claimed)))
        assert "Your claim ended on Tuesday 7 July 2026: anybody may take it up." in shown
        assert "Take it up again" in shown


def test_several_are_decided_in_one_transaction_or_none(submitted, safety_case, assessor, now):
    services.take_up(submission=submitted, by=assessor, now=now)
    services.accept(submission=safety_case, valid=ASKED, reason="1", by=assessor, now=now)
    rows = sorted([submitted, safety_case], key=lambda row: row.pk)
    before = [standing(row) for row in rows]

    @transaction.atomic
    def accept_both():
        for row in rows:
            services.accept(submission=row, valid=ASKED, reason="2", by=assessor, now=now)

    with pytest.raises(Conflict):
        accept_both()
    assert [standing(row) for row in rows] == before
