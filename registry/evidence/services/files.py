"""Attaching files to a draft or a message, and clearing away content that nobody refers to."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.selectors import require_acts_for
from registry.common import locks
from registry.common.errors import RuleBroken
from registry.evidence.enums import SubmissionState
from registry.evidence.models import EvidenceFile, MessageFile, Submission
from registry.evidence.rules import filenames, filetypes
from registry.evidence.services import storage
from registry.evidence.services.checks import locked

# An upload whose transaction is still open has no row yet; this is far longer than one lasts.
_SWEEP_AFTER = timedelta(days=1)


class FileRefused(RuleBroken):
    """The file may not be attached. The message says why and what would do."""

    def __init__(self, message: str):
        super().__init__(message, field="file")


@transaction.atomic
def attach_file(
    *, submission: Submission, upload: UploadedFile, by: User, now: datetime
) -> EvidenceFile:
    """Attach `upload` to a draft. `FileRefused` when its name, size or content is not allowed.

    Only the supplier's members may; nothing is stored when it is refused.
    """
    require_acts_for(by, submission.product.supplier)
    # Reading a large file takes seconds: nobody waits for a lock meanwhile.
    name, content, kind = _judged(upload)
    row = locked(submission, SubmissionState.DRAFT)
    if row.files.count() >= settings.EVIDENCE_FILES_MAX:
        raise FileRefused(f"A submission holds at most {settings.EVIDENCE_FILES_MAX} files")
    sha256 = storage.digest(content)
    if row.files.filter(sha256=sha256).exists():
        raise FileRefused(f"“{name}” is already attached")
    # Held until the row is there to be seen, so that a sweep cannot come between. Should the
    # rest fail, the sweep finds content that nobody refers to.
    _hold_content(sha256)
    storage.keep(content)
    file = EvidenceFile.objects.create(
        submission=row,
        name=name,
        content_type=kind.content_type,
        sha256=sha256,
        size=len(content),
        uploaded_at=now,
    )
    audit.record(
        actor=by,
        action="evidence.file_attached",
        subject=row,
        now=now,
        detail={"name": name, "sha256": sha256, "size": len(content)},
    )
    return file


def keep_uploads(*, uploads: Sequence[UploadedFile], most: int) -> list[dict]:
    """Store what is sent with a message, by the same rules; what its rows say of each file.

    `FileRefused` when one may not be, or when there are more than `most`. Call it within the
    transaction that writes the rows.
    """
    if len(uploads) > most:
        raise FileRefused(f"A message holds at most {most} files")
    found: dict[str, dict] = {}
    for upload in uploads:
        name, content, kind = _judged(upload)
        sha256 = storage.digest(content)
        facts = {"name": name, "content_type": kind.content_type, "size": len(content)}
        found[sha256] = {"sha256": sha256, **facts, "content": content}
    # In the order of their hashes, so that two who send the same files never deadlock.
    for sha256 in sorted(found):
        _hold_content(sha256)
        storage.keep(found[sha256].pop("content"))
    return list(found.values())


def _judged(upload: UploadedFile) -> tuple[str, bytes, filetypes.FileType]:
    largest = settings.EVIDENCE_FILE_MAX_BYTES
    name = filenames.clean_name(upload.name or "")
    # One that is too large is not read into memory.
    content = upload.read() if upload.size <= largest else b""
    judgement = filetypes.judge(name=name, content=content, size=upload.size, largest=largest)
    if judgement.kind is None:
        # Several may be sent at once: say which.
        raise FileRefused(judgement.fault.replace("The file", f"“{name}”" if name else "The file"))
    return name, content, judgement.kind


@transaction.atomic
def remove_file(*, submission: Submission, file_id: int, by: User, now: datetime) -> None:
    """Take a file off a draft. Its content goes with the next sweep, unless used elsewhere."""
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    file = row.files.filter(pk=file_id).first()
    if file is None:
        raise RuleBroken("This file is no longer attached.", field="file")
    detail = {"name": file.name, "sha256": file.sha256}
    file.delete()
    audit.record(actor=by, action="evidence.file_removed", subject=row, now=now, detail=detail)


def sweep_files(*, now: datetime) -> int:
    """Delete stored content that no submission refers to. Returns how many files went."""
    before = (now - _SWEEP_AFTER).timestamp()
    old = storage.kept_before(before)
    known = _referred_to([path.name for path in old])
    return sum(_swept(path=path, before=before) for path in old if path.name not in known)


def _referred_to(hashes: Collection[str]) -> set[str]:
    """Which of these hashes a submission or a message refers to."""
    return {
        sha256
        for model in (EvidenceFile, MessageFile)
        for sha256 in model.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    }


@transaction.atomic
def _swept(*, path: Path, before: float) -> bool:
    """Delete the content at `path` unless somebody has attached it in the meantime."""
    _hold_content(path.name)
    if path.stat().st_mtime >= before or _referred_to([path.name]):
        return False
    path.unlink()
    return True


def _hold_content(sha256: str) -> None:
    locks.advisory(f"evidence content {sha256}")
