"""What the pages of evidence say about a submission."""

from registry.evidence.presenters.bench import (
    Bench,
    Beside,
    Cut,
    Earlier,
    accepted_words,
    asked,
    bench,
    cut,
    file_notes,
    outside_words,
    side_by_side,
)
from registry.evidence.presenters.questionnaire import questionnaire_results
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
    "Beside",
    "Cut",
    "Earlier",
    "Standing",
    "Step",
    "Task",
    "accepted_words",
    "asked",
    "bench",
    "cut",
    "file_notes",
    "history",
    "needs_second",
    "others_of",
    "outside_words",
    "public_decisions",
    "questionnaire_results",
    "sent_words",
    "side_by_side",
    "standing",
    "tasks",
]
