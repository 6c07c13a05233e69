"""Questions about messages and e-mails."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, QuerySet
from django.urls import reverse

from registry.accounts.models import User
from registry.notifications import rules
from registry.notifications.enums import Delivery, LetterState
from registry.notifications.models import Letter, Notification, Preference
from registry.operations.backlogs import Backlog


def notifications_of(user) -> QuerySet[Notification]:
    """What `user` was told: unread first, then newest first."""
    was_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    mine = Notification.objects.visible_to(user)
    return mine.annotate(was_read=was_read).order_by("was_read", "-created_at", "-pk")


def unread_count(user) -> int:
    """How many messages `user` has not marked as read."""
    return Notification.objects.visible_to(user).unread().count() if user.is_authenticated else 0


def delivery_of(user) -> str:
    """How `user` wants to be told."""
    held = Preference.objects.filter(user=user).values_list("delivery", flat=True).first()
    return held or Delivery.AT_ONCE


def deliveries(users: Iterable[User]) -> dict[int, str]:
    """How each of `users` wants to be told, by primary key; who never said is left out."""
    rows = Preference.objects.filter(user__in=[user.pk for user in users])
    return dict(rows.values_list("user", "delivery"))


def preferring(delivery: Delivery) -> QuerySet:
    """The people who want to be told in this way, by primary key."""
    return Preference.objects.filter(delivery=delivery).values("user")


def told(keys: Iterable[str]) -> set[str]:
    """Those of `keys` that anybody was told of."""
    rows = Notification.objects.filter(key__in=list(keys)).order_by()
    return set(rows.values_list("key", flat=True))


def letters_visible_to(user) -> QuerySet[Letter]:
    """The outbox, newest first, each with whom it goes to and what it carries."""
    return Letter.objects.visible_to(user).select_related("user").prefetch_related("notifications")


def letter_for(user, uuid) -> Letter | None:
    """The e-mail of this name; `None` unless `user` may see it."""
    return letters_visible_to(user).filter(uuid=uuid).first()


def counts_by_state(user) -> dict[str, int]:
    """How many e-mails of the outbox stand where."""
    rows = Letter.objects.visible_to(user).order_by().values("state").annotate(many=Count("pk"))
    return {row["state"]: row["many"] for row in rows}


def waiting_backlog() -> Backlog:
    """E-mails that are neither sent nor given up."""
    return _backlog(LetterState.WAITING)


def given_up_backlog() -> Backlog:
    """E-mails that an administrator should look at."""
    return _backlog(LetterState.GIVEN_UP)


def _backlog(state: LetterState) -> Backlog:
    rows = Letter.objects.filter(state=state).order_by()
    found = rows.aggregate(owed=Count("pk"), oldest=Min("created_at"))
    return Backlog(owed=found["owed"], oldest=found["oldest"])


def text_of(letter: Letter, *, paths: dict[int, str]) -> tuple[str, str]:
    """Subject and plain text of an e-mail; `paths` are pages for its reader alone, by message."""
    rows = sorted(letter.notifications.all(), key=lambda row: (row.created_at, row.pk))
    items = [_told(row, paths.get(row.pk, row.path)) for row in rows]
    preference = rules.absolute(settings.SITE_URL, reverse("notification_preference"))
    said = {"site_name": settings.SITE_NAME, "preference": preference if letter.user_id else ""}
    if letter.digest_day:
        return rules.digest(items, **said)
    return rules.single(items[0], **said)


def _told(row: Notification, path: str) -> rules.Told:
    link = rules.absolute(settings.SITE_URL, path) if path else ""
    return rules.Told(subject=row.subject, body=row.body, link=link)
