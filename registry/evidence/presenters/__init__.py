"""What the pages of evidence say about a submission."""

from registry.evidence.presenters.bench import Bench, Earlier, accepted_words, bench, earlier
from registry.evidence.presenters.questionnaire import questionnaire_results
from registry.evidence.presenters.queue import QueueRow, queue_rows, standards_of, urgency
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
    "QueueRow",
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
    "questionnaire_results",
    "queue_rows",
    "sent_words",
    "standards_of",
    "standing",
    "tasks",
    "urgency",
]
