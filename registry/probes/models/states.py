"""What the visits mean: the state of each check, and its confirmed spells."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from registry.history.rules import Versions
from registry.probes.enums import SpellResult
from registry.probes.models.endpoints import Endpoint


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
