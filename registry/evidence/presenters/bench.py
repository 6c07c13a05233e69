"""What the assessor's bench shows beside the submission."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.accounts.models import Role
from registry.catalogue.selectors import acts_for
from registry.common.formatting import format_period
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission
from registry.evidence.presenters.submission import needs_second
from registry.evidence.querysets import AWAITING


@dataclass(frozen=True)
class Earlier:
    """Evidence that was decided on before, and the last thing that was said of it."""

    submission: Submission
    codes: str
    last: Decision | None


def earlier(submissions: Iterable[Submission]) -> list[Earlier]:
    """What the assessor compares with."""
    return [
        Earlier(
            submission=each,
            codes=", ".join(sorted({criterion.code for criterion in each.criteria.all()})),
            last=next(reversed(each.decisions.all()), None),
        )
        for each in submissions
    ]


@dataclass(frozen=True)
class Bench:
    """What this person may do with a submission on the assessor's bench."""

    may_take_up: bool
    may_decide: bool
    second: bool
    first: Decision | None
    obstacle: str


def bench(submission: Submission, user) -> Bench:
    """The services decide; this only keeps useless buttons off the page."""
    first = next(
        (each for each in submission.decisions.all() if each.outcome == Outcome.ACCEPTED), None
    )
    awaiting = submission.state in AWAITING
    obstacle = _obstacle(submission, user, first) if awaiting else ""
    mine = submission.assessor_id == user.pk
    return Bench(
        may_take_up=awaiting and not obstacle and not mine,
        may_decide=awaiting and not obstacle and mine,
        second=needs_second(submission),
        first=first if awaiting else None,
        obstacle=obstacle,
    )


def _obstacle(submission: Submission, user, first: Decision | None) -> str:
    supplier = submission.product.supplier
    if not user.has_role(Role.ASSESSOR):
        return "Only assessors decide."
    if acts_for(user, supplier):
        return f"You act for {supplier.name}, so somebody else must assess this."
    if first is not None and first.decided_by_id == user.pk:
        return "You accepted this first. The second assessor must be somebody else."
    return ""


def accepted_words(submission: Submission) -> str:
    """What to tell the assessor who has just accepted."""
    if submission.state == SubmissionState.ACCEPTED:
        return f"Evidence {submission.ref} accepted for {format_period(submission.valid)}."
    return "Your acceptance is recorded. A second assessor must accept before the evidence proves."
