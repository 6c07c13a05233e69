"""What the answers mean: C1 to C4 pass or do not; D1 is scored and decides nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from registry.evidence.rules.questionnaire.lacking import Lack, lacking
from registry.evidence.rules.questionnaire.replies import Reply, as_day
from registry.evidence.rules.questionnaire.shape import (
    Detail,
    Judged,
    Option,
    Question,
    Questionnaire,
    Section,
)
from registry.evidence.rules.questionnaire.walk import Replies, shown
from registry.evidence.rules.validity import add_months, after_next_30_june


class Result(StrEnum):
    """What a section came to."""

    PASSES = "passes"
    FAILS = "fails"
    INCOMPLETE = "incomplete"
    SCORED = "scored"
    INFORMATION = "information"


@dataclass(frozen=True)
class Finding:
    """What a section came to, and why: the questions that decide it.

    `reasons` are (code, words) of what does not pass, `lacks` what is not answered. Points are
    of what was asked and counts.
    """

    section: Section
    result: Result
    reasons: tuple[tuple[str, str], ...] = ()
    lacks: tuple[Lack, ...] = ()
    points: int = 0
    out_of: int = 0


def judge_all(
    form: Questionnaire, replies: Replies, *, on: date, attached: Collection[str]
) -> list[Finding]:
    """Each section's finding, in the form's order; `on` is the day the answers were sent."""
    return [judge(each, replies, on=on, attached=attached) for each in form.sections]


def failing(findings: list[Finding]) -> list[Finding]:
    """The sections that do not pass, whatever else is missing."""
    return [each for each in findings if each.result == Result.FAILS]


def judge(section: Section, replies: Replies, *, on: date, attached: Collection[str]) -> Finding:
    """What the section came to with answers that were sent on the day `on`.

    One answer that does not pass decides, even while others are missing.
    """
    lacks = tuple(lacking(section, replies, attached=attached))
    if section.judged == Judged.INFORMATION:
        result = Result.INCOMPLETE if lacks else Result.INFORMATION
        return Finding(section, result, lacks=lacks)
    if section.judged == Judged.SCORE:
        return _scored(section, replies, lacks)
    reasons = tuple(_reasons(section, replies, on))
    result = Result.FAILS if reasons else Result.INCOMPLETE if lacks else Result.PASSES
    return Finding(section, result, reasons, lacks)


def _scored(section: Section, replies: Replies, lacks: tuple[Lack, ...]) -> Finding:
    points = [_points(each, replies.get(each.code)) for each in shown(section, replies)]
    counted = [each for each in points if each is not None]
    result = Result.INCOMPLETE if lacks else Result.SCORED
    return Finding(section, result, lacks=lacks, points=sum(counted), out_of=len(counted))


def _points(question: Question, reply: Reply | None) -> int | None:
    """1 or 0; `None` when the question, as answered, does not count."""
    if question.kind != "choice":
        return question.scores and int(bool(reply and reply.answer))
    option = question.option(reply.answer) if reply else None
    if option is not None:
        return option.scores
    return 0 if any(each.scores is not None for each in question.options) else None


def _reasons(section: Section, replies: Replies, on: date) -> Iterator[tuple[str, str]]:
    on_the_way = shown(section, replies)
    counted = {q.code: replies[q.code] for q in on_the_way if replies.get(q.code)}
    for question in on_the_way:
        reply = counted.get(question.code)
        option = question.option(reply.answer) if reply else None
        if option is None:
            continue
        if option.fails and not _made_up_for(option, counted, on_the_way):
            yield question.code, option.fails
        for detail in option.details:
            typed = reply.details.get(detail.name, "")
            if typed and not _passes(detail, typed, on):
                yield question.code, detail.fails


def _made_up_for(option: Option, counted: Replies, on_the_way: list[Question]) -> bool:
    """Whether another answer makes up for this one, or may still come to do so."""
    for other in option.unless:
        code, _, wanted = other.partition("=")
        reply = counted.get(code)
        if reply is not None and wanted in ("", reply.answer):
            return True
    codes = {each.code for each in on_the_way}
    open_ones = {other.partition("=")[0] for other in option.unless} - set(counted)
    return bool(open_ones & codes)


def _passes(detail: Detail, typed: str, on: date) -> bool:
    if detail.kind == "number":
        return detail.below is None or Decimal(typed) < detail.below
    day = as_day(typed) if detail.kind == "date" else None
    return day is None or all(_holds(detail, day, on))


def _holds(detail: Detail, day: date, on: date) -> Iterator[bool]:
    yield not detail.in_date or day >= on
    if detail.days_ahead is not None:
        yield day <= on + timedelta(days=detail.days_ahead)
    if detail.days_ago is not None:
        yield on - timedelta(days=detail.days_ago) <= day <= on
    if detail.toolkit_year:
        yield add_months(after_next_30_june(on), -24) <= day <= on
