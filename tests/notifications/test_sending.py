"""E-mails to a real mail server that is away, busy, strict or gone in the middle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from registry.notifications import rules, services
from registry.notifications.enums import LetterState
from registry.notifications.models import Letter
from registry.notifications.services.sending import CLAIM_FOR, Sent, claim_due
from tests import factories

MINUTE = timedelta(minutes=1)


def states() -> dict[str, str]:
    return {letter.recipient: letter.state for letter in Letter.objects.select_related("user")}


@pytest.mark.django_db
class TestOneWorker:
    def test_what_arrives_can_be_read_and_followed(self, server, tell, supplier_owner, now):
        tell(supplier_owner)
        assert services.send_due(now=now) == Sent(sent=1)
        (letter,) = server.post.taken
        assert letter["To"] == "owner@aldermoor.test"
        assert letter["Subject"] == "It ends"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Message-ID"] == f"<{Letter.objects.get().uuid}@registry.example>"
        body = letter.get_content()
        assert "https://registry.example/evidence/sub-1/" in body.splitlines()
        assert "https://registry.example/notifications/preference/" in body.splitlines()
        assert max(len(line) for line in body.splitlines()) <= rules.WIDTH
        row = Letter.objects.get()
        assert (row.state, row.attempts, row.ended_at) == (LetterState.SENT, 1, now)

    def test_what_is_sent_is_sent_once(self, server, tell, supplier_owner, now):
        tell(supplier_owner)
        services.send_due(now=now)
        assert services.send_due(now=now + MINUTE) == Sent()
        assert len(server.post.taken) == 1

    def test_one_bad_address_does_not_stop_the_others(self, server, tell, now):
        people = [factories.make_user(f"{name}@x.test") for name in ("ann", "gone", "eve")]
        server.post.answer = lambda step: "550 5.1.1 no such person" if "gone" in step else "250 OK"
        tell(*people)
        assert services.send_due(now=now) == Sent(sent=2, given_up=1)
        assert [letter["To"] for letter in server.post.taken] == ["ann@x.test", "eve@x.test"]
        gone = Letter.objects.get(user=people[1])
        assert (gone.state, gone.attempts) == (LetterState.GIVEN_UP, 1)
        assert gone.last_error == "SMTPRecipientsRefused: 550 5.1.1 no such person"

    @pytest.mark.parametrize(
        ("said", "step"), [("451 4.7.1 try later", "RCPT"), ("452 4.3.1 full", "DATA")]
    )
    def test_who_is_busy_is_asked_again_later(self, server, tell, supplier_owner, now, said, step):
        server.post.answer = lambda asked: said if asked.startswith(step) else "250 OK"
        tell(supplier_owner)
        assert services.send_due(now=now) == Sent(again=1)
        row = Letter.objects.get()
        assert (row.state, row.next_attempt_at) == (LetterState.WAITING, now + MINUTE)
        assert said in row.last_error
        server.post.answer = lambda asked: "250 OK"
        assert services.send_due(now=now + MINUTE - timedelta(seconds=1)) == Sent()
        assert services.send_due(now=now + MINUTE) == Sent(sent=1)
        assert len(server.post.taken) == 1

    def test_a_text_that_is_refused_is_given_up(self, server, tell, supplier_owner, now):
        server.post.answer = lambda step: "554 spam" if step.startswith("DATA") else "250 OK"
        tell(supplier_owner)
        assert services.send_due(now=now) == Sent(given_up=1)

    def test_a_connection_that_drops_costs_one_letter_its_attempt(self, server, tell, now):
        people = [factories.make_user(f"{name}@x.test") for name in ("ann", "drop", "eve")]
        server.post.answer = lambda step: None if step == "DATA drop@x.test" else "250 OK"
        tell(*people)
        assert services.send_due(now=now) == Sent(sent=2, again=1)
        assert states()["drop@x.test"] == LetterState.WAITING
        assert server.post.connections == 2

    def test_a_server_that_is_away_is_asked_once_for_all(self, server, tell, now):
        people = [factories.make_user() for _ in range(3)]
        tell(*people)
        server.close()
        assert services.send_due(now=now) == Sent(again=3)
        row = Letter.objects.first()
        assert (row.attempts, row.claim, row.next_attempt_at) == (1, None, now + MINUTE)
        assert "ConnectionRefusedError" in row.last_error

    def test_it_is_given_up_in_the_end_and_an_administrator_tries_again(
        self, server, tell, supplier_owner, administrator, now
    ):
        server.post.answer = lambda step: "451 later" if step.startswith("RCPT") else "250 OK"
        tell(supplier_owner)
        at, attempts = now, 0
        while (row := Letter.objects.get()).state == LetterState.WAITING:
            at, attempts = row.next_attempt_at, attempts + 1
            services.send_due(now=at)
        assert (row.state, attempts) == (LetterState.GIVEN_UP, rules.ATTEMPTS)
        assert timedelta(days=4) < at - now < timedelta(days=5)
        server.post.answer = lambda step: "250 OK"
        services.try_again(letter=row, by=administrator, now=at)
        assert services.send_due(now=at) == Sent(sent=1)

    def test_a_worker_that_dies_before_noting_it_sends_the_same_letter_again(
        self, server, tell, supplier_owner, now
    ):
        tell(supplier_owner)
        claimed = claim_due(now=now)
        assert len(claimed.letters) == 1
        assert services.send_due(now=now + CLAIM_FOR - timedelta(seconds=1)) == Sent()
        assert services.send_due(now=now + CLAIM_FOR) == Sent(sent=1)
        assert Letter.objects.get().attempts == 2

    def test_who_comes_back_too_late_notes_nothing(self, server, tell, supplier_owner, now):
        from registry.notifications.services.sending import Refusal, note

        tell(supplier_owner)
        late = claim_due(now=now)
        assert services.send_due(now=now + CLAIM_FOR) == Sent(sent=1)
        refused = Refusal("it was slow", permanent=True)
        note(letter=late.letters[0], claim=late.claim, refusal=refused, now=now + CLAIM_FOR)
        row = Letter.objects.get()
        assert (row.state, row.last_error) == (LetterState.SENT, "")

    def test_what_is_dropped_is_not_sent(self, server, tell, supplier_owner, now):
        tell(supplier_owner)
        assert services.drop(key="SUB-1", now=now) == 1
        assert services.send_due(now=now) == Sent()
        assert server.post.taken == []

    def test_a_secret_link_is_sent_and_forgotten(self, server, now, settings):
        settings.LOCAL = False
        services.notify_address(
            address="New@Example.test",
            kind="invitation",
            subject="Come",
            body=["Follow the link."],
            secret_link="/invitations/hush/",
            key="invitation 1",
            now=now,
        )
        row = Letter.objects.get().notifications.get()
        assert "hush" not in row.sealed_path
        assert row.sealed_path
        services.send_due(now=now)
        (letter,) = server.post.taken
        assert letter["To"] == "new@example.test"
        assert "https://registry.example/invitations/hush/" in letter.get_content()
        row.refresh_from_db()
        assert row.sealed_path == ""


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_send_each_letter_once(server, tell, now):
    people = [factories.make_user(f"person{n}@x.test") for n in range(40)]
    tell(*people)

    def work(_):
        try:
            return services.send_due(now=now, most=5).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        sent = sum(pool.map(work, range(20)))
    while more := services.send_due(now=now, most=5).sent:
        sent += more
    assert sent == 40
    assert sorted(letter["To"] for letter in server.post.taken) == sorted(
        person.email for person in people
    )
