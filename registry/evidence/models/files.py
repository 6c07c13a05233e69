"""Files that belong to submissions."""

from django.db import models

from registry.evidence.models.submissions import Submission


class EvidenceFile(models.Model):
    """A file that belongs to a submission, stored under the hash of its content."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "sha256"], name="evidence_file_once_a_submission"
            )
        ]

    def __str__(self) -> str:
        return self.name
