"""Sending what is due: claimed, sent outside every transaction, noted one by one.

A worker that dies after the server took an e-mail and before that was noted leaves a claim that
lapses: the e-mail is then sent again, under the same Message-ID (ADR 0111).
"""

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from registry.notifications import rules
from registry.notifications.enums import LetterState
from registry.notifications.models import Letter, Notification
from registry.notifications.selectors import text_of
from registry.notifications.services.sealing import Unsealable, unsealed_paths

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 50
# Longer than the task's time limit: what a dead worker held is free again after it.
CLAIM_FOR = timedelta(minutes=10)
# What the server is asked again about: it was away, it was busy, or it does not know us.
_TEMPORARY = (OSError, smtplib.SMTPException)
# What no second attempt mends: a header, an address or a link that cannot be made.
_OURS = (ValueError, Unsealable)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many e-mails were sent, are to be tried again, and were given up."""

    sent: int = 0
    again: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an e-mail was not taken, and whether asking again is of any use."""

    words: str
    permanent: bool


class Unreachable(Exception):
    """The mail server cannot be reached, or does not let us in: the others need not be tried."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """E-mails that a worker has to itself until the claim lapses."""

    claim: UUID
    letters: tuple[Letter, ...]


def send_due(*, now: datetime, most: int = MOST_AT_ONCE) -> Sent:
    """Send up to `most` of the e-mails that are due, the longest waiting first."""
    claimed = claim_due(now=now, most=most)
    counts = {LetterState.SENT: 0, LetterState.WAITING: 0, LetterState.GIVEN_UP: 0}
    if claimed.letters:
        connection = get_connection()
        try:
            for state in _send_all(connection, claimed, now):
                counts[state] += 1
        finally:
            _close(connection)
    return Sent(*counts.values())


@transaction.atomic
def claim_due(*, now: datetime, most: int = MOST_AT_ONCE) -> Claimed:
    """Take what is due, past what others have. An attempt is counted before it is made, so that
    an e-mail that kills its worker is given up in the end."""
    free = Letter.objects.due(now=now).order_by("next_attempt_at", "pk")
    ids = [row.pk for row in free.select_for_update(skip_locked=True, of=("self",))[:most]]
    claim = uuid4()
    for row in (rows := Letter.objects.filter(pk__in=ids).order_by("next_attempt_at", "pk")):
        row.attempts, row.claim, row.claimed_until = row.attempts + 1, claim, now + CLAIM_FOR
    Letter.objects.bulk_update(rows, ["attempts", "claim", "claimed_until"])
    held = Letter.objects.filter(claim=claim).select_related("user")
    letters = held.prefetch_related("notifications").order_by("next_attempt_at", "pk")
    return Claimed(claim, tuple(letters))


def _send_all(
    connection: BaseEmailBackend, claimed: Claimed, now: datetime
) -> Iterable[LetterState]:
    """Where each letter stands after its attempt."""
    for number, letter in enumerate(claimed.letters):
        try:
            refusal = _send(connection, letter)
        except Unreachable as error:
            logger.warning("the mail server cannot be used: %s", error)
            refusal = Refusal(str(error), permanent=False)
            for each in claimed.letters[number:]:
                yield note(letter=each, claim=claimed.claim, refusal=refusal, now=now)
            return
        yield note(letter=letter, claim=claimed.claim, refusal=refusal, now=now)


def _send(connection: BaseEmailBackend, letter: Letter) -> Refusal | None:
    """Hand one e-mail to the server; why it was not taken, or `None`. May be `Unreachable`."""
    try:
        message = _message(letter, connection)
    except _OURS as error:
        return Refusal(f"It cannot be written: {error}", permanent=True)
    _open(connection)
    try:
        connection.send_messages([message])
    except _OURS as error:
        return Refusal(f"It cannot be written: {error}", permanent=True)
    except _TEMPORARY as error:
        # Whatever state it is in now, the next e-mail begins with a connection of its own.
        _close(connection)
        return judge(error)
    return None


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except _TEMPORARY as error:
        _close(connection)
        raise Unreachable(f"{type(error).__name__}: {_said(error)}") from error


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except _TEMPORARY as error:
        logger.info("the mail server was gone before the goodbye: %s", error)


def _message(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    subject, body = text_of(letter, paths=unsealed_paths(letter))
    headers = {
        "Message-ID": rules.message_id(letter.uuid, settings.SITE_URL),
        # RFC 3834: no out-of-office answers, please.
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(
        subject, body, to=[letter.recipient], headers=headers, connection=connection
    )


def judge(error: Exception) -> Refusal:
    """Whether the server's answer is its last word.

    A 5xx about the recipient or the text is. About the sender it is not: that is our settings',
    which an administrator mends. Anything else may pass (RFC 5321, 4.2.1).
    """
    code = 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=0)
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        code = 553
    elif isinstance(error, smtplib.SMTPResponseException) and not isinstance(
        error, smtplib.SMTPSenderRefused
    ):
        code = error.smtp_code
    return Refusal(f"{type(error).__name__}: {_said(error)}", permanent=500 <= code < 600)


def _said(error: Exception) -> str:
    """What the server said, in characters that a page can show."""
    parts: list = list(error.args) or [error]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        parts = [part for answer in error.recipients.values() for part in answer]
    texts = (p.decode(errors="replace") if isinstance(p, bytes) else str(p) for p in parts)
    said = " ".join(texts)
    return rules.one_line("".join(c if c.isprintable() else " " for c in said), rules.ERROR_MAX)


@transaction.atomic
def note(*, letter: Letter, claim: UUID, refusal: Refusal | None, now: datetime) -> LetterState:
    """Write down how the attempt went, if `claim` still holds the letter. Returns where it stands.

    An attempt that was refused for good, or was the last one, gives the letter up.
    """
    held = Letter.objects.filter(pk=letter.pk, claim=claim)
    freed = {"claim": None, "claimed_until": None}
    if refusal is None:
        sent = held.update(state=LetterState.SENT, ended_at=now, last_error="", **freed)
        # On somebody's own machine no e-mail arrives: the outbox goes on showing the link.
        if sent and not settings.LOCAL:
            Notification.objects.filter(letter=letter).update(sealed_path="")
        return LetterState.SENT
    words = rules.one_line(refusal.words, rules.ERROR_MAX)
    wait = None if refusal.permanent else rules.next_wait(letter.attempts)
    if wait is None:
        held.update(state=LetterState.GIVEN_UP, ended_at=now, last_error=words, **freed)
        return LetterState.GIVEN_UP
    held.update(next_attempt_at=now + wait, last_error=words, **freed)
    return LetterState.WAITING
