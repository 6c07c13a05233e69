"""What the assessor's bench shows beside the submission."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.accounts.models import Role
from registry.common.formatting import format_date, format_period, format_plural
from registry.evidence.enums import Asked, MessageKind, Outcome, SubmissionState
from registry.evidence.models import Decision, Submission
from registry.evidence.presenters.submission import needs_second
from registry.evidence.querysets import AWAITING
from registry.evidence.rules import lease
from registry.evidence.selectors import SameFile, stake_of
from registry.standards.enums import Form
from registry.standards.models import Criterion


@dataclass(frozen=True)
class Earlier:
    """Evidence for one criterion that was decided on before, and what was said of it."""

    submission: Submission
    outcome: Outcome
    at: datetime
    reason: str
    files: str


@dataclass(frozen=True)
class Beside:
    """One criterion that is asked about, and what was decided on it before, newest first."""

    criterion: Criterion
    accepts: str
    accepted: str
    earlier: list[Earlier]


MOST_EARLIER = 3


def side_by_side(submission: Submission, before: Sequence[Submission]) -> list[Beside]:
    """Each criterion with its text, the forms that it accepts and its previous decisions."""
    hashes = {file.sha256 for file in submission.files.all()}
    return [
        Beside(
            criterion=criterion,
            accepts=" or ".join(Form(proof).label.lower() for proof in sorted(criterion.proofs)),
            accepted=format_period(criterion.version.accepted),
            earlier=[
                found for each in before if (found := _earlier(each, criterion, hashes)) is not None
            ][:MOST_EARLIER],
        )
        for criterion in sorted(submission.criteria.all(), key=_in_order)
    ]


def _in_order(criterion: Criterion) -> tuple:
    version = criterion.version
    return (version.standard.code, version.version, criterion.level, criterion.code, criterion.pk)


def _earlier(before: Submission, criterion: Criterion, hashes: set[str]) -> Earlier | None:
    """What was last said of this criterion there; `None` when nothing was."""
    last = next(reversed(before.decisions.all()), None)
    if last is None:
        return None
    files = _files_words(hashes, {file.sha256 for file in before.files.all()})
    out = [
        (each, decision)
        for decision in before.decisions.all()
        for each in decision.left_out.all()
        if each.criterion_id == criterion.pk
    ]
    if out:
        each, decision = out[-1]
        return Earlier(before, Outcome.RETURNED, decision.decided_at, each.reason, files)
    if all(each.pk != criterion.pk for each in before.criteria.all()):
        return None
    return Earlier(before, Outcome(last.outcome), last.decided_at, last.reason, files)


def _files_words(mine: set[str], theirs: set[str]) -> str:
    same = len(mine & theirs)
    if not theirs:
        return "It had no files"
    if not same:
        return "Its files are not among these"
    if mine == theirs:
        return "The same file" if same == 1 else f"The same {same} files"
    return f"{same} of its {format_plural(len(theirs), 'file')} {'is' if same == 1 else 'are'} here"


def file_notes(found: Sequence[SameFile]) -> list[str]:
    """What is known of the files from elsewhere, in sentences."""
    notes = []
    for same in found:
        for accepted in same.accepted[:1]:
            days = format_period(accepted.valid)
            notes.append(
                f"“{same.name}” is the same file as in {accepted.ref}, accepted for {days}."
            )
        if same.others:
            number = format_plural(len(same.others), "other product")
            named = ", ".join(same.others[:3]) + (" …" if len(same.others) > 3 else "")
            notes.append(f"“{same.name}” was sent for {number} of this supplier as well: {named}.")
    return notes


@dataclass(frozen=True)
class Bench:
    """What this person may do with a submission on the assessor's bench."""

    may_take_up: bool
    may_decide: bool
    may_put_back: bool
    second: bool
    first: Decision | None
    obstacle: str
    # Who has it until when, in one sentence; empty when nobody has.
    claim: str


def bench(submission: Submission, user, *, now: datetime) -> Bench:
    """The services decide; this only keeps useless buttons off the page."""
    first = next(
        (each for each in submission.decisions.all() if each.outcome == Outcome.ACCEPTED), None
    )
    awaiting = submission.state in AWAITING
    obstacle = _obstacle(submission, user, first, now=now) if awaiting else ""
    runs = lease.runs(submission.leased_until, now=now)
    mine = submission.assessor_id == user.pk
    return Bench(
        may_take_up=awaiting and not obstacle and not runs,
        may_decide=awaiting and not obstacle and mine and runs,
        may_put_back=awaiting and mine and runs,
        second=needs_second(submission),
        first=first if awaiting else None,
        obstacle=obstacle,
        claim=_claim(submission, mine=mine, runs=runs),
    )


def _claim(submission: Submission, *, mine: bool, runs: bool) -> str:
    if submission.assessor is None:
        return ""
    last = lease.last_day_words(submission.leased_until)
    whose = "Yours" if mine else f"With {submission.assessor}"
    if runs:
        return f"{whose} until {last}."
    ended = "Your claim" if mine else f"The claim of {submission.assessor}"
    return f"{ended} ended on {last}: anybody may take it up."


def _obstacle(submission: Submission, user, first: Decision | None, *, now: datetime) -> str:
    if not user.has_role(Role.ASSESSOR):
        return "Only assessors decide."
    if stake := stake_of(user, submission, now=now):
        return stake
    if first is not None and first.decided_by_id == user.pk:
        return "You accepted this first. The second assessor must be somebody else."
    return ""


def asked(submission: Submission) -> Asked | None:
    """How the thread stands: it follows from who spoke last, while nothing is decided."""
    last = next(reversed(submission.messages.all()), None)
    if last is None or submission.state not in AWAITING:
        return None
    return Asked.OPEN if last.kind == MessageKind.QUESTION else Asked.ANSWERED


def accepted_words(submission: Submission) -> str:
    """What to tell the assessor who has just accepted."""
    if submission.state == SubmissionState.ACCEPTED:
        return f"Evidence {submission.ref} accepted for {format_period(submission.valid)}."
    return "Your acceptance is recorded. A second assessor must accept before the evidence proves."


@dataclass(frozen=True)
class Cut:
    """What a revocation takes away: days, and of each criterion whether anything else proves it."""

    days: str
    criteria: list[tuple[Criterion, bool]]


def cut(submission: Submission, *, from_, otherwise: Collection[int]) -> Cut:
    """`otherwise` are the criteria (primary keys) that other evidence proves on `from_`."""
    until = submission.valid.upper
    start = format_date(from_)
    if until is None:
        days = f"every day from {start} on"
    else:
        lost = format_plural((until - from_).days, "day")
        days = f"{lost}, from {start}"
    criteria = sorted(submission.criteria.all(), key=_in_order)
    return Cut(days, [(criterion, criterion.pk in otherwise) for criterion in criteria])


def outside_words(submission: Submission) -> str:
    """What to say of a day on which the evidence is not valid."""
    days = format_period(submission.valid)
    return f"The day must be one that the evidence is valid on: {days}"
