"""What people are told, and the e-mails that carry it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.notifications.enums import Delivery, Kind, LetterState
from registry.notifications.querysets import LetterQuerySet, NotificationQuerySet


class Preference(models.Model):
    """A person wants to be told in this way. Who never said is told at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notification_preference"
    )
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery__in=Delivery.values), name="notifications_known_delivery"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_delivery_display()}"


class Letter(models.Model):
    """An e-mail to one person or address: about one thing, or the daily one about several."""

    # Names the e-mail in its Message-ID, the same for every attempt.
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    # Of somebody without an account; otherwise the account's address is used, as it is then.
    address = models.EmailField(blank=True)
    # The day, London's, whose daily e-mail this is.
    digest_day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    # The row remembers the work: sent when next_attempt_at has come and nobody's claim stands.
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest_day"], name="notifications_one_digest_a_day"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | Q(user__isnull=True) & ~Q(address=""),
                name="notifications_letter_to_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="notifications_letter_state"
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.WAITING, ended_at__isnull=True)
                | ~Q(state=LetterState.WAITING) & Q(ended_at__isnull=False, claim__isnull=True),
                name="notifications_letter_ends_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=LetterState.WAITING),
                name="notifications_letter_due",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state=LetterState.GIVEN_UP),
                name="notifications_letter_given_up",
            ),
            models.Index(fields=["-created_at", "-id"], name="notifications_letter_newest"),
        ]

    def __str__(self) -> str:
        return f"E-mail to {self.user.email if self.user else self.address}"

    @property
    def recipient(self) -> str:
        """The address that it goes to."""
        return self.user.email if self.user else self.address


class Notification(models.Model):
    """A person, or an address without an account, is told one thing once."""

    # Found again after rows that were there already have been left out.
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notifications",
    )
    address = models.EmailField(blank=True)
    # Says what happened: whoever tells it again, nobody is told twice.
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # The page that it is about.
    path = models.CharField(max_length=500, blank=True)
    # A page for the reader of the e-mail alone, encrypted, and forgotten once it is sent.
    sealed_path = models.TextField(blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="notifications"
    )
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(user__isnull=False),
                name="notifications_person_told_once",
            ),
            models.UniqueConstraint(
                fields=["address", "key"],
                condition=Q(user__isnull=True),
                name="notifications_address_told_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | Q(user__isnull=True) & ~Q(address=""),
                name="notifications_to_one",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="notifications_known_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="notifications_key"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"
            ),
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_of_a_person"),
            models.Index(
                fields=["created_at"],
                condition=Q(letter__isnull=True, delivery=Delivery.DAILY),
                name="notifications_gathering",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
