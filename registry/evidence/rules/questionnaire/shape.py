"""A questionnaire as it is written down in its data file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).resolve().parents[2] / "data"
# Every form that answers may have been given to. One that is superseded stays, for its answers.
_FILES = {"2.0": "dtac_2_0.toml"}
# The form that new answers are given to.
CURRENT = "2.0"
# Where a route leads that ends the form.
END = "end"


class Judged(StrEnum):
    """What becomes of a section's answers."""

    INFORMATION = "information"
    PASS = "pass"
    SCORE = "score"


@dataclass(frozen=True)
class Detail:
    """What an option must say besides; `fails` is why the section does not pass with it."""

    name: str
    label: str
    kind: str
    hint: str = ""
    fails: str = ""
    # A day: not before the day of sending; at most so many days after it, or before it; in the
    # toolkit year that it lies in (1 July to 30 June), or in the one before.
    in_date: bool = False
    days_ahead: int | None = None
    days_ago: int | None = None
    toolkit_year: bool = False
    # A number: its decimals at most, the largest there is, and what it must be less than.
    decimals: int = 2
    most: int = 100
    below: int | None = None


@dataclass(frozen=True)
class Option:
    """One of the answers that a question offers."""

    value: str
    label: str
    next: str = ""
    fails: str = ""
    unless: tuple[str, ...] = ()
    scores: int | None = None
    evidence: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question, with its code in the printed form."""

    code: str
    text: str
    kind: str
    parent: str = ""
    hint: str = ""
    # What is odd in the printed form here, and what we do.
    note: str = ""
    next: str = ""
    scores: int | None = None
    # A person is named in the answer, which is therefore kept to who must read it.
    personal: bool = False
    # Whose name the register has for it already: "supplier" or "product".
    prefill: str = ""
    options: tuple[Option, ...] = ()

    @property
    def group(self) -> str:
        """What the printed form groups it under: its parent, or itself."""
        return self.parent or self.code

    def option(self, value: str) -> Option | None:
        """The option of this value, if there is one."""
        return next((each for each in self.options if each.value == value), None)


@dataclass(frozen=True)
class Section:
    """Questions that are answered and judged together."""

    code: str
    title: str
    judged: Judged
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        """The section's question of this code, if it has one."""
        return next((each for each in self.questions if each.code == code), None)


@dataclass(frozen=True)
class Questionnaire:
    """One version of a form."""

    version: str
    standard: str
    name: str
    published: date
    sections: tuple[Section, ...]
    # Codes that the printed form leads to and does not have, and the sections meant instead.
    astray: Mapping[str, str] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them, in the order of the form."""
        return tuple(question for section in self.sections for question in section.questions)

    def section(self, code: str) -> Section | None:
        """The section of this code, written large or small."""
        return next((each for each in self.sections if each.code.lower() == code.lower()), None)

    def after(self, section: Section) -> Section | None:
        """The section that follows."""
        at = self.sections.index(section) + 1
        return self.sections[at] if at < len(self.sections) else None


def versions() -> tuple[str, ...]:
    """The versions that there are data of."""
    return tuple(_FILES)


@cache
def form_of(version: str) -> Questionnaire:
    """The form of `version`, read once. KeyError when there is none."""
    with (_DATA / _FILES[version]).open("rb") as file:
        raw = tomllib.load(file)
    sections = tuple(_section(each) for each in raw.pop("sections"))
    return Questionnaire(**raw, sections=sections)


def _section(raw: dict[str, Any]) -> Section:
    questions = tuple(_question(each) for each in raw["questions"])
    return Section(raw["code"], raw["title"], Judged(raw["judged"]), questions)


def _question(raw: dict[str, Any]) -> Question:
    return Question(**{**raw, "options": tuple(_option(each) for each in raw.get("options", ()))})


def _option(raw: dict[str, Any]) -> Option:
    details = tuple(Detail(**each) for each in raw.get("details", ()))
    return Option(**{**raw, "details": details, "unless": tuple(raw.get("unless", ()))})
