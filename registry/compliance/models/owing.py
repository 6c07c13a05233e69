"""Mass changes whose timelines are still to be computed: the rows outlive every message."""

from django.db import models

from registry.common.causes import Cause


class RefreshRun(models.Model):
    """A change of facts touched so many products that they are refreshed one batch at a time.

    How many are done is not kept: it is `total` less the rows that are still owed (ADR 0070).
    """

    # Of `Cause.as_dict()`; public, like the progress.
    causes = models.JSONField()
    since = models.DateTimeField()
    total = models.PositiveIntegerField()
    # When its first batch began, and when its last product was done.
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["since"],
                condition=models.Q(finished_at__isnull=True),
                name="compliance_unfinished_runs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.total} products since {self.since:%Y-%m-%d %H:%M}"

    @property
    def why(self) -> list[Cause]:
        """The causes."""
        return [Cause.read(kept) for kept in self.causes]


class RefreshOwed(models.Model):
    """A run owes this product a refresh. A product may be owed to several runs at once."""

    run = models.ForeignKey(RefreshRun, on_delete=models.CASCADE, related_name="owed")
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="refreshes_owed"
    )
    # Where they are the product's own; null where they are the run's.
    causes = models.JSONField(null=True)
    # Counted before it is tried: a worker that dies of a product leaves that trace.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Not before this moment, once it was tried.
    retry_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "product"], name="compliance_owed_once_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.product} for run {self.run_id}"

    @property
    def why(self) -> list[Cause]:
        """The causes of this product. Read with `run`."""
        return [Cause.read(kept) for kept in self.causes or self.run.causes]
