"""What answers mean: what is missing, what does not pass and why, what is scored."""

from dataclasses import replace
from datetime import date

import pytest

from registry.evidence.rules import questionnaire
from registry.evidence.rules.questionnaire import Reply, Result
from tests.evidence.questionnaire.sheets import LINK, ON, passing

FORM = questionnaire.form_of("2.0")


def judge(code, replies, on=ON, attached=()):
    return questionnaire.judge(FORM.section(code), replies, on=on, attached=attached)


def results(replies):
    found = questionnaire.judge_all(FORM, replies, on=ON, attached=())
    return [(each.section.code, str(each.result)) for each in found]


def test_a_sound_questionnaire_passes_and_its_score_is_beside_the_point():
    assert results(passing()) == [
        ("A", "information"), ("B", "information"), ("C1", "passes"), ("C2", "passes"),
        ("C3", "passes"), ("C4", "passes"), ("D1", "scored"),
    ]  # fmt: skip
    found = judge("D1", passing())
    # A plan for WCAG scores nothing; when it comes is not counted.
    assert (found.points, found.out_of) == (5, 6)


def test_nothing_answered_is_not_complete_and_says_what_is_missing():
    assert {result for _, result in results({})} == {"incomplete"}
    assert [each.code for each in judge("C4", {}).lacks] == ["C4.1", "C4.2"]


def test_an_answer_that_does_not_pass_decides_while_others_are_missing():
    found = judge("C1", {"C1.1.1": Reply("no"), "C1.2": Reply("yes"), "C1.2.2": Reply("no")})
    assert found.result == Result.FAILS
    assert found.reasons == (("C1.2.2", "clinical risk is not managed as DCB0129 asks"),)


@pytest.mark.parametrize(
    ("tested", "cvss", "passes"),
    [
        ("2025-07-01", "6.9", True),  # 365 days before
        ("2025-06-30", "6.9", False),
        ("2026-07-01", "0", True),
        ("2026-07-02", "0", False),  # not yet done
        ("2026-02-01", "7.0", False),
        ("2026-02-01", "7", False),
    ],
)
def test_a_penetration_test_is_recent_and_left_nothing_grave(tested, cvss, passes):
    details = {"tested_on": tested, "highest_cvss": cvss}
    found = judge("C3", passing(C3_3=Reply("provided", details, link=LINK)))
    assert found.result == (Result.PASSES if passes else Result.FAILS)


@pytest.mark.parametrize(
    ("code", "name", "day", "passes"),
    [
        ("C3.1", "expires_on", "2026-07-01", True),
        ("C3.1", "expires_on", "2026-06-30", False),
        ("C3.1", "expires_on", "2027-07-02", True),
        ("C3.1", "expires_on", "2027-07-03", False),  # lasts longer than it can
        ("C2.2.1", "expires_on", "2026-07-01", True),
        ("C2.2.1", "expires_on", "2026-06-30", False),
        ("C2.1", "published_on", "2025-07-01", True),  # the toolkit year before
        ("C2.1", "published_on", "2025-06-30", False),
    ],
)
def test_what_has_a_day_is_in_date_on_the_day_it_is_sent(code, name, day, passes):
    sound = passing()
    reply = replace(sound[code], details={**sound[code].details, name: day})
    found = judge(code[:2], sound | {code: reply})
    assert (found.result == Result.PASSES) is passes


def test_evidence_must_be_attached_to_the_submission_or_linked():
    by_file = passing(C2_2_2=Reply("provided", files=("a" * 64,)))
    assert [each.part for each in judge("C2", by_file).lacks] == ["evidence"]
    assert judge("C2", by_file, attached={"a" * 64}).result == Result.PASSES


def test_the_route_to_a_question_that_does_not_exist_ends_the_section():
    assert [q.code for q in questionnaire.asked(FORM.section("C4"), passing())] == ["C4.1", "C4.2"]
    assert judge("C4", passing()).result == Result.PASSES


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ({"C4.2.4": "yes"}, "passes"),
        ({"C4.2.4": "no", "C4.2.5": "yes"}, "passes"),
        ({"C4.2.4": "no", "C4.2.5": "n/a", "C4.2.6": "By a code."}, "passes"),
        ({"C4.2.4": "no", "C4.2.5": "n/a"}, "incomplete"),
        ({"C4.2.4": "no"}, "incomplete"),
        ({"C4.2.4": "no", "C4.2.5": "no", "C4.2.6": "By a code."}, "fails"),
        ({"C4.2.4": "n/a", "C4.2.5": "n/a", "C4.2.6": "By a card."}, "passes"),
    ],
)
def test_signing_in_without_nhs_login_needs_another_safe_way(answers, result):
    shared = {"C4.2": Reply("yes"), "C4.2.1": Reply("yes"), "C4.2.2": Reply("yes")}
    given = passing() | shared | {code: Reply(value) for code, value in answers.items()}
    assert str(judge("C4", given).result) == result


def test_what_is_asked_no_longer_is_kept_and_does_not_count():
    given = passing(C3_2=Reply("yes"), C3_4=Reply("unable"))
    assert judge("C3", given).result == Result.PASSES
    skipped = [each.code for each in questionnaire.no_longer_asked(FORM, given)]
    assert skipped == ["C3.3", "C3.4", "C3.5", "C3.5.1", "C3.6"]


@pytest.mark.parametrize(
    ("code", "reply", "part"),
    [
        ("D1.5", Reply("100.01"), "answer"),
        ("D1.5", Reply("99.951"), "answer"),
        ("D1.5", Reply("NaN"), "answer"),
        ("D1.4.3", Reply("javascript:alert(1)"), "answer"),
        ("C1.2", Reply("maybe"), "answer"),
        ("C2.2.2", Reply("provided", link="here"), "link"),
        ("C3.1", Reply("provided", {"expires_on": "soon"}), "expires_on"),
        ("C3.3", Reply("provided", {"highest_cvss": "10.1"}), "highest_cvss"),
        ("A7", Reply("0" * 301), "answer"),
    ],
)
def test_what_is_no_answer_is_told_from_what_is_missing(code, reply, part):
    question = next(each for each in FORM.questions if each.code == code)
    assert list(questionnaire.wrong_with(question, reply)) == [part]
    assert questionnaire.wrong_with(question, Reply()) == {}


def test_replies_are_read_as_they_were_kept_and_empty_ones_are_not_kept():
    given = passing(B2=Reply(), C3_4=Reply(""))
    kept = questionnaire.to_json(given)
    assert "B2" not in kept
    assert questionnaire.from_json(kept) == {code: r for code, r in given.items() if r}


def test_a_comparison_lists_what_either_answers():
    rows = questionnaire.compare(FORM, passing(), passing(B1=Reply("other")))
    assert [row.question.code for row in rows if row.differs] == ["B1"]
    assert date.fromisoformat("2026-02-24") == FORM.published
