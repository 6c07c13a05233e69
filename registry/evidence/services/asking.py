"""Questions about a submission, and the supplier's answers: a thread that nobody edits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import Conflict, RuleBroken, TooOften
from registry.evidence.enums import MessageKind
from registry.evidence.models import Message, MessageFile, Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.services.checks import locked
from registry.evidence.services.claiming import extend, on_desk_of
from registry.evidence.services.files import Judged, judged_uploads, keep_judged
from registry.evidence.services.telling import tell_answer, tell_question

_HOUR = timedelta(hours=1)


class AlreadySaid(Conflict):
    """The same words are the last of the thread: a button pressed twice."""


@transaction.atomic
def ask(
    *,
    submission: Submission,
    text: str,
    by: User,
    now: datetime,
    uploads: Sequence[UploadedFile] = (),
) -> Message:
    """Ask the supplier something; whoever has the submission on the desk may.

    The claim then lasts `EVIDENCE_ANSWER_DAYS` at least: nobody loses it by waiting.
    """
    require_role(by, Role.ASSESSOR)
    files = judged_uploads(uploads=uploads, most=settings.EVIDENCE_MESSAGE_FILES)
    row = on_desk_of(by, submission, now=now)
    message = _say(row, MessageKind.QUESTION, text, files, by=by, now=now)
    extend(row, now=now, days=settings.EVIDENCE_ANSWER_DAYS)
    row.save()
    tell_question(submission=row, question=message.text, key=f"question {message.pk}", now=now)
    return message


@transaction.atomic
def answer(
    *,
    submission: Submission,
    text: str,
    by: User,
    now: datetime,
    uploads: Sequence[UploadedFile] = (),
) -> Message:
    """Answer what the assessor asked, once something was asked and until it is decided.

    Whoever asked and has it still on the desk gets a claim's whole time from now.
    """
    require_acts_for(by, submission.product.supplier)
    files = judged_uploads(uploads=uploads, most=settings.EVIDENCE_MESSAGE_FILES)
    row = locked(submission, *AWAITING)
    if not row.messages.exists():
        raise Conflict("The assessor has not asked anything about this.")
    message = _say(row, MessageKind.ANSWER, text, files, by=by, now=now)
    if row.assessor_id is not None:
        extend(row, now=now, days=settings.EVIDENCE_LEASE_DAYS)
        row.save()
        tell_answer(submission=row, answer=message.text, key=f"answer {message.pk}", now=now)
    return message


def _say(
    row: Submission,
    kind: MessageKind,
    text: str,
    files: Mapping[str, Judged],
    *,
    by: User,
    now: datetime,
) -> Message:
    """One more message of the locked submission's thread."""
    text = _fitting(text)
    _refuse_too_many(row, by=by, now=now)
    last = row.messages.order_by("at", "pk").last()
    if last is not None and (last.kind, last.text, last.author_id) == (kind, text, by.pk):
        raise AlreadySaid("This was sent already. It stands last in the thread.")
    kept = keep_judged(files, now=now)
    message = Message.objects.create(submission=row, kind=kind, text=text, author=by, at=now)
    MessageFile.objects.bulk_create(MessageFile(message=message, **facts) for facts in kept)
    action = "evidence.asked" if kind == MessageKind.QUESTION else "evidence.answered"
    detail = {"text": text, "files": [facts["content"].sha256 for facts in kept]}
    audit.record(actor=by, action=action, subject=row, now=now, detail=detail)
    return message


def _fitting(text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise RuleBroken("Enter what you want to say", field="text")
    if len(text) > settings.EVIDENCE_MESSAGE_LETTERS:
        most = f"{settings.EVIDENCE_MESSAGE_LETTERS:,}"
        raise RuleBroken(f"Write no more than {most} characters, or attach a file", field="text")
    return text


def _refuse_too_many(row: Submission, *, by: User, now: datetime) -> None:
    if row.messages.count() >= settings.EVIDENCE_MESSAGES_MAX:
        raise RuleBroken(
            f"A thread holds at most {settings.EVIDENCE_MESSAGES_MAX} messages. "
            "The assessor must decide, or the supplier withdraw and send anew",
            field="text",
        )
    lately = Message.objects.filter(author=by, at__gt=now - _HOUR).order_by("-at")
    full = lately[settings.EVIDENCE_MESSAGES_PER_HOUR - 1 : settings.EVIDENCE_MESSAGES_PER_HOUR]
    oldest = full.values_list("at", flat=True).first()
    if oldest is not None:
        words = "You have written too many messages within an hour. Try again later."
        raise TooOften(words, wait=oldest + _HOUR - now)
