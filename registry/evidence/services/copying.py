"""What copies of a submission share: files by their hash, never a reference."""

import secrets
from dataclasses import replace
from datetime import datetime

from registry.evidence.enums import ScanState
from registry.evidence.models import EvidenceFile, QuestionnaireAnswers, Submission
from registry.evidence.rules import questionnaire

# Letters and digits that nobody confuses on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ref() -> str:
    """A reference that says nothing of how many there are, and survives a move to elsewhere."""
    drawn = [secrets.choice(_LETTERS) for _ in range(8)]
    return f"EV-{''.join(drawn[:4])}-{''.join(drawn[4:])}"


def copy_files(old: Submission, new: Submission, *, now: datetime) -> None:
    """Attach the files of `old` to `new` as well: the content is kept once.

    What has been found to be infected is not handed on.
    """
    EvidenceFile.objects.bulk_create(
        EvidenceFile(
            submission=new,
            name=file.name,
            content_type=file.content_type,
            content_id=file.content_id,
            size=file.size,
            uploaded_sha256=file.uploaded_sha256,
            removed=file.removed,
            was_signed=file.was_signed,
            uploaded_at=now,
        )
        for file in old.files.exclude(content__scan=ScanState.INFECTED)
    )


def copy_answers(old: Submission, new: Submission, *, now: datetime) -> None:
    """Answer the questionnaire of `new` as that of `old` was, where both ask the same.

    Evidence that was not copied is left out, and so will be asked for again.
    """
    kept = QuestionnaireAnswers.objects.filter(
        submission=old, version=questionnaire.CURRENT
    ).first()
    if kept is None:
        return
    attached = set(new.files.values_list("content", flat=True))
    replies = {
        code: replace(reply, files=tuple(each for each in reply.files if each in attached))
        for code, reply in questionnaire.from_json(kept.replies).items()
    }
    QuestionnaireAnswers.objects.create(
        submission=new,
        version=kept.version,
        replies=questionnaire.to_json(replies),
        saved_at=now,
    )
