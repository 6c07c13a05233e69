"""What the pages of evidence say about a submission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from registry.accounts.models import Role
from registry.catalogue.selectors import acts_for
from registry.common.formatting import format_date, format_period
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.selectors import FOR_EVER, NEVER
from registry.standards.enums import SECOND_ASSESSOR_CLASSES


@dataclass(frozen=True)
class Step:
    """One thing that happened to a submission."""

    at: datetime
    title: str
    by: str
    lines: tuple[tuple[str, str], ...] = ()


def history(submission: Submission) -> list[Step]:
    """What happened, oldest first. Decisions come with their reasons."""
    steps = [Step(submission.created_at, "Started", str(submission.created_by))]
    if submission.submitted_at:
        steps.append(Step(submission.submitted_at, "Submitted", str(submission.submitted_by)))
    steps += [_decision(each) for each in submission.decisions.all()]
    if submission.assessor:
        steps.append(Step(submission.taken_up_at, "Taken up", str(submission.assessor)))
    if submission.withdrawn_at:
        steps.append(Step(submission.withdrawn_at, "Withdrawn", ""))
    return sorted(steps, key=lambda step: step.at)


def _decision(decision: Decision) -> Step:
    lines = [("Reason", decision.reason)]
    if decision.valid:
        lines.insert(0, ("Accepted for", format_period(decision.valid)))
    if decision.revoked_from:
        lines.insert(0, ("Proves nothing from", format_date(decision.revoked_from)))
    if decision.what_would_do:
        lines.append(("What would do", decision.what_would_do))
    title = Outcome(decision.outcome).label
    return Step(decision.decided_at, title, str(decision.decided_by), tuple(lines))


@dataclass(frozen=True)
class Standing:
    """How things stand with a submission, in one tag and one sentence."""

    state: SubmissionState
    words: str


def needs_second(submission: Submission) -> bool:
    """As `selectors.needs_second_assessor`, from criteria that are already read."""
    return any(
        criterion.version.standard.standard_class in SECOND_ASSESSOR_CLASSES
        for criterion in submission.criteria.all()
    )


def standing(submission: Submission, *, on: date) -> Standing:
    """The state, and what it means on the day `on`."""
    state = SubmissionState(submission.state)
    words = {
        SubmissionState.DRAFT: "Nobody but your organisation sees a draft.",
        SubmissionState.SUBMITTED: "It waits for an assessor.",
        SubmissionState.IN_ASSESSMENT: _assessment_words(submission),
        SubmissionState.ACCEPTED: _accepted_words(submission, on=on),
        SubmissionState.RETURNED: "It proves nothing. The reason and what would do stand below.",
        SubmissionState.WITHDRAWN: "The supplier took it back. It proves nothing.",
    }[state]
    return Standing(state, words)


def _assessment_words(submission: Submission) -> str:
    if any(each.outcome == Outcome.ACCEPTED for each in submission.decisions.all()):
        return "One assessor accepted it. A second assessor must accept it before it proves."
    return "An assessor is looking at it."


def _accepted_words(submission: Submission, *, on: date) -> str:
    valid, revoked = submission.valid, submission.revoked_from
    if revoked is not None and (valid.upper is None or revoked < valid.upper):
        if revoked == valid.lower:
            return "It was revoked from its first day and proves nothing."
        return f"It is revoked from {format_date(revoked)} and proves nothing from then on."
    if valid.upper is not None and valid.upper <= on:
        return f"It proved {format_period(valid)} and has lapsed."
    if valid.lower is not None and valid.lower > on:
        return f"It will prove {format_period(valid)}."
    return f"It proves {format_period(valid)}."


def urgency(proved_until: date, *, on: date) -> str:
    """Until when what it speaks to is proved by earlier evidence."""
    if proved_until == NEVER:
        return "Not proved before"
    if proved_until == FOR_EVER:
        return "Proved, no end"
    if proved_until <= on:
        return f"Lapsed on {format_date(proved_until)}"
    return f"Lapses on {format_date(proved_until)}"


def public_decisions(submission: Submission) -> list[Decision]:
    """Acceptances and revocations; what was said in confidence when returning is not among them."""
    return [each for each in submission.decisions.all() if each.outcome != Outcome.RETURNED]


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
