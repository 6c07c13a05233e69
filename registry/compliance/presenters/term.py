"""The answer to "is it compliant from … to …?"."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from registry.common.periods import holds, period
from registry.compliance import rules
from registry.compliance.enums import Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.rules import Stay, Term


def answer(line: Sequence[VerdictSpell], pairs: Iterable, term: Term) -> Stay:
    """Judge a term by a product's verdict spells and its pairs' timelines.

    Agrees with `selectors.compliant_throughout` and `selectors.stays`, which ask the database.
    """
    stay = rules.stay(((spell.verdict, spell.period) for spell in line), term)
    if stay.verdict is None:
        return stay
    return replace(stay, because=blame(pairs, Verdict(stay.verdict), stay.fails_on))


def blame(pairs: Iterable, verdict: Verdict, day: date) -> tuple[str, ...]:
    """Codes of the standards that make the verdict of `day` what it is."""
    status = rules.TO_BLAME.get(verdict)
    return tuple(
        pair.standard_code
        for pair in pairs
        for spell in pair.spells
        if spell.status == status and holds(period(spell.from_, spell.until), day)
    )
