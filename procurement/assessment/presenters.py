"""The lines of the queue, and why each stands where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from procurement.assessment.filters import SHOW
from procurement.assessment.rules import Harm
from registry.common.formatting import format_date, format_money, format_plural
from registry.evidence.enums import Asked, MessageKind
from registry.evidence.models import Submission
from registry.evidence.rules import lease


def why(harm: Harm, *, on: date) -> str:
    """ "Not met in 12 days, 2 buyers, £1,200,000": why a submission stands where it stands."""
    return f"{_lapse(harm, on=on)}, {stake(harm)}"


def _lapse(harm: Harm, *, on: date) -> str:
    days = harm.days(on=on)
    if days is None:
        return "No verdict turns without it"
    if days == 0:
        return "Not met now"
    return f"Not met in {format_plural(days, 'day')}, from {format_date(harm.lapses_on)}"


def stake(harm: Harm) -> str:
    """Who holds the product, and for how much."""
    if not harm.buyers:
        return "no buyer holds it"
    held = format_plural(harm.buyers, "buyer")
    return f"{held}, {format_money(harm.value)}" if harm.value else f"{held}, value not known"


@dataclass(frozen=True)
class Line:
    """A line of the queue."""

    submission: Submission
    standards: tuple[str, ...]
    why: str
    state: str
    asked: Asked | None


def lines(
    submissions: Iterable[Submission], harms: Mapping[int, Harm], *, user, on: date, now: datetime
) -> list[Line]:
    """The lines of one page."""
    return [
        Line(
            submission=each,
            standards=_standards_of(each),
            why=why(harms[each.pk], on=on) if each.pk in harms else "",
            state=_state(each, user=user, now=now),
            asked=_asked(each),
        )
        for each in submissions
    ]


def _standards_of(submission: Submission) -> tuple[str, ...]:
    codes = {criterion.version.standard.code for criterion in submission.criteria.all()}
    return tuple(sorted(codes))


def _asked(submission: Submission) -> Asked | None:
    return {MessageKind.QUESTION: Asked.OPEN, MessageKind.ANSWER: Asked.ANSWERED}.get(
        submission.last_message
    )


def _state(submission: Submission, *, user, now: datetime) -> str:
    if submission.assessor_id and lease.runs(submission.leased_until, now=now):
        whose = "Yours" if submission.assessor_id == user.pk else f"With {submission.assessor}"
        return f"{whose} until {lease.last_day_words(submission.leased_until)}"
    if submission.conflicted:
        return "You may not assess this supplier"
    words = "Awaits a second assessor" if submission.first_accepted else "Free"
    if submission.assessor_id:
        whose = "Your" if submission.assessor_id == user.pk else f"{submission.assessor}’s"
        return f"{words}. {whose} claim ended"
    if submission.accepted_by_me:
        return "You accepted it first; awaits another assessor"
    return words


def choices(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """What "show" can be, in words, each with how many there are."""
    return [
        ("", "Everything", counts["everything"]),
        *[(value, label, counts[value]) for value, label in SHOW.items()],
    ]
