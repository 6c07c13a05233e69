"""One criterion that is not shown does not cost the supplier the others."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.common.errors import RuleBroken
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import LeftOut
from tests import factories
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, make_draft, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def bundle(product, safe, supplier_editor, assessor, answers, now):
    """Evidence for two criteria of clinical safety, taken up."""
    log = factories.make_criterion(safe.version, "LOG", proofs=("document",))
    about = type(answers)(**{**vars(answers), "criteria": [safe.pk, log.pk]})
    draft = make_draft(product, [safe, log], supplier_editor, about, now, form="document")
    sent = services.submit(submission=draft, by=supplier_editor, now=now)
    services.take_up(submission=sent, by=assessor, now=now)
    return sent, safe, log


def codes(submission):
    return sorted(criterion.code for criterion in submission.criteria.all())


def test_what_either_assessor_leaves_out_is_not_proved(
    client, bundle, assessor, second_assessor, supplier_editor, now
):
    sent, case, log = bundle
    client.force_login(assessor)
    client.post(
        address("assessment_accept", sent),
        {
            "valid_from": "2026-06-01",
            "valid_until": "2027-05-31",
            "reason": "Argued.",
            f"out_{log.pk}": "Not the log.",
        },
    )
    assert codes(sent) == ["CSCR", "LOG"]  # a second assessor is awaited

    services.take_up(submission=sent, by=second_assessor, now=now)
    shown = text(page(client, second_assessor, address("assessment", sent)))
    for hidden in ("Argued.", "Not the log."):
        assert hidden not in shown
    assert "Shown once you have decided" in shown
    told = client.get(address("evidence_history", sent)).json()
    assert told["history"][-2]["Reason"] == "Shown once you have decided"

    done = services.accept(
        submission=sent, valid=ASKED, reason="Agreed.", by=second_assessor, now=now
    )
    assert (done.state, codes(done)) == (SubmissionState.ACCEPTED, ["CSCR"])
    shown = text(page(client, supplier_editor, reverse("owed")))
    assert "Left out of what was accepted" in shown
    assert "Not the log." in shown
    shown = text(page(client, supplier_editor, address("evidence", sent)))
    assert "DCB0129 4.2 LOG. Not the log." in shown
    told = client.get(address("evidence_history", sent)).json()
    assert (told["state"], told["criteria"]) == ("accepted", ["DCB0129 4.2 CSCR"])
    client.logout()
    assert "Not the log." not in text(client.get(address("evidence", sent)))


def test_leaving_out_everything_or_without_a_reason_is_refused(
    bundle, assessor, second_assessor, accessible, now
):
    sent, case, log = bundle

    def refused(words, by=assessor, **left_out):
        before = standing(sent), LeftOut.objects.count()
        with pytest.raises(RuleBroken, match=words):
            services.accept(
                submission=sent,
                valid=ASKED,
                reason="x",
                left_out={int(pk[1:]): why for pk, why in left_out.items()},
                by=by,
                now=now,
            )
        assert (standing(sent), LeftOut.objects.count()) == before

    refused("Return the evidence instead", **{f"c{case.pk}": "a", f"c{log.pk}": "b"})
    refused("Enter the reason", **{f"c{log.pk}": " "})
    refused("only what the supplier asked for", **{f"c{accessible.pk}": "a"})
    services.accept(
        submission=sent, valid=ASKED, reason="x", left_out={log.pk: "a"}, by=assessor, now=now
    )
    services.take_up(submission=sent, by=second_assessor, now=now)
    refused("Return the evidence instead", by=second_assessor, **{f"c{case.pk}": "b"})


def test_what_was_left_out_is_never_changed(bundle, assessor, now):
    sent, _, log = bundle
    services.accept(
        submission=sent, valid=ASKED, reason="x", left_out={log.pk: "a"}, by=assessor, now=now
    )
    row = LeftOut.objects.get()
    for act in (row.save, row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
