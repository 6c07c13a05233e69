"""What every page of a submission says about it."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.accounts.models import Role
from registry.common.formatting import format_date, format_period, format_plural
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import AlsoFor, Decision, Submission
from registry.evidence.querysets import AWAITING
from registry.standards.enums import SECOND_ASSESSOR_CLASSES


@dataclass(frozen=True)
class Step:
    """One thing that happened to a submission."""

    at: datetime
    title: str
    by: str
    lines: tuple[tuple[str, str], ...] = ()


def history(submission: Submission, *, reader=None) -> list[Step]:
    """What happened, oldest first. Decisions come with their reasons.

    While a second assessor is awaited, the first one's reason is kept from other assessors, so
    that they form their own (ADR 0028).
    """
    steps = [Step(submission.created_at, "Started", str(submission.created_by))]
    if submission.submitted_at:
        steps.append(Step(submission.submitted_at, "Submitted", str(submission.submitted_by)))
    steps += [
        _decision(each, hidden=_kept_from(reader, each, submission))
        for each in submission.decisions.all()
    ]
    if submission.assessor:
        steps.append(Step(submission.taken_up_at, "Taken up", str(submission.assessor)))
    if submission.withdrawn_at:
        steps.append(Step(submission.withdrawn_at, "Withdrawn", ""))
    return sorted(steps, key=lambda step: step.at)


def _kept_from(reader, decision: Decision, submission: Submission) -> bool:
    return (
        reader is not None
        and submission.state in AWAITING
        and decision.outcome == Outcome.ACCEPTED
        and decision.decided_by_id != reader.pk
        and reader.has_role(Role.ASSESSOR)
    )


def _decision(decision: Decision, *, hidden: bool) -> Step:
    lines = [("Reason", "Shown once you have decided" if hidden else decision.reason)]
    if not hidden:
        lines += [
            ("Not accepted for", f"{each.criterion}. {each.reason}")
            for each in decision.left_out.all()
        ]
    if decision.valid:
        lines.insert(0, ("Accepted for", format_period(decision.valid)))
    if decision.revoked_from:
        lines.insert(0, ("Proves nothing from", format_date(decision.revoked_from)))
    if decision.what_would_do:
        lines.append(("What would do", decision.what_would_do))
    title = Outcome(decision.outcome).label
    return Step(decision.decided_at, title, str(decision.decided_by), tuple(lines))


def others_of(draft: Submission) -> list[AlsoFor]:
    """The other products that a draft is for, by name."""
    return list(
        draft.also_for.select_related("product").prefetch_related("criteria__version__standard")
    )


def sent_words(sent: Submission) -> str:
    """What to tell whoever has just sent evidence."""
    also = len(sent.sent_along.all())
    if not also:
        return f"Evidence {sent.ref} sent. You will find the decision here."
    return (
        f"Evidence {sent.ref} sent, and the same for {format_plural(also, 'other product')}. "
        "Each is decided by itself."
    )


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


def public_decisions(submission: Submission) -> list[Decision]:
    """Acceptances and revocations; what was said in confidence when returning is not among them."""
    return [each for each in submission.decisions.all() if each.outcome != Outcome.RETURNED]
