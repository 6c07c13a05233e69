"""Files that belong to submissions, and their contents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registry.evidence.enums import ScanState
from registry.evidence.models.submissions import Submission
from registry.evidence.querysets import ContentQuerySet


class StoredContent(models.Model):
    """The content of one or more files, kept once under its hash, and what the scanner said."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    scan = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.UNSCANNED)
    # What the scanner calls that which it found. The content is gone then; this row stays.
    signature = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField()
    # The work that is owed: from when, who has it until when, how often it was tried in vain.
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        ordering = ["kept_at", "sha256"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(scan__in=["unscanned", "waiting", "failed"]),
                name="evidence_scans_owed",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(scan__in=ScanState.values), name="evidence_scan_state"
            ),
            models.CheckConstraint(
                condition=Q(scan=ScanState.INFECTED) ^ Q(signature=""),
                name="evidence_infected_by_something",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class HeldContent:
    """What a file says of its `content`, whatever it belongs to."""

    @property
    def sha256(self) -> str:
        """The hash of what is stored and handed out."""
        return self.content_id

    @property
    def scan(self) -> ScanState:
        """Where the scan of its content stands. What was there before a scanner waits for it."""
        state = ScanState(self.content.scan)
        waits = state == ScanState.UNSCANNED and settings.CLAMD
        return ScanState.WAITING if waits else state

    @property
    def is_released(self) -> bool:
        """Whether anybody may have it: it is clean, or there is no scanner to say so."""
        return self.scan in (ScanState.CLEAN, ScanState.UNSCANNED)


class EvidenceFile(HeldContent, models.Model):
    """A file that belongs to a submission, stored under the hash of its content."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    content = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, related_name="files", db_column="sha256"
    )
    size = models.PositiveIntegerField()
    # Of what was uploaded; another than the content's where that was made safe first.
    uploaded_sha256 = models.CharField(max_length=64)
    # What was taken out to make it safe, in words, and whether a signature was broken by it.
    removed = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    was_signed = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "content"], name="evidence_file_once_a_submission"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def was_rewritten(self) -> bool:
        """Whether what is handed out is not, byte for byte, what was uploaded."""
        return self.uploaded_sha256 != self.content_id
