"""Many who act at the same moment: one wins, the others are told (figure R6)."""

import threading

import pytest
from django.db import connection, connections

from registry.accounts.models import Role
from registry.audit.selectors import first_break
from registry.common.errors import Conflict
from registry.evidence import services
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Message, Submission
from registry.evidence.rules import lease
from tests import factories
from tests.evidence.conftest import ASKED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CROWD = 50


def at_once(*acts):
    """Run every act in its own thread and connection, let go together. Returns what each said."""
    gate = threading.Barrier(len(acts))
    said = [None] * len(acts)

    def run(place, act):
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            said[place] = act()
        except Exception as refusal:  # noqa: BLE001 - it is what the story is about
            said[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return said


def winners(said):
    """What those who won said; everybody else was refused because they came too late."""
    assert all(isinstance(each, Submission | Conflict) for each in said), said
    return [each for each in said if isinstance(each, Submission)]


def test_many_assessors_take_up_one_submission(submitted, now):
    crowd = [factories.make_user(role=Role.ASSESSOR) for _ in range(CROWD)]
    said = at_once(
        *[lambda by=by: services.take_up(submission=submitted, by=by, now=now) for by in crowd]
    )
    assert len(winners(said)) == 1
    submitted.refresh_from_db()
    assert submitted.assessor == winners(said)[0].assessor


def test_one_submission_is_decided_many_times_at_once(claimed, assessor, now):
    def accept():
        return services.accept(
            submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=now
        )

    def send_back():
        return services.return_(
            submission=claimed, reason="Bad.", what_would_do="Mend.", by=assessor, now=now
        )

    said = at_once(*[accept, send_back] * (CROWD // 2))

    assert len(winners(said)) == 1
    claimed.refresh_from_db()
    decision = Decision.objects.get()
    assert (decision.outcome, claimed.state) in (
        (Outcome.ACCEPTED, SubmissionState.ACCEPTED),
        (Outcome.RETURNED, SubmissionState.RETURNED),
    )


def test_it_is_withdrawn_and_accepted_at_once(claimed, supplier_editor, assessor, now):
    def accept():
        return services.accept(
            submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=now
        )

    def withdraw():
        return services.withdraw(submission=claimed, by=supplier_editor, now=now)

    said = at_once(*[accept, withdraw] * 4)
    assert len(winners(said)) == 1
    claimed.refresh_from_db()
    assert (claimed.state == SubmissionState.ACCEPTED) == Decision.objects.exists()


def test_the_second_acceptance_is_given_once(safety_case, assessor, second_assessor, now):
    services.accept(submission=safety_case, valid=ASKED, reason="1", by=assessor, now=now)
    services.take_up(submission=safety_case, by=second_assessor, now=now)
    said = at_once(
        *[
            lambda: services.accept(
                submission=safety_case, valid=ASKED, reason="2", by=second_assessor, now=now
            )
        ]
        * CROWD
    )
    assert len(winners(said)) == 1
    assert Decision.objects.count() == 2


def test_one_draft_is_sent_many_times_at_once(draft, supplier_editor, now):
    said = at_once(
        *[lambda: services.submit(submission=draft, by=supplier_editor, now=now)] * CROWD
    )
    assert len(winners(said)) == 1


def test_it_is_asked_and_decided_at_once(claimed, assessor, now):
    """A question that comes after the decision is told so; the same words are asked once."""

    def ask():
        services.ask(submission=claimed, text="Which release?", by=assessor, now=now)
        return "asked"

    def accept():
        return services.accept(
            submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=now
        )

    said = at_once(*[ask] * (CROWD - 1), accept)

    asked = [each for each in said if each == "asked"]
    assert len(winners([each for each in said if each != "asked"])) == 1
    assert Message.objects.count() == len(asked) <= 1
    assert Decision.objects.count() == 1
    assert first_break() is None


def test_many_take_over_a_claim_that_ended_while_its_holder_decides(claimed, assessor, now):
    later = lease.ends(now=now, days=5)
    crowd = [factories.make_user(role=Role.ASSESSOR) for _ in range(CROWD - 1)]

    def accept():
        return services.accept(
            submission=claimed, valid=ASKED, reason="Sound.", by=assessor, now=later
        )

    def take(by):
        return services.take_up(submission=claimed, by=by, now=later)

    said = at_once(accept, *[lambda by=by: take(by) for by in crowd])

    [winner] = winners(said)
    assert winner.assessor in crowd
    assert isinstance(said[0], Conflict)
    assert not Decision.objects.exists()
    assert first_break() is None
