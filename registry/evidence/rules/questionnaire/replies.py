"""What was answered to a question, and whether it is an answer to it at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from registry.evidence.rules.questionnaire.shape import Detail, Question

# What the fields of the form hold at most.
LONGEST = {"line": 300, "link": 500, "release": 80, "prose": 8000, "percentage": 6, "number": 12}


@dataclass(frozen=True)
class Reply:
    """An answer, what it says besides (by name), and its evidence.

    Files are named by the hash of their content, which a copy of the submission shares. Days are
    ISO 8601 texts, numbers are decimal texts. An empty reply is false.
    """

    answer: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.answer or any(self.details.values()) or self.files or self.link)


def from_json(stored: Mapping[str, Any]) -> dict[str, Reply]:
    """Replies by code, as they are kept."""
    return {
        code: Reply(**{**each, "files": tuple(each.get("files", ()))})
        for code, each in stored.items()
    }


def to_json(replies: Mapping[str, Reply]) -> dict[str, Any]:
    """What is kept of `replies`: the empty ones, and what is empty in the others, are not."""
    return {code: _kept(reply) for code, reply in replies.items() if reply}


def _kept(reply: Reply) -> dict[str, Any]:
    details = {name: value for name, value in reply.details.items() if value}
    whole = {
        "answer": reply.answer,
        "details": details,
        "files": list(reply.files),
        "link": reply.link,
    }
    return {name: value for name, value in whole.items() if value}


def is_web_address(text: str) -> bool:
    """Whether `text` looks like an address that anybody can open."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    named = parts.hostname is not None and "." in parts.hostname.strip(".")
    return parts.scheme in ("http", "https") and named and not any(c.isspace() for c in text)


def as_number(text: str, *, decimals: int, most: int) -> Decimal | None:
    """The number from 0 to `most` with at most so many decimals; `None` when it is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= most:
        return None
    return number if -number.as_tuple().exponent <= decimals else None


def as_day(text: str) -> date | None:
    """The day of an ISO 8601 text; `None` when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wrong_with(question: Question, reply: Reply) -> dict[str, str]:
    """What cannot be kept as it was typed, by part: "answer", "link", or a detail's name.

    What is missing is not wrong: a draft is not complete until it is sent.
    """
    found = {}
    if words := _wrong_answer(question, reply.answer):
        found["answer"] = words
    if reply.link and not is_web_address(reply.link):
        found["link"] = "Enter a web address, like https://www.example.com/report"
    option = question.option(reply.answer)
    for detail in option.details if option else ():
        typed = reply.details.get(detail.name, "")
        if typed and (words := _wrong_detail(detail, typed)):
            found[detail.name] = words
    return found


def _wrong_answer(question: Question, answer: str) -> str:
    if not answer:
        return ""
    if question.kind == "choice":
        return "" if question.option(answer) else "Select one of the answers"
    if len(answer) > LONGEST[question.kind]:
        return f"Answer must be {LONGEST[question.kind]:,} characters or fewer"
    if question.kind == "link" and not is_web_address(answer):
        return "Enter a web address, like https://www.example.com/accessibility"
    if question.kind == "percentage" and as_number(answer, decimals=2, most=100) is None:
        return "Enter a percentage from 0 to 100 with at most 2 decimals, like 99.95"
    return ""


def _wrong_detail(detail: Detail, typed: str) -> str:
    if detail.kind == "date":
        return "" if as_day(typed) else "Enter a real date"
    if detail.kind == "number":
        places, most = detail.decimals, detail.most
        if as_number(typed, decimals=places, most=most) is None:
            ending = "decimal" if places == 1 else "decimals"
            return f"Enter a number from 0 to {most} with at most {places} {ending}"
        return ""
    longest = LONGEST["line"]
    return "" if len(typed) <= longest else f"This must be {longest} characters or fewer"
