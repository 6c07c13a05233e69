"""Tokens of a supplier's machines, and the addresses of its members' calendars."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registry.catalogue.models import Supplier


class ApiToken(models.Model):
    """A supplier's machine may act for its maker with this, at the addresses that allow it.

    The token itself is shown once and not kept: only its SHA-256 is.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    # Its last four letters, by which its owner tells it from others.
    ending = models.CharField(max_length=4)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="tokens_expire_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"


class CalendarAddress(models.Model):
    """A member's calendar program fetches what a supplier owes, without signing in.

    The address is the row's number, signed: it can be shown again, it stands in no dump of the
    database, and another row is another address.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_addresses"
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="calendar_addresses"
    )
    made_at = models.DateTimeField()
    last_fetched_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "supplier"], name="tokens_one_calendar_each")
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.supplier} for {self.user}"
