"""The assessor asks, the supplier answers; nobody changes what was said."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.common.errors import Conflict, NotPermitted, RuleBroken, TooOften
from registry.evidence import services
from registry.evidence.models import Message, MessageFile
from registry.evidence.rules import lease
from registry.notifications.models import Notification
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, actions, standing, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def asked(claimed, assessor, now):
    """Which release? asks the assessor."""
    return services.ask(submission=claimed, text="Which release?", by=assessor, now=now)


def test_a_question_is_asked_seen_and_answered(
    client, claimed, assessor, supplier_editor, now, media
):
    client.force_login(assessor)
    answer = client.post(
        address("assessment_ask", claimed), {"text": "Which release?\n<b>", "file": upload("a.pdf")}
    )
    question = Message.objects.get()
    assert answer["Location"] == f"{address('assessment', claimed)}#message-{question.pk}"
    assert "Question open" in text(client.get(address("assessment", claimed)))

    listed = text(page(client, supplier_editor, reverse("submissions")))
    assert "Answer a question" in listed
    shown = text(client.get(address("evidence", claimed)))
    assert "waits for your answer" in shown
    assert "Which release?\n&lt;b&gt;" in shown
    assert f'id="message-{question.pk}"' in shown
    client.post(address("evidence_answer", claimed), {"text": "2.1", "file": upload("b.pdf")})

    assert "Answered" in text(page(client, assessor, address("assessment", claimed)))
    file = MessageFile.objects.get(name="b.pdf")
    url = reverse("evidence_said_file", kwargs={"ref": claimed.ref, "file_id": file.pk})
    got = client.get(url, follow=True)
    assert got["Content-Disposition"] == 'attachment; filename="b.pdf"'
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert actions()[-2:] == ["evidence.asked", "evidence.answered"]


def test_only_the_holder_asks_and_only_the_supplier_answers(
    claimed, asked, second_assessor, case_officer, rival_editor, auditor, supplier_editor, now
):
    before = standing(claimed), Message.objects.count()
    with pytest.raises(Conflict, match="has taken this up"):
        services.ask(submission=claimed, text="x", by=second_assessor, now=now)
    for person in (case_officer, auditor, supplier_editor):
        with pytest.raises(NotPermitted):
            services.ask(submission=claimed, text="x", by=person, now=now)
    for person in (second_assessor, rival_editor, auditor):
        with pytest.raises(NotPermitted):
            services.answer(submission=claimed, text="x", by=person, now=now)
    assert (standing(claimed), Message.objects.count()) == before


def test_nothing_is_answered_before_it_is_asked_or_after_the_decision(
    submitted, assessor, supplier_editor, now
):
    with pytest.raises(Conflict, match="has not asked anything"):
        services.answer(submission=submitted, text="x", by=supplier_editor, now=now)
    services.take_up(submission=submitted, by=assessor, now=now)
    services.ask(submission=submitted, text="Why?", by=assessor, now=now)
    services.accept(submission=submitted, valid=ASKED, reason="Sound.", by=assessor, now=now)
    with pytest.raises(Conflict, match="already accepted"):
        services.answer(submission=submitted, text="x", by=supplier_editor, now=now)
    assert Message.objects.count() == 1


def test_who_waits_for_an_answer_does_not_lose_the_claim(claimed, asked, supplier_editor, now):
    claimed.refresh_from_db()
    assert claimed.leased_until == lease.ends(now=now, days=14)
    answered = now + timedelta(days=13)
    services.answer(submission=claimed, text="2.1", by=supplier_editor, now=answered)
    claimed.refresh_from_db()
    assert claimed.leased_until == lease.ends(now=answered, days=5)


def test_what_was_said_is_never_changed(asked):
    asked.text = "Something else"
    for act in (asked.save, asked.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    asked.refresh_from_db()
    assert asked.text == "Which release?"


def test_a_button_pressed_twice_asks_once(claimed, asked, assessor, now):
    with pytest.raises(Conflict, match="sent already"):
        services.ask(submission=claimed, text="Which release? ", by=assessor, now=now)
    assert Message.objects.count() == 1


def test_limits_are_said(claimed, assessor, now, settings):
    settings.EVIDENCE_MESSAGE_LETTERS = 10
    settings.EVIDENCE_MESSAGES_PER_HOUR = 2
    settings.EVIDENCE_MESSAGE_FILES = 1
    for words, said in (("", "Enter what"), ("x" * 11, "no more than 10 characters")):
        with pytest.raises(RuleBroken, match=said):
            services.ask(submission=claimed, text=words, by=assessor, now=now)
    with pytest.raises(RuleBroken, match="at most 1 files?"):
        services.ask(
            submission=claimed,
            text="x",
            uploads=[upload("a.pdf"), upload("b.png")],
            by=assessor,
            now=now,
        )
    with pytest.raises(RuleBroken, match="cannot be used"):
        services.ask(
            submission=claimed, text="x", uploads=[upload("a.pdf", b"MZ")], by=assessor, now=now
        )
    for words in ("one", "two"):
        services.ask(submission=claimed, text=words, by=assessor, now=now)
    with pytest.raises(TooOften) as refusal:
        services.ask(submission=claimed, text="three", by=assessor, now=now)
    assert refusal.value.wait == timedelta(hours=1)
    services.ask(submission=claimed, text="three", by=assessor, now=now + timedelta(hours=1))
    assert [each.text for each in claimed.messages.all()] == ["one", "two", "three"]


def test_a_sweep_leaves_the_files_of_messages_alone(claimed, assessor, now, media):
    services.ask(submission=claimed, text="See", uploads=[upload("c.csv")], by=assessor, now=now)
    kept = sorted(path.name for path in media.glob("??/*"))
    services.sweep_files(now=now + timedelta(days=3650))
    assert sorted(path.name for path in media.glob("??/*")) == kept


def test_both_sides_are_told(claimed, assessor, supplier_editor, supplier_owner, now):
    services.ask(submission=claimed, text="Which release?", by=assessor, now=now)
    services.answer(submission=claimed, text="4.2.", by=supplier_editor, now=now)
    told = Notification.objects.order_by("pk").values_list("user__email", "subject", "body")
    members = {supplier_editor.email, supplier_owner.email}
    assert {who for who, _, body in told if "Which release?" in body} == members
    assert [(who, f"{claimed.ref} is answered" in subject) for who, subject, _ in told][2:] == [
        (assessor.email, True)
    ]


def test_what_came_too_soon_or_too_late_is_not_lost(
    client, claimed, asked, supplier_editor, assessor, settings, now, time_machine
):
    settings.EVIDENCE_MESSAGES_PER_HOUR = 1
    for person, name, at in (
        (assessor, "assessment_ask", "Send it after 1 July 2026 at 1:01pm"),
        (supplier_editor, "evidence_answer", "Send it after 1 July 2026 at 1:01pm"),
    ):
        if person == supplier_editor:
            services.answer(submission=claimed, text="Wait.", by=person, now=now)
        client.force_login(person)
        typed = {"text": "A long story <b>", "file": upload("a.pdf")}
        answer = client.post(address(name, claimed), typed)
        assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
        assert "A long story &lt;b&gt;</textarea>" in text(answer)
        assert at in text(answer)
        assert "Choose the files again" in text(answer)
    services.return_(submission=claimed, reason="x", what_would_do="y", by=assessor, now=now)
    answer = client.post(address("evidence_answer", claimed), {"text": "A long story <b>"})
    assert answer.status_code == 409
    assert "Your answer was not sent" in text(answer)
    assert 'registry-copied">A long story &lt;b&gt;' in text(answer)
    assert claimed.messages.count() == 2


def test_an_empty_answer_is_asked_for_again(client, claimed, asked, supplier_editor):
    client.force_login(supplier_editor)
    answer = client.post(address("evidence_answer", claimed), {"text": " "})
    assert answer.status_code == 400
    assert "Enter your answer" in text(answer)
