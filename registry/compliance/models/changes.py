"""What a refresh changed: the history of a product, and what notifications are made of.

Everything here is written by refresh.sql, in the statement that writes the spells, and never
touched again: a wrong decision that is corrected is one more revision (ADR 0068).
"""

import pgtrigger
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from registry.common.causes import Cause, concerning
from registry.compliance.enums import Status, Verdict
from registry.compliance.querysets import RevisionQuerySet
from registry.history.rules import Log


def _written_once() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name="append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'what the register learned is never changed';",
        ),
        pgtrigger.Trigger(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'what the register learned is never removed';",
        ),
    ]


class Revision(models.Model):
    """At this moment the register revised what it holds of a product, for these causes.

    Refreshes queue for one lock until they commit, so the numbers are in the order in which
    revisions became visible: whoever has read up to one has missed none before it.
    """

    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.PROTECT,
        related_name="revisions",
        # The unique key begins with it.
        db_index=False,
    )
    recorded_at = models.DateTimeField(db_index=True)
    # Of `Cause.as_dict()`, in the order in which they came; never empty.
    causes = models.JSONField()

    objects = RevisionQuerySet.as_manager()

    kept = Log("recorded_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "recorded_at"], name="compliance_revision_natural_key"
            ),
            models.CheckConstraint(condition=~Q(causes=[]), name="compliance_revision_has_a_cause"),
        ]
        triggers = _written_once()

    def __str__(self) -> str:
        return f"{self.product_id} {self.recorded_at}"

    @property
    def why(self) -> list[Cause]:
        """The causes that turned its standards; all of them where only the verdict turned."""
        found = [Cause.read(kept) for kept in self.causes]
        if len(found) == 1:
            return found
        codes = {change.standard.code for change in self.changes.all()}
        return concerning(found, codes) if codes else found


class Change(models.Model):
    """From a revision on, the pair has another status on the days of `period`.

    The periods are as long as can be: two of one revision and pair with the same statuses never
    adjoin, and none overlap. A pair without a timeline is not required.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="changes")
    # Never asked by standard alone; and who deletes a standard is stopped by its spells.
    standard = models.ForeignKey(
        "standards.Standard", on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    from_status = models.CharField(max_length=12, choices=Status.choices)
    to_status = models.CharField(max_length=12, choices=Status.choices)
    period = DateRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_status__in=Status.values, to_status__in=Status.values)
                & ~Q(from_status=F("to_status")),
                name="compliance_change_statuses",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="compliance_change_days"
            ),
        ]
        triggers = _written_once()

    def __str__(self) -> str:
        return f"{self.standard_id} {self.from_status} to {self.to_status} {self.period}"


class VerdictChange(models.Model):
    """From a revision on, the product has another verdict on the days of `period`."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verdict_changes")
    from_verdict = models.CharField(max_length=16, choices=Verdict.choices)
    to_verdict = models.CharField(max_length=16, choices=Verdict.choices)
    period = DateRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_verdict__in=Verdict.values, to_verdict__in=Verdict.values)
                & ~Q(from_verdict=F("to_verdict")),
                name="compliance_verdict_change_verdicts",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="compliance_verdict_change_days"
            ),
        ]
        triggers = _written_once()

    def __str__(self) -> str:
        return f"{self.from_verdict} to {self.to_verdict} {self.period}"
