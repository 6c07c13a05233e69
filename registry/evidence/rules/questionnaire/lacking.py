"""What is still to be answered."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from registry.evidence.rules.questionnaire.replies import Reply, wrong_with
from registry.evidence.rules.questionnaire.shape import Question, Section
from registry.evidence.rules.questionnaire.walk import Replies, shown


@dataclass(frozen=True)
class Lack:
    """Something that is missing: the question, the part of its answer, and what to do."""

    code: str
    part: str
    words: str


class Progress(StrEnum):
    """How far a section is answered."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


def lacking(section: Section, replies: Replies, *, attached: Collection[str]) -> list[Lack]:
    """What the section lacks. `attached` are the hashes of the submission's files: evidence
    that names another file names none.
    """
    found = []
    for question in shown(section, replies):
        found += _lacks(question, replies.get(question.code) or Reply(), attached)
    return found


def _lacks(question: Question, reply: Reply, attached: Collection[str]) -> list[Lack]:
    code = question.code
    if not reply.answer:
        verb = "Select" if question.kind == "choice" else "Enter"
        return [Lack(code, "answer", f"{verb} an answer to {code}: {question.text}")]
    option = question.option(reply.answer)
    if option is None:
        wrong = wrong_with(question, reply).items()
        return [Lack(code, part, f"{code}: {words}") for part, words in wrong]
    found = [
        Lack(code, each.name, f"{code}: answer “{each.label}”")
        for each in option.details
        if not reply.details.get(each.name)
    ]
    if option.evidence and not reply.link and not set(reply.files) & set(attached):
        words = f"{code}: attach a file or give a link. {option.evidence}"
        found.append(Lack(code, "evidence", words))
    return found


def progress(section: Section, replies: Replies, *, attached: Collection[str]) -> Progress:
    """How far the section is answered."""
    if not any(replies.get(question.code) for question in section.questions):
        return Progress.NOT_STARTED
    lacks = lacking(section, replies, attached=attached)
    return Progress.IN_PROGRESS if lacks else Progress.DONE
