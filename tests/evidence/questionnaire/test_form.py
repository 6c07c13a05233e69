"""The data say what the printed form says, in words of our own."""

import csv
import itertools
import re
from pathlib import Path

import pytest

from registry.evidence.rules import questionnaire
from registry.evidence.rules.questionnaire import Reply

FORM = questionnaire.form_of("2.0")
PRINTED = next(
    (
        path
        for up in Path(__file__).resolve().parents
        if (path := up / "shared/reference/dtac_questions_v2.csv").exists()
    ),
    None,
)
needs_print = pytest.mark.skipif(PRINTED is None, reason="the reference facts are not here")
# What the printed options are called, where ours have another value.
OURS = {
    "outside UK": "outside", "UK only": "uk", "cannot confirm": "cannot", "not provided": "no",
    "no but plan": "plan", "n/a no access": "n/a", "not applicable": "n/a", "not available": "n/a",
    "Standalone/mobile app": "app", "Wearable": "wearable", "SaaS": "saas", "Other": "other",
    "Patient care or support": "care", "Diagnostics": "diagnostics",
    "Clinical support": "clinical", "Workforce support or management": "workforce",
}  # fmt: skip
# Printed routes that name their answer otherwise, or say "else" (docs/adr/0026).
PRINTED_ROUTES = {
    "C1.2": {"yes": "C1.2.2", "no": "C1.2.1"},
    "D1.4.1": {"plan": "D1.4.2", "yes": "D1.4.3", "no": "D1.4.3", "n/a": "D1.4.3"},
}
# Routes that are in the questions' words and not in the routing column.
FROM_WORDS = {"C1.2.1": "C2", "C4.1.2": {"confirm": "C4.2"}, "C4.2.1": "C4.2.2", "C4.2.2": "C4.2.3"}


def printed() -> list[dict]:
    with PRINTED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_print
def test_codes_parents_sections_and_options_are_those_of_the_printed_form():
    judged = {"no": "information", "yes (pass/fail)": "pass", "scored only": "score"}
    ours = [
        (section.code, question.code, question.parent, str(section.judged))
        for section in FORM.sections
        for question in section.questions
    ]
    assert ours == [
        (row["section"], row["code"], row["parent"], judged[row["assessed"]]) for row in printed()
    ]
    for row in printed():
        options = [each.strip() for each in row["options"].split("|")]
        if len(options) > 1:
            wanted = [OURS.get(each, each) for each in options]
            found = [
                each.value
                for each in next(q for q in FORM.questions if q.code == row["code"]).options
            ]
            assert found == wanted, row["code"]


@needs_print
def test_no_sentence_is_the_printed_forms():
    theirs = {row["question"].strip(" ?.").lower() for row in printed()}
    theirs |= {row["pass_condition"].strip(" ?.").lower() for row in printed()} - {""}
    ours = [text for q in FORM.questions for text in (q.text, q.hint, q.note)]
    assert [text for text in ours if text.strip(" ?.").lower() in theirs] == []


@needs_print
def test_a_walk_is_the_walk_of_the_printed_words():
    """Read naively: a printed route is followed, a question that is not there ends its section,
    and whatever is not printed leads to the question below.
    """
    rows = printed()
    codes = [row["code"] for row in rows]
    for section in FORM.sections:
        for replies in every_way(section):
            walked = [each.code for each in questionnaire.asked(section, replies)]
            assert walked == naive(rows, codes, section.code, replies)


def naive(rows, codes, section, replies) -> list[str]:
    by_code = {row["code"]: row for row in rows}
    here = [row["code"] for row in rows if row["section"] == section]
    found, at = [], here[0]
    while at in here:
        found.append(at)
        target = route(by_code[at], replies[at].answer)
        below = codes[codes.index(at) + 1 :][:1]
        at = target or (below[0] if below else None)
    return found


def route(row, answer) -> str | None:
    code = row["code"]
    if code in PRINTED_ROUTES:
        return PRINTED_ROUTES[code].get(answer)
    for words in row["routing"].split(";"):
        said, _, target = words.partition("->")
        if target and OURS.get(said.strip(), said.strip()) == answer:
            return re.split(r"[-\s]", target.strip())[0]
    told = FROM_WORDS.get(code)
    return told.get(answer) if isinstance(told, dict) else told


def every_way(section):
    """Every combination of answers to the questions that lead somewhere."""
    routing = [q for q in section.questions if any(o.next for o in q.options)]
    others = {
        q.code: Reply(q.options[0].value if q.options else "Said.")
        for q in section.questions
        if q not in routing
    }
    for chosen in itertools.product(*([o.value for o in q.options] for q in routing)):
        given = zip(routing, chosen, strict=True)
        yield others | {q.code: Reply(value) for q, value in given}


def test_every_walk_ends_asks_nothing_twice_and_leaves_no_question_unreachable():
    for section in FORM.sections:
        reached = set()
        for replies in every_way(section):
            walked = [each.code for each in questionnaire.asked(section, replies)]
            assert len(walked) == len(set(walked))
            assert walked == [each.code for each in questionnaire.shown(section, replies)]
            reached |= set(walked)
        assert reached == {each.code for each in section.questions}


def test_routes_lead_forward_to_what_exists_but_for_the_one_that_is_known():
    astray = []
    for at, section in enumerate(FORM.sections):
        following = FORM.after(section)
        ends = {following.code if following else "end"}
        for index, question in enumerate(section.questions):
            later = {each.code for each in section.questions[index + 1 :]}
            targets = [question.next, *(each.next for each in question.options)]
            for target in filter(None, targets):
                if target not in later | ends:
                    astray.append((question.code, target))
                    assert FORM.astray[target] == FORM.sections[at + 1].code
    assert astray == [("C4.2", "C4.3")]


def test_what_makes_up_for_an_answer_and_whatever_fails_is_said():
    codes = {each.code for each in FORM.questions}
    for question in FORM.questions:
        for option in question.options:
            assert {each.partition("=")[0] for each in option.unless} <= codes
            for detail in option.details:
                judged = detail.in_date or detail.days_ago or detail.toolkit_year or detail.below
                assert bool(judged) == bool(detail.fails), (question.code, detail.name)


def test_only_a_first_option_says_more():
    """The style sheet shows what it says once it is chosen (static/css/registry.css)."""
    for question in FORM.questions:
        assert not any(each.details or each.evidence for each in question.options[1:])
