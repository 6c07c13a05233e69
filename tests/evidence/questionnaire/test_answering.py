"""A supplier answers section by section; what is sent never changes; what fails is not accepted."""

import json

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.evidence import selectors, services
from registry.evidence.models import Decision, QuestionnaireAnswers, Submission
from registry.evidence.rules.questionnaire import Reply
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import actions, upload
from tests.evidence.files import png
from tests.evidence.questionnaire.conftest import answer, make_criterion, make_draft
from tests.evidence.questionnaire.sheets import passing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def kept(submission):
    row = QuestionnaireAnswers.objects.filter(submission=submission).first()
    return row and row.replies


def section_page(submission, code):
    return reverse("questionnaire_section", kwargs={"ref": submission.ref, "code": code})


def test_a_draft_is_sent_only_when_all_is_answered(empty, supplier_editor, now):
    with pytest.raises(services.Incomplete) as refusal:
        services.submit(submission=empty, by=supplier_editor, now=now)
    assert [(p.field, p.words) for p in refusal.value.problems] == [
        (
            "questionnaire",
            "Answer all questions of the questionnaire, Digital Technology Assessment Criteria "
            "(DTAC). Not complete: A, B, C1, C2, C3, C4, D1",
        )
    ]
    answer(empty, passing(), supplier_editor, now)
    assert services.submit(submission=empty, by=supplier_editor, now=now).state == "submitted"


def test_answers_to_2_0_prove_no_earlier_version(product, form, supplier_editor, now):
    earlier = make_criterion("1.0")
    draft = make_draft(product, [form, earlier], supplier_editor, now)
    answer(draft, passing(A3=Reply("")), supplier_editor, now)
    draft.refresh_from_db()
    problems = selectors.problems_of(draft, on=now.date())
    assert [each.words for each in problems] == [
        "Answers to DTAC 2.0 do not prove DTAC 1.0. Leave that out",
        "Enter the product release that the answers describe",
        "Answer all questions of the questionnaire, Digital Technology Assessment Criteria "
        "(DTAC). Not complete: A",
    ]


def test_a_section_at_a_time_and_the_release_is_said_once(empty, supplier_editor, now):
    answered = services.answer_section(
        submission=empty,
        section="A",
        replies={"A1": Reply("Aldermoor"), "A3": Reply("5.0")},
        uploads={},
        by=supplier_editor,
        now=now,
    )
    empty.refresh_from_db()
    assert empty.release == "5.0"
    assert answered.replies == {"A1": {"answer": "Aldermoor"}}
    assert actions()[-1] == "evidence.questionnaire_answered"


def test_a_file_is_attached_where_it_is_asked_and_named_twice(empty, supplier_editor, now):
    for code in ("C2.2.2", "C2.2.3"):
        services.answer_section(
            submission=empty,
            section="C2",
            replies={code: Reply("provided")},
            uploads={code: [upload("dpia.pdf")]},
            by=supplier_editor,
            now=now,
        )
    file = empty.files.get()
    assert [kept(empty)[code]["files"] for code in ("C2.2.2", "C2.2.3")] == [[file.sha256]] * 2


def test_what_is_no_answer_changes_nothing(whole, supplier_editor, rival_editor, assessor, now):
    before, told = kept(whole), actions()
    asked = {"submission": whole, "section": "D1", "now": now}
    wrong = {"D1.5": Reply("much"), "D1.2": Reply("no")}
    with pytest.raises(services.AnswersRefused) as refusal:
        services.answer_section(**asked, replies=wrong, uploads={}, by=supplier_editor)
    assert list(refusal.value.problems) == [("D1.5", "answer")]
    bad = {"D1.1": [upload("bad.pdf", png())]}
    given = {"D1.1": Reply("provided")}
    with pytest.raises(services.AnswersRefused):
        services.answer_section(**asked, replies=given, uploads=bad, by=supplier_editor)
    with pytest.raises(RuleBroken):
        services.answer_section(
            **asked, replies={"C1.2": Reply("no")}, uploads={}, by=supplier_editor
        )
    for other in (rival_editor, assessor):
        with pytest.raises(NotPermitted):
            services.answer_section(**asked, replies={}, uploads={}, by=other)
    assert (kept(whole), actions(), whole.files.count()) == (before, told, 0)


def test_what_was_sent_is_never_changed(sent, supplier_editor, now):
    before = kept(sent)
    with pytest.raises(Conflict):
        services.answer_section(
            submission=sent, section="B", replies={}, uploads={}, by=supplier_editor, now=now
        )
    for change in (
        lambda rows: rows.update(version="9"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(InternalError, match="what was sent"), transaction.atomic():
            change(QuestionnaireAnswers.objects.filter(submission=sent))
    assert kept(sent) == before


def test_a_draft_is_discarded_with_its_answers(whole, supplier_editor, now):
    services.discard_draft(submission=whole, by=supplier_editor, now=now)
    assert not QuestionnaireAnswers.objects.exists()


def test_a_failing_questionnaire_can_be_sent_and_not_accepted(
    client, empty, supplier_editor, assessor, now
):
    answer(empty, passing(C3_4=Reply("unable")), supplier_editor, now)
    why = "the product is not built in line with the Software Security Code of Practice"
    check = text(page(client, supplier_editor, address("evidence_check", empty)))
    assert "C3 does not pass" in check
    assert why in check
    sent = services.submit(submission=empty, by=supplier_editor, now=now)
    claimed = services.take_up(submission=sent, by=assessor, now=now)
    bench = text(page(client, assessor, address("assessment", claimed)))
    assert "It does not pass, so it cannot be accepted." in bench
    with pytest.raises(RuleBroken, match=r"does not pass \(C3: the product is not built"):
        services.accept(
            submission=claimed, valid=claimed.valid, reason="Fine.", by=assessor, now=now
        )
    claimed.refresh_from_db()
    assert (claimed.state, Decision.objects.count()) == ("in_assessment", 0)


def test_it_is_accepted_for_twelve_months_whatever_d1_scores(sent, assessor, now):
    claimed = services.take_up(submission=sent, by=assessor, now=now)
    accepted = services.accept(
        submission=claimed, valid=claimed.valid, reason="It passes.", by=assessor, now=now
    )
    assert (accepted.state, accepted.valid.upper) == ("accepted", now.date().replace(year=2027))


def test_starting_again_copies_the_answers_and_compares_them(client, sent, supplier_editor, now):
    services.withdraw(submission=sent, by=supplier_editor, now=now)
    again = services.start_again(submission=sent, by=supplier_editor, now=now)
    assert kept(again) == kept(sent)
    url = address("questionnaire_comparison", again)
    assert "Every answer is the same as before." in text(page(client, supplier_editor, url))
    services.answer_section(
        submission=again,
        section="B",
        replies={"B2": Reply("It shows the whole record.")},
        uploads={},
        by=supplier_editor,
        now=now,
    )
    shown = text(page(client, supplier_editor, url))
    assert "It shows the record." in shown
    assert "It shows the whole record." in shown
    assert "Clinicians, in three trials." not in shown
    assert "Clinicians, in three trials." in text(page(client, supplier_editor, url, all="1"))


def test_saving_shows_what_follows_and_keeps_what_was_typed(client, empty, supplier_editor):
    client.force_login(supplier_editor)
    url = section_page(empty, "c4")
    assert "C4.2.1" not in text(client.get(url))
    answer = client.post(url, {"shown": ["C4.1", "C4.2"], "c4-1": "no", "c4-2": "yes"})
    assert answer["Location"] == f"{url}?left=1"
    shown = text(client.get(answer["Location"]))
    assert "This section still needs:" in shown
    assert "C4.2.1 Can the product use the NHS number" in shown
    answer = client.post(url, {"shown": ["C4.1", "C4.2"], "c4-1": "no", "c4-2": "no"})
    assert answer["Location"] == section_page(empty, "d1")

    typed = {"shown": ["D1.1", "D1.5"], "d1-1": "provided", "d1-1-link": "here", "d1-5": "lots"}
    before = kept(empty)
    response = client.post(section_page(empty, "d1"), typed)
    assert response.status_code == 400
    shown = text(response)
    assert "Enter a percentage from 0 to 100 with at most 2 decimals, like 99.95" in shown
    assert 'value="lots"' in shown
    assert 'value="here"' in shown
    assert kept(empty) == before


def test_who_is_named_is_read_by_who_must(client, sent, supplier_editor, assessor, case_officer):
    for reader, may in ((supplier_editor, True), (assessor, True), (case_officer, False)):
        for name in ("questionnaire_answers", "questionnaire_download"):
            shown = text(page(client, reader, address(name, sent)))
            assert ("Rowan Mugwort" in shown) is may, (reader, name)


def test_the_download_is_the_whole_of_it(client, sent, supplier_editor):
    response = page(client, supplier_editor, address("questionnaire_download", sent))
    document = json.loads(response.content)
    assert (document["form"]["version"], document["release"]) == ("2.0", "4.2")
    results = {each["code"]: each["result"] for each in document["sections"]}
    assert results["C4"] == "passes"
    assert len([a for s in document["sections"] for a in s["answers"]]) == 46
    assert "attachment" in response["Content-Disposition"]


def test_other_evidence_has_no_questionnaire(client, submitted, supplier_editor):
    assert page(client, supplier_editor, address("questionnaire", submitted)).status_code == 404
    assert Submission.objects.count() == 1


def test_a_file_is_sent_with_the_question_that_asks_for_it(client, empty, supplier_editor, now):
    client.force_login(supplier_editor)
    url = reverse("questionnaire_section", kwargs={"ref": empty.ref, "code": "d1"})
    asked = {"shown": ["D1.1"], "d1-1": "provided", "d1-1-upload": upload("journey.pdf")}
    assert client.post(url, asked).status_code == 302
    [file] = empty.files.all()
    assert (file.name, selectors.answered(empty).replies["D1.1"].files) == (
        "journey.pdf",
        (file.sha256,),
    )
