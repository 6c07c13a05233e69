"""How national codes name a standard, and how testing tools name a requirement."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# DCB, DAPB, SCCI and ISB are successive boards; the four digits outlived them all.
_NATIONAL_CODE = re.compile(r"(?:DCB|DAPB|SCCI|ISB)[ -]?(\d{4})", re.IGNORECASE)


def national_number(code: str) -> str:
    """The four digits of a national code ("3051" for DAPB3051), "" for any other code."""
    found = _NATIONAL_CODE.fullmatch(code.strip())
    return found.group(1) if found else ""


# What testing tools call a requirement is compared to the letter: a blank would be a slip.
LONGEST_REQUIREMENT = 200
MOST_REQUIREMENTS = 100


def requirement_ids(text: str) -> list[str]:
    """The ids of a text that has one on each line, without blanks around them or empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def wrong_requirements(ids: Sequence[str]) -> str:
    """What is wrong with the requirement ids of one criterion, and what to do; "" for nothing."""
    if len(ids) > MOST_REQUIREMENTS:
        return f"Enter {MOST_REQUIREMENTS} ids or fewer. There are {len(ids)}"
    for each in ids:
        if any(character.isspace() for character in each):
            return f"Enter one id on each line. “{each[:60]}” has a space in it"
        if len(each) > LONGEST_REQUIREMENT:
            most = f"{LONGEST_REQUIREMENT} characters or fewer"
            return f"Each id must be {most}. “{each[:60]}…” has {len(each)}"
        if not each.isprintable():
            return f"Type “{each[:60]}” anew. It holds a character that cannot be seen"
        if ids.count(each) > 1:
            return f"Enter each id once. “{each[:60]}” is there twice"
    return ""


@dataclass(frozen=True)
class Ways:
    """How evidence proves a criterion: forms, and what machines' reports call it; each sorted."""

    proofs: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    @classmethod
    def of(cls, proofs: Iterable[str], requirements: Iterable[str]) -> "Ways":
        """Of texts in any order."""
        return cls(tuple(sorted(proofs)), tuple(sorted(requirements)))


def wrong_ways(ways: Ways, *, checked: bool) -> tuple[str, str]:
    """What is wrong with the ways in which evidence is to prove a criterion: field and words.

    Two empty texts where nothing is. `checked`: an automated check proves it as well.
    """
    if words := wrong_requirements(ways.requirements):
        return "requirements", words
    by_machine = "machine_report" in ways.proofs
    if by_machine and not ways.requirements:
        words = "Enter the ids that testing tools know it by, or do not accept machine reports"
        return "requirements", f"{words}: without an id no report proves it"
    if ways.requirements and not by_machine:
        words = "Accept machine reports, or remove the ids"
        return "proofs", f"{words}: they are compared with nothing else"
    if not ways.proofs and not checked:
        words = "Select at least one form of evidence"
        return "proofs", f"{words}: no automated check proves this, so nobody could"
    return "", ""
