"""Looking after the outbox: what was given up is tried again, what no longer holds is not sent."""

from datetime import datetime

from django.db import transaction

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.common.errors import Conflict
from registry.notifications.enums import LetterState
from registry.notifications.models import Letter, Notification


@transaction.atomic
def try_again(*, letter: Letter, by: User, now: datetime) -> Letter:
    """An administrator has an e-mail that was given up sent after all, with all its attempts."""
    require_role(by, Role.ADMINISTRATOR)
    row = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if row.state != LetterState.GIVEN_UP:
        raise Conflict(f"This e-mail is not given up: it is {row.get_state_display().lower()}.")
    row.state, row.attempts, row.ended_at, row.next_attempt_at = LetterState.WAITING, 0, None, now
    row.save()
    audit.record(actor=by, action="notifications.tried_again", subject=row, now=now)
    return row


@transaction.atomic
def drop(*, key: str, now: datetime) -> int:
    """What `key` told is true no more: its e-mails that are not sent yet are not sent.

    For a cancelled invitation, say. An e-mail on its way to the server at this moment may still
    arrive. Returns how many were dropped.
    """
    carrying = Notification.objects.filter(key=key, letter__isnull=False).values("letter")
    rows = Letter.objects.filter(
        pk__in=carrying,
        digest_day=None,
        state__in=[LetterState.WAITING, LetterState.GIVEN_UP],
    )
    ids = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    Notification.objects.filter(letter__in=ids).update(sealed_path="")
    return Letter.objects.filter(pk__in=ids).update(
        state=LetterState.DROPPED, ended_at=now, claim=None, claimed_until=None
    )
