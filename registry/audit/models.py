"""What was done, by whom, in a chain that anyone can check."""

import pgtrigger
from django.conf import settings
from django.db import models


class Event(models.Model):
    """Somebody did something to one thing at one moment; never changed, never removed."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audit_events"
    )
    action = models.CharField(max_length=80)
    # "evidence.submission:12" and what people call it.
    subject = models.CharField(max_length=120)
    subject_name = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject", "at"], name="audit_event_subject")]
        triggers = [
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the audit is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
