"""What the register learned of a product, in sentences."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.urls import NoReverseMatch, reverse
from psycopg2.extras import DateRange

from registry.common.causes import OF_STANDARDS, Cause, CauseKind, concerning, in_words
from registry.common.formatting import format_date, last_day
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import Revision

_EVIDENCE = {CauseKind.EVIDENCE_ACCEPTED, CauseKind.EVIDENCE_REVOKED}


@dataclass(frozen=True)
class CauseWords:
    """A cause as three pieces of text, the middle one perhaps a link."""

    before: str
    about: str = ""
    after: str = ""
    href: str = ""


@dataclass(frozen=True)
class Turn:
    """Over `period` these standards (none: the product as a whole) turn from one to another."""

    codes: tuple[str, ...]
    before: models.TextChoices
    after: models.TextChoices
    period: DateRange

    @property
    def subject(self) -> str:
        """Who turns: up to three standards by code, or the product."""
        if not self.codes:
            return "the product"
        named = ", ".join(self.codes[:3])
        return named + (f" and {len(self.codes) - 3} more" if len(self.codes) > 3 else "")

    @property
    def verb(self) -> str:
        """ "turns" of one, "turn" of several."""
        return "turn" if len(self.codes) > 1 else "turns"

    @property
    def days(self) -> str:
        """The days, with the first day after it where it ends."""
        start, last = self.period.lower, last_day(self.period.upper)
        if start is None and last is None:
            return "on every day"
        if start is None:
            return f"on every day to {format_date(last)}"
        if last is None:
            return f"from {format_date(start)} on"
        return (
            f"on {format_date(start)}"
            if start == last
            else f"from {format_date(start)} to {format_date(last)}"
        )

    @property
    def words(self) -> str:
        """ "DCB0129 turns from met to not met, from 1 June 2026 to 31 May 2027"."""
        before, after = self.before.label.lower(), self.after.label.lower()
        return f"{self.subject} {self.verb} from {before} to {after}, {self.days}"


@dataclass(frozen=True)
class Learned:
    """One revision: when, why, and what turns."""

    revision: Revision
    causes: tuple[CauseWords, ...]
    because: str
    verdicts: tuple[Turn, ...]
    standards: tuple[Turn, ...]

    @property
    def title(self) -> str:
        """The gravest turn in a line, and how many more there are."""
        turns = [*self.verdicts, *self.standards]
        more = f", and {len(turns) - 1} more" if len(turns) > 1 else ""
        return turns[0].words[:1].upper() + turns[0].words[1:] + more if turns else "Nothing turns"


def learned(revisions: Iterable[Revision], *, codes: Collection[str] = ()) -> list[Learned]:
    """Revisions in sentences; with `codes`, only what is about these standards."""
    return [_learned(revision, frozenset(codes)) for revision in revisions]


def _learned(revision: Revision, codes: frozenset[str]) -> Learned:
    why = concerning(revision.why, codes) if codes else revision.why
    return Learned(
        revision=revision,
        causes=tuple(cause_words(cause) for cause in why),
        because=in_words(why),
        verdicts=() if codes else tuple(_verdict_turns(revision)),
        standards=tuple(_standard_turns(revision, codes)),
    )


def _verdict_turns(revision: Revision) -> list[Turn]:
    return [
        Turn((), Verdict(each.from_verdict), Verdict(each.to_verdict), each.period)
        for each in revision.verdict_changes.all()
    ]


def _standard_turns(revision: Revision, codes: frozenset[str]) -> list[Turn]:
    """Standards that turn the same way over the same days make one sentence."""
    together: dict[tuple, list[str]] = {}
    for each in revision.changes.all():
        if not codes or each.standard.code in codes:
            key = (each.period, each.from_status, each.to_status)
            together.setdefault(key, []).append(each.standard.code)
    ordered = sorted(together.items(), key=lambda item: (_start(item[0][0]), item[0][1:]))
    return [
        Turn(tuple(found), Status(before), Status(after), period)
        for (period, before, after), found in ordered
    ]


def _start(period: DateRange) -> date:
    return period.lower or date.min


def cause_words(cause: Cause) -> CauseWords:
    """A cause, with a link to what it is about where that has a page."""
    if not cause.about:
        return CauseWords(cause.words)
    before, after = cause.kind.label.split("{about}")
    return CauseWords(before, cause.about, after, _href(cause))


def _href(cause: Cause) -> str:
    try:
        if cause.kind in _EVIDENCE:
            return reverse("evidence", kwargs={"ref": cause.about})
        if cause.kind in OF_STANDARDS:
            return reverse("standard", kwargs={"code": cause.about})
    except NoReverseMatch:
        # It is about more than one, in words.
        return ""
    return ""
