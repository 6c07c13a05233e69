"""What the pages of a questionnaire show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.accounts.models import Role
from registry.catalogue.selectors import acts_for
from registry.common.formatting import format_date
from registry.evidence.enums import SectionProgress, SectionResult
from registry.evidence.models import EvidenceFile, Submission
from registry.evidence.rules import questionnaire
from registry.evidence.rules.questionnaire import (
    Detail,
    Finding,
    Judged,
    Option,
    Question,
    Reply,
    Section,
)
from registry.evidence.selectors import Answered, answered, findings_of

_JUDGED = {
    Judged.INFORMATION: "Not assessed",
    Judged.PASS: "Passes or does not pass",
    Judged.SCORE: "Scored, no part of the verdict",
}
_HIDDEN = "Named. Only the supplier and who assesses see the name."


@dataclass(frozen=True)
class Task:
    """A section in the list of what is to be done."""

    section: Section
    progress: SectionProgress
    hint: str


def tasks(given: Answered) -> list[Task]:
    """The sections, and how far each is answered."""
    return [
        Task(
            section=each,
            progress=SectionProgress(
                questionnaire.progress(each, given.replies, attached=given.files)
            ),
            hint=_JUDGED[each.judged],
        )
        for each in given.form.sections
    ]


@dataclass(frozen=True)
class Said:
    """An answer in words, with what it says besides and its evidence."""

    words: str
    details: tuple[tuple[str, str], ...] = ()
    files: tuple[EvidenceFile, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A question and what was answered to it."""

    question: Question
    said: Said


@dataclass(frozen=True)
class Outcome:
    """What a section came to, in a tag and in sentences."""

    section: Section
    result: SectionResult
    words: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A section with its outcome, its answers, and those that are asked no longer."""

    outcome: Outcome
    rows: tuple[Row, ...]
    skipped: tuple[Row, ...]

    @property
    def section(self) -> Section:
        return self.outcome.section


def sees_personal(user, given: Answered) -> bool:
    """Who reads the name of a clinical safety officer: the supplier, and who assesses."""
    supplier = given.submission.product.supplier
    return acts_for(user, supplier) or user.has_role(Role.ASSESSOR, Role.AUDITOR)


def outcomes(given: Answered, *, on: date) -> list[Outcome]:
    """What the sections came to: as they were sent, or a draft's as it is on the day `on`."""
    return [_outcome(each) for each in findings_of(given, on=on)]


def not_passing(found: list[Outcome]) -> list[Outcome]:
    """The sections that do not pass."""
    return [each for each in found if each.result == SectionResult.FAILS]


def questionnaire_results(submission: Submission, *, on: date) -> dict[str, list[Outcome]]:
    """For the pages of the whole submission: `outcomes` and, among them, what is `failing`.

    Both are empty where there is no questionnaire.
    """
    given = answered(submission)
    found = outcomes(given, on=on) if given else []
    return {"outcomes": found, "failing": not_passing(found)}


def _outcome(finding: Finding) -> Outcome:
    result = SectionResult(finding.result)
    reasons = [f"{code}: {words}" for code, words in finding.reasons]
    if result == SectionResult.FAILS:
        words = f"{finding.section.code} does not pass because of what was answered to:"
    elif result == SectionResult.INCOMPLETE:
        reasons = [each.words for each in finding.lacks]
        words = f"{finding.section.code} still lacks:"
    elif result == SectionResult.SCORED:
        words = f"{finding.points} of {finding.out_of}. The score is no part of the verdict."
    elif result == SectionResult.PASSES:
        words = "Every answer passes."
    else:
        words = "It tells the assessor what the product is."
    return Outcome(finding.section, result, words, tuple(reasons))


def sheets(given: Answered, *, user, on: date) -> list[Sheet]:
    """All that was answered, section by section."""
    personal = sees_personal(user, given)
    skipped = questionnaire.no_longer_asked(given.form, given.replies)

    def row(question: Question) -> Row:
        return Row(question, said(question, given.replies.get(question.code), given, personal))

    return [
        Sheet(
            outcome=outcome,
            rows=tuple(row(q) for q in questionnaire.shown(outcome.section, given.replies)),
            skipped=tuple(row(q) for q in outcome.section.questions if q in skipped),
        )
        for outcome in outcomes(given, on=on)
    ]


def said(question: Question, reply: Reply | None, given: Answered, personal: bool) -> Said:
    """The reply as people read it."""
    if not reply:
        return Said("")
    if question.personal and not personal:
        return Said(_HIDDEN)
    option = question.option(reply.answer)
    words = option.label if option else reply.answer
    if question.kind == "percentage":
        words = f"{words}%"
    files = tuple(given.files[each] for each in reply.files if each in given.files)
    return Said(words, _details(option, reply), files, reply.link)


def _details(option: Option | None, reply: Reply) -> tuple[tuple[str, str], ...]:
    found = []
    for detail in option.details if option else ():
        if typed := reply.details.get(detail.name):
            found.append((detail.label, _typed(detail, typed)))
    return tuple(found)


def _typed(detail: Detail, typed: str) -> str:
    return format_date(date.fromisoformat(typed)) if detail.kind == "date" else typed


@dataclass(frozen=True)
class Compared:
    """A question, and what was answered to it before and now."""

    question: Question
    before: Said
    after: Said
    differs: bool


def compared(before: Answered, after: Answered, *, user, everything: bool) -> list[Compared]:
    """Question by question what is different, or all of it."""
    personal = sees_personal(user, after)
    return [
        Compared(
            question=row.question,
            before=said(row.question, row.before, before, personal),
            after=said(row.question, row.after, after, personal),
            differs=row.differs,
        )
        for row in questionnaire.compare(after.form, before.replies, after.replies)
        if everything or row.differs
    ]


def document(given: Answered, *, user, on: date) -> dict[str, Any]:
    """The questionnaire as a JSON document: for whoever keeps it, or puts it in elsewhere."""
    submission = given.submission
    return {
        "form": {
            "name": given.form.name,
            "standard": given.form.standard,
            "version": given.form.version,
            "published": given.form.published.isoformat(),
        },
        "evidence": submission.ref,
        "state": submission.state,
        "product": {"ref": submission.product.ref, "name": submission.product.name},
        "supplier": submission.product.supplier.name,
        "release": submission.release,
        "sent_at": submission.submitted_at and submission.submitted_at.isoformat(),
        "sections": [_section_document(each, given) for each in sheets(given, user=user, on=on)],
    }


def _section_document(sheet: Sheet, given: Answered) -> dict[str, Any]:
    return {
        "code": sheet.section.code,
        "title": sheet.section.title,
        "result": str(sheet.outcome.result),
        "reasons": list(sheet.outcome.reasons),
        "answers": [_answer_document(row, given, asked=True) for row in sheet.rows],
        "no_longer_asked": [_answer_document(row, given, asked=False) for row in sheet.skipped],
    }


def _answer_document(row: Row, given: Answered, *, asked: bool) -> dict[str, Any]:
    question, reply = row.question, given.replies.get(row.question.code) or Reply()
    hidden = row.said.words == _HIDDEN
    found: Mapping[str, Any] = {
        "code": question.code,
        "question": question.text,
        "asked": asked,
        "answer": "" if hidden else reply.answer,
        "words": row.said.words,
        "details": dict(reply.details),
        "files": [{"name": file.name, "sha256": file.sha256} for file in row.said.files],
        "link": reply.link,
    }
    return dict(found)
