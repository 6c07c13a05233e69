"""What the pages of evidence say about a submission."""

from registry.evidence.presenters.bench import Bench, Earlier, accepted_words, bench, earlier
from registry.evidence.presenters.queue import standards_of
from registry.evidence.presenters.submission import (
    Standing,
    Step,
    history,
    needs_second,
    others_of,
    public_decisions,
    sent_words,
    standing,
)
from registry.evidence.presenters.tasks import Task, tasks

__all__ = [
    "Bench",
    "Earlier",
    "Standing",
    "Step",
    "Task",
    "accepted_words",
    "bench",
    "earlier",
    "history",
    "needs_second",
    "others_of",
    "public_decisions",
    "sent_words",
    "standards_of",
    "standing",
    "tasks",
]
