"""What assessor and supplier ask and answer before a decision."""

import pgtrigger
from django.conf import settings
from django.db import models

from registry.evidence.enums import MessageKind
from registry.evidence.models.files import HeldContent, StoredContent
from registry.evidence.models.submissions import Submission


class Message(models.Model):
    """The assessor asked something about a submission, or its supplier answered; for ever."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=MessageKind.choices)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=MessageKind.values), name="evidence_message_kind"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} about {self.submission}"


class MessageFile(HeldContent, models.Model):
    """A file sent with a message, stored under the hash of its content."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    content = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, related_name="message_files", db_column="sha256"
    )
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "content"], name="evidence_message_file_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name
