"""Sets of messages and of e-mails."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from registry.accounts.models import Role
from registry.notifications.enums import LetterState


class NotificationQuerySet(models.QuerySet):
    """Messages that somebody may see."""

    def visible_to(self, user) -> "NotificationQuerySet":
        """One's own, and nobody else's: not even the national team reads along here."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Those that were not marked as read."""
        return self.filter(read_at=None)


class LetterQuerySet(models.QuerySet):
    """E-mails that somebody may see, or that somebody must send."""

    def visible_to(self, user) -> "LetterQuerySet":
        """The outbox is the administrators' to look after and the auditors' to read."""
        if user.is_authenticated and user.has_role(Role.ADMINISTRATOR, Role.AUDITOR):
            return self
        return self.none()

    def due(self, *, now: datetime) -> "LetterQuerySet":
        """Those to be sent at `now` that no worker has to itself."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.filter(free, state=LetterState.WAITING, next_attempt_at__lte=now)
