"""What copies of a submission share: files by their hash, never a reference."""

import secrets
from datetime import datetime

from registry.evidence.enums import ScanState
from registry.evidence.models import EvidenceFile, Submission

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
