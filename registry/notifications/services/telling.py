"""Telling people, in the transaction of what is told: it is told if and only if it happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from registry.accounts.models import User
from registry.notifications import rules
from registry.notifications.enums import Delivery, Kind
from registry.notifications.models import Letter, Notification
from registry.notifications.selectors import deliveries
from registry.notifications.services.sealing import seal

_BATCH = 1000


@dataclass(frozen=True)
class Message:
    """One thing to tell to some people.

    `body` is paragraphs of plain text, `link` the path of the page it is about, and `key` says
    what happened: "evidence accepted SUB-12". Nobody is told the same key twice.
    """

    to: Sequence[User]
    kind: Kind
    subject: str
    body: Sequence[str]
    link: str
    key: str


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    kind: Kind,
    subject: str,
    body: Sequence[str],
    link: str,
    key: str,
    now: datetime,
) -> int:
    """Tell `to` one thing: on screen, and by e-mail as each prefers. Returns how many are told.

    Whoever was told `key` before is left out, as are machines and people whose account is closed.
    """
    message = Message(to=list(to), kind=kind, subject=subject, body=body, link=link, key=key)
    return notify_all(messages=[message], now=now)


@transaction.atomic
def notify_all(*, messages: Sequence[Message], now: datetime) -> int:
    """The same for many things at once, with a fixed number of questions a thousand of them."""
    wanted = deliveries(user for message in messages for user in message.to)
    rows = {
        (message.key, user.pk): _row(message, user, wanted.get(user.pk), now)
        for message in messages
        for user in message.to
        if user.is_active and not user.is_machine
    }
    # In the order of the keys, so that two who tell the same never wait for each other in a circle.
    return _store([rows[each] for each in sorted(rows)], now)


@transaction.atomic
def notify_address(
    *,
    address: str,
    kind: Kind,
    subject: str,
    body: Sequence[str],
    secret_link: str,
    key: str,
    now: datetime,
) -> int:
    """Tell an e-mail address, whether or not it has an account. Returns whether it is new, 0 or 1.

    `secret_link` is a path that only its reader may know: it is encrypted, and forgotten once sent.
    """
    row = Notification(
        address=address.strip().lower(),
        key=key,
        kind=kind,
        subject=rules.one_line(subject, rules.SUBJECT_MAX),
        body="\n\n".join(body),
        sealed_path=seal(secret_link),
        delivery=Delivery.AT_ONCE,
        created_at=now,
    )
    return _store([row], now)


def _row(message: Message, user: User, delivery: str | None, now: datetime) -> Notification:
    at_once = delivery is None or not message.kind.may_wait
    return Notification(
        user=user,
        key=message.key,
        kind=message.kind,
        subject=rules.one_line(message.subject, rules.SUBJECT_MAX),
        body="\n\n".join(message.body),
        path=message.link,
        delivery=Delivery.AT_ONCE if at_once else delivery,
        created_at=now,
    )


def _store(rows: Sequence[Notification], now: datetime) -> int:
    """Add what is not there yet, and an e-mail for each of it that is to be sent at once."""
    told = 0
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        Notification.objects.bulk_create(batch, ignore_conflicts=True)
        new = list(Notification.objects.filter(uuid__in=[row.uuid for row in batch]).order_by("pk"))
        sent = [row for row in new if row.delivery == Delivery.AT_ONCE]
        letters = Letter.objects.bulk_create([_letter(row, now) for row in sent])
        for row, letter in zip(sent, letters, strict=True):
            row.letter = letter
        Notification.objects.bulk_update(sent, ["letter"], batch_size=_BATCH)
        told += len(new)
    return told


def _letter(row: Notification, now: datetime) -> Letter:
    return Letter(user_id=row.user_id, address=row.address, created_at=now, next_attempt_at=now)
