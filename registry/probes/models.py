"""Endpoints, what was seen at them, and what it means."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from registry.history.rules import Log, Versions
from registry.probes.enums import Control, Outcome, SpellResult
from registry.probes.querysets import EndpointQuerySet


class Endpoint(models.Model):
    """An address of a product that workers re-probe for ever while it is in service."""

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="endpoints"
    )
    url = models.CharField(max_length=500)
    host = models.CharField(max_length=255)
    profile = models.CharField(max_length=40)
    in_service = DateRangeField()
    # Probing starts when control of the host is proved, or an officer vouched for it.
    control = models.CharField(max_length=10, choices=Control.choices, default=Control.UNPROVED)
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vouch_reason = models.TextField(blank=True)
    vouched_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    # The row remembers the work: probed when due_at has come and nobody's claim stands.
    due_at = models.DateTimeField()
    # When somebody last asked for "probe now". It is owed until a visit is newer; due_at
    # stays, so that asking can neither put off a scheduled visit nor stand in for one.
    asked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    last_probed_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)

    objects = EndpointQuerySet.as_manager()

    # When it is due and who is on the way there changes with every visit, and says nothing.
    kept = Versions(
        by=("product_id",),
        ignoring=(
            "due_at",
            "asked_at",
            "claimed_until",
            "claim",
            "last_probed_at",
            "last_outcome",
        ),
        computed={
            "last_probed_at": "(SELECT max(p.at) FROM known.probes_probe AS p"
            " WHERE p.endpoint_id = v.id)",
            "last_outcome": "coalesce((SELECT p.outcome FROM known.probes_probe AS p"
            " WHERE p.endpoint_id = v.id ORDER BY p.at DESC LIMIT 1), '')",
        },
    )

    class Meta:
        ordering = ["product", "url"]
        constraints = [
            models.UniqueConstraint(fields=["product", "url"], name="probes_endpoint_natural_key"),
            models.CheckConstraint(
                condition=Q(in_service__isempty=False), name="probes_endpoint_days"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=~Q(control=Control.UNPROVED) & Q(paused=False),
                name="probes_endpoint_due",
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(asked_at__isnull=False),
                name="probes_endpoint_asked",
            ),
            models.Index(
                fields=["host"],
                condition=Q(claimed_until__isnull=False),
                name="probes_endpoint_host_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.url


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

    kept = Log("at")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["endpoint", "-at"], name="probes_probe_by_endpoint")]

    def __str__(self) -> str:
        return f"{self.endpoint} at {self.at:%Y-%m-%d %H:%M}"


class CheckState(models.Model):
    """What the prober holds true of one check at one endpoint, and what might overturn it."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="check_states")
    check_id = models.CharField(max_length=60)
    # The confirmed result; a failure that is not yet confirmed is counted below.
    result = models.CharField(max_length=8, choices=SpellResult.choices)
    since = models.DateField()
    last_conclusive_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    # When a pass is known to end: the expiry of a certificate.
    known_end = models.DateTimeField(null=True, blank=True)
    # The last conclusive results, one letter each (P, F), newest last; many turns are flapping.
    recent = models.CharField(max_length=10, blank=True)
    finding = models.JSONField(default=dict)
    # A hash of all that the finding was judged from; empty where it must be judged each time.
    basis = models.CharField(max_length=64, blank=True)

    # What is counted towards a turn changes with every visit; a version is a turn.
    kept = Versions(
        by=("endpoint_id",),
        ignoring=(
            "last_conclusive_at",
            "failing_since",
            "failures",
            "known_end",
            "recent",
            "finding",
            "basis",
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "check_id"], name="probes_check_state_once")
        ]
        indexes = [
            # The sweep for passes that went stale.
            models.Index(
                fields=["check_id", "last_conclusive_at"],
                condition=Q(result=SpellResult.PASS),
                name="probes_check_state_passing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.result} at {self.endpoint}"


class CheckSpell(models.Model):
    """A confirmed result of one check at one endpoint over a period; the engine's input."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="check_spells")
    check_id = models.CharField(max_length=60)
    result = models.CharField(max_length=8, choices=SpellResult.choices)
    period = DateRangeField()

    kept = Versions(by=("endpoint_id",))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="probes_spell_days"),
            ExclusionConstraint(
                name="probes_spells_do_not_overlap",
                expressions=[
                    ("endpoint", RangeOperators.EQUAL),
                    ("check_id", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.result} {self.period}"


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
