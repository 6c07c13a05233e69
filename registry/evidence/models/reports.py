"""What machines said of a product, as it was read."""

from django.db import models

from registry.evidence.enums import ReportKind
from registry.evidence.models.files import EvidenceFile
from registry.evidence.models.submissions import Submission


class MachineReport(models.Model):
    """A file of a submission was read as a machine's report: what it says, and of which criteria.

    Never changed: the assessor sees what the supplier saw.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reports")
    file = models.OneToOneField(EvidenceFile, on_delete=models.CASCADE, related_name="report")
    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    tool = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    tester = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    # [{"name", "outcome", "requirements", "words"}], in the order of the report.
    results = models.JSONField()
    # Requirement id to the primary keys of the criteria that named it when this was read.
    known = models.JSONField(default=dict)
    read_at = models.DateTimeField()
    # The token that it came with; empty where a person sent it on a page.
    token = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.submission}"
