"""What was seen at an endpoint."""

from django.db import models
from django.db.models import F, Q

from registry.history.rules import Log
from registry.probes.enums import Outcome
from registry.probes.models.endpoints import Endpoint


class CaptureBody(models.Model):
    """A body that was answered at least once, stored once under its canonical hash."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    # Of `content` as it was sent: an answer with this hash need not be read to be known.
    sent_sha256 = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    first_seen = models.DateTimeField()
    # When a visit named it, to the day: what only visits that are gone named may go.
    last_named = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Probe(models.Model):
    """One visit to an endpoint: outcome, TLS facts, timings, captures and findings."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="probes")
    at = models.DateTimeField()
    # When it was stored, by the register's clock: from then on it is known.
    recorded_at = models.DateTimeField()
    # False when somebody asked for it: such a failure confirms nothing.
    scheduled = models.BooleanField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    # Seconds of DNS, connect, TLS, first byte and total, and bytes received.
    timings = models.JSONField(default=dict)
    tls = models.JSONField(default=dict)
    # By name, as rules/records.py writes them; a body by the hash of its canonical form.
    captures = models.JSONField(default=dict)
    # As rules/results.py writes them.
    findings = models.JSONField(default=list)

    kept = Log("recorded_at", not_before="at")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["endpoint", "-at"], name="probes_probe_by_endpoint")]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("at")), name="probes_probe_recorded_after"
            )
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} at {self.at:%Y-%m-%d %H:%M}"


class OlderTlsRefusal(models.Model):
    """A server that refused TLS 1.0 and 1.1 when it was last asked, and is left alone for a day."""

    # Scheme, host and port.
    origin = models.CharField(max_length=300, primary_key=True)
    asked_at = models.DateTimeField(db_index=True)
    detail = models.CharField(max_length=300)
    # The SHA-256 of the certificate it showed: another one is another server.
    certificate = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.origin
