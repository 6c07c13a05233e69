"""The answer to "is it compliant from … to …?"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.common.periods import holds, period
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import VerdictSpell

_TO_BLAME = {Verdict.NON_COMPLIANT: Status.NOT_MET, Verdict.EXEMPT: Status.EXEMPT}


@dataclass(frozen=True)
class TermAnswer:
    """Whether every day of `[start, until)` passes; if not, the first that does not, and why."""

    start: date
    until: date | None
    fails_on: date | None = None
    verdict: Verdict | None = None
    # Codes of the standards to blame on that day; empty when nothing is required on it.
    because: tuple[str, ...] = ()
    allow_exempt: bool = False

    @property
    def passes(self) -> bool:
        """Yes or no."""
        return self.fails_on is None


def answer(
    line: Sequence[VerdictSpell],
    pairs: Iterable,
    *,
    start: date,
    until: date | None,
    allow_exempt: bool,
) -> TermAnswer:
    """Judge a term by a product's verdict spells and its pairs' timelines.

    Agrees with `selectors.compliant_throughout`, which asks the database for many products.
    """
    passing = {Verdict.COMPLIANT, Verdict.EXEMPT} if allow_exempt else {Verdict.COMPLIANT}
    # A product without a line never had anything required of it.
    failing = [
        (max(spell.period.lower or start, start), Verdict(spell.verdict))
        for spell in line
        if spell.verdict not in passing and _touches(spell.period, start, until)
    ] or ([] if line else [(start, Verdict.NOTHING_REQUIRED)])
    if not failing:
        return TermAnswer(start, until, allow_exempt=allow_exempt)
    day, verdict = min(failing)
    return TermAnswer(start, until, day, verdict, blame(pairs, verdict, day), allow_exempt)


def blame(pairs: Iterable, verdict: Verdict, day: date) -> tuple[str, ...]:
    """Codes of the standards that make the verdict of `day` what it is."""
    status = _TO_BLAME.get(verdict)
    return tuple(
        pair.standard_code
        for pair in pairs
        for spell in pair.spells
        if spell.status == status and holds(period(spell.from_, spell.until), day)
    )


def _touches(span, start: date, until: date | None) -> bool:
    return (span.upper is None or span.upper > start) and (
        until is None or span.lower is None or span.lower < until
    )
