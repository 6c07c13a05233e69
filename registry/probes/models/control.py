"""Control of hosts: who says that a host is theirs, and how that is proved."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.history.rules import Versions
from registry.probes.enums import ControlState, ProofMethod
from registry.probes.querysets import HostControlQuerySet
from registry.probes.rules import proofs, reproof


class HostControl(models.Model):
    """A supplier says that it controls a host, and has proved it or not."""

    supplier = models.ForeignKey(
        "catalogue.Supplier", on_delete=models.PROTECT, related_name="host_controls"
    )
    # The host, and the port where it is unusual: a port of a shared host proves that port only.
    authority = models.CharField(max_length=300)
    # What must be placed on the host. Another supplier's does not prove it for this one.
    token = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=ControlState.choices, default=ControlState.WAITING
    )
    # Where the proof was found last; empty until then.
    method = models.CharField(max_length=4, choices=ProofMethod.choices, blank=True)
    # When it was proved first, or anew after it had been lost.
    proved_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    # The officer's last decision about it: to withdraw it, or to let it be proved again.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    # What each way found at the last check, in words.
    file_words = models.CharField(max_length=proofs.MAX_WORDS, blank=True)
    dns_words = models.CharField(max_length=proofs.MAX_WORDS, blank=True)
    last_checked_at = models.DateTimeField(null=True, blank=True)
    # The row remembers the work: looked for when due_at has come and nobody's claim stands.
    due_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)

    objects = HostControlQuerySet.as_manager()

    # What a check found and when the next one comes says nothing of who controls the host.
    kept = Versions(
        by=("supplier_id", "authority"),
        ignoring=(
            "file_words",
            "dns_words",
            "last_checked_at",
            "due_at",
            "asked_at",
            "claimed_until",
            "claim",
        ),
    )

    class Meta:
        ordering = ["authority", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "authority"], name="probes_control_natural_key"
            ),
            models.CheckConstraint(
                condition=~Q(state=ControlState.PROVED)
                | Q(proved_at__isnull=False, failing_since__isnull=True) & ~Q(method=""),
                name="probes_control_proved_somehow",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ControlState.MISSING, ControlState.LOST])
                | Q(failing_since__isnull=False),
                name="probes_control_gone_since",
            ),
            # Nobody looks for what an officer withdrew.
            models.CheckConstraint(
                condition=~Q(state=ControlState.WITHDRAWN)
                | Q(due_at__isnull=True, claim__isnull=True, decided_by__isnull=False),
                name="probes_control_withdrawn_rests",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="probes_control_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} of {self.supplier}"

    @property
    def host(self) -> str:
        """The host without its port, as endpoints have it."""
        return proofs.host_of(self.authority)

    @property
    def file_url(self) -> str:
        """Where the file must be."""
        return proofs.file_url(self.authority)

    @property
    def record_name(self) -> str:
        """The name of the TXT record; empty where the DNS can hold none."""
        return proofs.record_name(self.authority)

    @property
    def record_text(self) -> str:
        """What the TXT record must hold."""
        return proofs.record_text(self.token)

    @property
    def visits_stop_at(self) -> datetime | None:
        """When visits stop unless the proof is back; `None` while it is not missing."""
        if self.state != ControlState.MISSING:
            return None
        return reproof.visits_stop_at(self.failing_since)

    def is_owed(self, now: datetime) -> bool:
        """Whether a check is owed, or under way, at `now`."""
        under_way = self.claimed_until is not None and self.claimed_until > now
        return under_way or (self.due_at is not None and self.due_at <= now)
