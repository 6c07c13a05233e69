"""How long a product stays compliant from a day on, and whether that is throughout a term."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from psycopg2.extras import DateRange

# The values of `enums.Verdict` that pass, and the pairs' status (`enums.Status`) to blame for
# those that do not. Days on which nothing is required never pass, and no standard is to blame.
COMPLIANT, EXEMPT = "compliant", "exempt"
TO_BLAME = {"non_compliant": "not_met", "exempt": "exempt"}


@dataclass(frozen=True, slots=True)
class Term:
    """The days `[start, until)` that somebody asks about; no end is for ever.

    `allow_exempt`: whether days pass on which the product is excused.
    """

    start: date
    until: date | None = None
    allow_exempt: bool = False

    @classmethod
    def of_day(cls, day: date, *, allow_exempt: bool = False) -> "Term":
        """The term of one day."""
        return cls(day, day + timedelta(days=1), allow_exempt)

    @classmethod
    def asked(cls, said: Mapping) -> "Term | None":
        """The term of an understood question, `None` when it names no first day."""
        if not (start := said.get("compliant_from")):
            return None
        return cls(start, said.get("compliant_until"), bool(said.get("allow_exempt")))

    @property
    def params(self) -> dict[str, str]:
        """The parameters of an address that asks for the same term."""
        params = {"compliant_from": self.start.isoformat()}
        if self.until:
            params["compliant_until"] = self.until.isoformat()
        return params | ({"allow_exempt": "on"} if self.allow_exempt else {})

    @property
    def good(self) -> list[str]:
        """The verdicts that pass."""
        return [COMPLIANT, EXEMPT] if self.allow_exempt else [COMPLIANT]


@dataclass(frozen=True, slots=True)
class Stay:
    """From `term.start` on the product passes without a break until `fails_on`, whenever the
    term ends. `None` is never, as far as is known; the start itself when it fails at once.
    """

    term: Term
    # The verdict of the term's first day.
    at_start: str
    fails_on: date | None
    # The verdict of the day `fails_on`, and the codes of the standards to blame for it.
    verdict: str | None = None
    because: tuple[str, ...] = ()
    # When it fails at once: the first later day on which it passes, if there is one.
    resumes: date | None = None

    @property
    def begins(self) -> bool:
        """Whether the first day of the term passes."""
        return self.fails_on != self.term.start

    @property
    def throughout(self) -> bool:
        """Whether every day of the term passes."""
        if self.fails_on is None:
            return True
        return self.term.until is not None and self.fails_on >= self.term.until


def stay(line: Iterable[tuple[str, DateRange]], term: Term) -> Stay:
    """How long a product stays compliant from `term.start`, by its verdict spells.

    `line` is the product's spells, or those of them that share a day with `[term.start, ∞)`.
    Without any, nothing was ever required of it, which proves nothing. With `allow_exempt`,
    neighbouring compliant and exempt spells are one stay.
    """
    ahead = sorted(
        (max(span.lower or term.start, term.start), verdict)
        for verdict, span in line
        if span.upper is None or span.upper > term.start
    ) or [(term.start, "nothing_required")]
    fails_on, verdict = next((each for each in ahead if each[1] not in term.good), (None, None))
    if fails_on != term.start:
        return Stay(term, ahead[0][1], fails_on, verdict)
    resumes = next((day for day, verdict in ahead if verdict in term.good), None)
    return Stay(term, verdict, fails_on, verdict, resumes=resumes)
