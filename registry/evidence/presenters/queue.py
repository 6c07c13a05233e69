"""The lines of the assessor's queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.common.formatting import format_date
from registry.evidence.models import Submission
from registry.evidence.selectors import FOR_EVER, NEVER


def urgency(proved_until: date, *, on: date) -> str:
    """Until when what it speaks to is proved by earlier evidence."""
    if proved_until == NEVER:
        return "Not proved before"
    if proved_until == FOR_EVER:
        return "Proved, no end"
    if proved_until <= on:
        return f"Lapsed on {format_date(proved_until)}"
    return f"Lapses on {format_date(proved_until)}"


@dataclass(frozen=True)
class QueueRow:
    """A line of the assessor's queue."""

    submission: Submission
    standards: tuple[str, ...]
    urgency: str
    state: str


def queue_rows(submissions: Iterable[Submission], *, on: date) -> list[QueueRow]:
    """The lines of one page of the queue."""
    return [
        QueueRow(
            submission=each,
            standards=standards_of(each),
            urgency=urgency(each.proved_until, on=on),
            state=_queue_words(each),
        )
        for each in submissions
    ]


def standards_of(submission: Submission) -> tuple[str, ...]:
    """The codes it speaks to, in order, each once."""
    codes = {criterion.version.standard.code for criterion in submission.criteria.all()}
    return tuple(sorted(codes))


def _queue_words(submission: Submission) -> str:
    if submission.conflicted:
        return "You act for this supplier"
    if submission.assessor:
        return f"With {submission.assessor}"
    return "Awaits a second assessor" if submission.first_accepted else "Not taken up"
