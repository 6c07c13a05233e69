"""Answering a questionnaire, a section at a time, and what its answers must come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence.enums import SubmissionState
from registry.evidence.models import QuestionnaireAnswers, Submission
from registry.evidence.rules import questionnaire
from registry.evidence.rules.questionnaire import Questionnaire, Reply, Section
from registry.evidence.selectors import answered, findings_of
from registry.evidence.services.checks import locked
from registry.evidence.services.files import FileRefused, Judged, judge, put_file
from registry.standards.enums import Form


class AnswersRefused(RuleBroken):
    """Something typed cannot be kept. `problems` are words by (code, part of the answer)."""

    def __init__(self, problems: Mapping[tuple[str, str], str]):
        super().__init__(". ".join(problems.values()))
        self.problems = problems


@transaction.atomic
def answer_section(
    *,
    submission: Submission,
    section: str,
    replies: Mapping[str, Reply],
    uploads: Mapping[str, Sequence[UploadedFile]],
    by: User,
    now: datetime,
) -> QuestionnaireAnswers:
    """Keep what was answered in one section of a draft; it need not be complete.

    Only the questions in `replies` (by code) are answered anew. `uploads` are new files for
    questions' evidence, which are attached to the submission; one that is attached already is
    named again. `AnswersRefused`, and nothing is kept, when an answer is none or a file is
    not allowed; `RuleBroken` when there is no such section.
    """
    require_acts_for(by, submission.product.supplier)
    # Making a large file safe takes seconds: nobody waits for a lock meanwhile.
    judged = _each(uploads, judge)
    row = locked(submission, SubmissionState.DRAFT)
    if row.form != Form.QUESTIONNAIRE:
        raise RuleBroken("This evidence is no questionnaire.")
    kept, _ = QuestionnaireAnswers.objects.get_or_create(
        submission=row, defaults={"version": questionnaire.CURRENT, "saved_at": now}
    )
    form = questionnaire.form_of(kept.version)
    found = form.section(section)
    if found is None or any(found.question(code) is None for code in replies):
        raise RuleBroken("The questionnaire does not ask this.")
    _refuse_wrong(found, replies)
    given = _with_files(row, replies, _attached(row, judged, by=by, now=now))
    _keep(row, kept, form, given, now=now)
    detail = {"section": found.code, "version": kept.version}
    audit.record(
        actor=by, action="evidence.questionnaire_answered", subject=row, now=now, detail=detail
    )
    return kept


def _refuse_wrong(section: Section, replies: Mapping[str, Reply]) -> None:
    wrong = {
        (code, part): words
        for code, reply in replies.items()
        for part, words in questionnaire.wrong_with(section.question(code), reply).items()
    }
    if wrong:
        raise AnswersRefused(wrong)


def _attached(
    row: Submission, judged: Mapping[str, Sequence[Judged]], *, by: User, now: datetime
) -> dict[str, list[str]]:
    """The hashes of what was judged by code, each attached; several questions may name one file."""

    def attach(each: Judged) -> str:
        known = row.files.filter(uploaded_sha256=each.uploaded_sha256).first()
        return (known or put_file(submission=row, judged=each, by=by, now=now)).sha256

    return _each(judged, attach)


def _each(files: Mapping[str, Sequence], act: Callable) -> dict[str, list]:
    """What `act` makes of each file, by code; `AnswersRefused` names all that it refuses."""
    done, refused = {}, {}
    for code, each in files.items():
        try:
            done[code] = [act(one) for one in each]
        except FileRefused as refusal:
            refused[code, "upload"] = refusal.message
    if refused:
        raise AnswersRefused(refused)
    return done


def _with_files(
    row: Submission, replies: Mapping[str, Reply], added: Mapping[str, list[str]]
) -> dict[str, Reply]:
    """The replies with their new files, and without those that are attached no longer."""
    attached = set(row.files.values_list("content", flat=True))
    given = {}
    for code, reply in replies.items():
        named = dict.fromkeys([*reply.files, *added.get(code, ())])
        given[code] = replace(reply, files=tuple(each for each in named if each in attached))
    return given


def _keep(
    row: Submission,
    kept: QuestionnaireAnswers,
    form: Questionnaire,
    given: dict[str, Reply],
    *,
    now: datetime,
) -> None:
    for question in form.questions:
        if question.kind == "release" and question.code in given:
            row.release = given.pop(question.code).answer
            row.save()
    known = questionnaire.from_json(kept.replies)
    kept.replies = questionnaire.to_json(known | given)
    kept.saved_at = now
    kept.save()


def refuse_failing_answers(row: Submission) -> None:
    """A questionnaire that does not pass proves nothing: RuleBroken says which section and why.

    The standard asks for a form that was assessed and passed. The score of D1 decides nothing.
    """
    given = answered(row)
    if given is None:
        return
    failing = questionnaire.failing(findings_of(given, on=civil_date(row.submitted_at)))
    if failing:
        why = "; ".join(f"{each.section.code}: {each.reasons[0][1]}" for each in failing)
        words = f"The questionnaire does not pass ({why}). Return it with what would do"
        raise RuleBroken(words, field="reason")
