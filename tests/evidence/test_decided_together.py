"""What was sent at once for three products is taken up, accepted and returned at once."""

import pytest

from registry.common.errors import Conflict, RuleBroken
from registry.common.periods import period
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Decision, Submission
from tests import factories
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def sent(draft, accessible, supplier, supplier_editor, now):
    """The record's, and the same for the scanner and the triage."""
    others = [
        factories.make_product(f"aldermoor-{name}", supplier=supplier, name=f"Aldermoor {name}")
        for name in ("scan", "triage")
    ]
    chosen = {product.pk: [accessible.pk] for product in (draft.product, *others)}
    services.choose(submission=draft, chosen=chosen, by=supplier_editor, now=now)
    return services.submit(submission=draft, by=supplier_editor, now=now)


def states(sent):
    rows = Submission.objects.sent_together(sent).order_by("pk")
    return [(each.state, each.assessor and str(each.assessor)) for each in rows]


def test_taking_one_up_takes_up_all_that_are_free(sent, assessor, second_assessor, now):
    held = sent.sent_along.order_by("pk").first()
    services.take_up(submission=held, by=second_assessor, now=now)
    taken = services.take_up_together(submission=sent, by=assessor, now=now)
    assert len(taken) == 2
    assert states(sent) == [
        ("in_assessment", str(assessor)),
        ("in_assessment", str(second_assessor)),
        ("in_assessment", str(assessor)),
    ]
    with pytest.raises(Conflict):
        services.take_up_together(submission=held, by=assessor, now=now)


def test_the_next_comes_with_all_that_was_sent_with_it(sent, assessor, second_assessor, now):
    scan, triage = sent.sent_along.order_by("pk")
    services.take_up(submission=triage, by=second_assessor, now=now)
    taken = services.take_up_next(ids=[triage.pk, scan.pk, sent.pk], by=assessor, now=now)
    assert taken == scan
    assert [who for _, who in states(sent)] == [str(assessor), str(assessor), str(second_assessor)]
    with pytest.raises(services.NothingToTakeUp):
        services.take_up_next(ids=[sent.pk], by=second_assessor, now=now)


def test_accepting_for_two_leaves_the_third(sent, assessor, now):
    services.take_up_together(submission=sent, by=assessor, now=now)
    scan, triage = sent.sent_along.order_by("pk")
    decided = services.accept_together(
        submission=sent, others=[triage.pk], valid=ASKED, reason="Sound.", by=assessor, now=now
    )
    assert [each.pk for each in decided] == [sent.pk, triage.pk]
    assert [state for state, _ in states(sent)] == ["accepted", "in_assessment", "accepted"]
    assert Decision.objects.filter(submission=triage).get().reason == "Sound."


def test_all_are_decided_or_none(sent, assessor, second_assessor, now):
    scan = sent.sent_along.order_by("pk").first()
    services.take_up(submission=scan, by=second_assessor, now=now)
    services.take_up_together(submission=sent, by=assessor, now=now)
    before = states(sent)
    for others in ([scan.pk], [10**9]):
        with pytest.raises((Conflict, RuleBroken)):
            services.accept_together(
                submission=sent, others=others, valid=ASKED, reason="Ok.", by=assessor, now=now
            )
        with pytest.raises((Conflict, RuleBroken)):
            services.return_together(
                submission=sent,
                others=others,
                reason="No.",
                what_would_do="Sign it.",
                by=assessor,
                now=now,
            )
    assert states(sent) == before
    assert not Decision.objects.exists()


def test_the_bench_offers_the_others_and_decides_the_same(client, sent, assessor):
    client.force_login(assessor)
    client.post(address("assessment_take_up", sent))
    shown = text(page(client, assessor, address("assessment", sent)))
    assert "Decide the same for" in shown
    assert "What it would change" in shown
    scan, triage = sent.sent_along.order_by("pk")
    typed = {"reason": "Not signed.", "what_would_do": "Sign it.", "also": [scan.pk, triage.pk]}
    client.post(address("assessment_return", sent), typed)
    assert [state for state, _ in states(sent)] == [SubmissionState.RETURNED] * 3


def test_what_is_on_another_desk_is_not_offered(client, sent, assessor, second_assessor, now):
    scan = sent.sent_along.order_by("pk").first()
    services.take_up(submission=scan, by=second_assessor, now=now)
    client.force_login(assessor)
    client.post(address("assessment_take_up", sent))
    typed = {"valid_from": "2026-06-01", "reason": "Sound.", "also": [scan.pk]}
    answer = client.post(address("assessment_accept", sent), typed)
    assert answer.status_code == 400
    assert "Choose from what was sent at once with this" in text(answer)
    sent.refresh_from_db()
    assert (sent.state, sent.valid) == (
        SubmissionState.IN_ASSESSMENT,
        period(ASKED.lower, ASKED.upper),
    )
