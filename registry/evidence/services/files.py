"""Attaching files to a draft or a message, and clearing away content that nobody refers to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.selectors import require_acts_for
from registry.common import locks
from registry.common.errors import RuleBroken
from registry.evidence.enums import ScanState, SubmissionState
from registry.evidence.models import EvidenceFile, MessageFile, StoredContent, Submission
from registry.evidence.rules import filenames, filetypes
from registry.evidence.selectors import scanner_is_configured
from registry.evidence.services import pdf, storage
from registry.evidence.services.checks import locked

# An upload whose transaction is still open has no row yet; this is far longer than one lasts.
_SWEEP_AFTER = timedelta(days=1)
_BATCH = 500


class FileRefused(RuleBroken):
    """The file may not be attached. The message says why and what would do."""

    def __init__(self, message: str):
        super().__init__(message, field="file")


@dataclass(frozen=True)
class Judged:
    """An upload that may be attached: what is to be stored, and what was done to make it safe."""

    name: str
    kind: filetypes.FileType
    content: bytes
    sha256: str
    uploaded_sha256: str
    removed: tuple[str, ...] = ()
    was_signed: bool = False


@transaction.atomic
def attach_file(
    *, submission: Submission, upload: UploadedFile, by: User, now: datetime
) -> EvidenceFile:
    """Attach `upload` to a draft. `FileRefused` when its name, size or content is not allowed.

    Only the supplier's members may; nothing is stored when it is refused.
    """
    require_acts_for(by, submission.product.supplier)
    # Reading a large file takes seconds: nobody waits for a lock meanwhile.
    return put_file(submission=submission, judged=judge(upload), by=by, now=now)


def judge(upload: UploadedFile) -> Judged:
    """What of `upload` may be stored; `FileRefused` in words."""
    largest = settings.EVIDENCE_FILE_MAX_BYTES
    name = filenames.clean_name(upload.name or "")
    # One that is too large is not read into memory.
    content = upload.read() if upload.size <= largest else b""
    judgement = filetypes.judge(name=name, content=content, size=upload.size, largest=largest)
    if judgement.kind is None:
        # Several may be sent at once: say which.
        raise FileRefused(judgement.fault.replace("The file", f"“{name}”" if name else "The file"))
    uploaded = storage.digest(content)
    if judgement.kind.extension != "pdf":
        return Judged(name, judgement.kind, content, uploaded, uploaded)
    safe = pdf.sanitise(content)
    if safe.fault:
        raise FileRefused(f"“{name}” cannot be used: {safe.fault}")
    sha256 = storage.digest(safe.content)
    facts = {"removed": safe.removed, "was_signed": safe.signed}
    return Judged(name, judgement.kind, safe.content, sha256, uploaded, **facts)


@transaction.atomic
def put_file(*, submission: Submission, judged: Judged, by: User, now: datetime) -> EvidenceFile:
    """Attach what was judged to a draft; the caller has asked whether `by` may."""
    row = locked(submission, SubmissionState.DRAFT)
    if row.files.count() >= settings.EVIDENCE_FILES_MAX:
        raise FileRefused(f"A submission holds at most {settings.EVIDENCE_FILES_MAX} files")
    if row.files.filter(content=judged.sha256).exists():
        raise FileRefused(f"“{judged.name}” is already attached")
    # Held until the row is there to be seen, so that a sweep cannot come between. Should the
    # rest fail, the sweep finds content that nobody refers to.
    _hold_content(judged.sha256)
    file = EvidenceFile.objects.create(
        submission=row,
        name=judged.name,
        content_type=judged.kind.content_type,
        content=_kept(judged, now=now),
        size=len(judged.content),
        uploaded_sha256=judged.uploaded_sha256,
        removed=list(judged.removed),
        was_signed=judged.was_signed,
        uploaded_at=now,
    )
    detail = {"name": file.name, "sha256": file.sha256, "size": file.size}
    if file.was_rewritten:
        detail |= {"uploaded_sha256": file.uploaded_sha256, "removed": file.removed}
    audit.record(actor=by, action="evidence.file_attached", subject=row, now=now, detail=detail)
    return file


def judged_uploads(*, uploads: Sequence[UploadedFile], most: int) -> dict[str, Judged]:
    """What is sent with a message, judged by the same rules, by the hash of its content.

    `FileRefused` when one may not be, or when there are more than `most`. Reading large files
    takes seconds: call it before anything is locked.
    """
    if len(uploads) > most:
        raise FileRefused(f"A message holds at most {most} files")
    return {judged.sha256: judged for judged in map(judge, uploads)}


def keep_judged(found: Mapping[str, Judged], *, now: datetime) -> list[dict]:
    """Store what was judged, within the transaction that writes the rows; what these say."""
    kept = []
    # In the order of their hashes, so that two who send the same files never deadlock.
    for sha256, judged in sorted(found.items()):
        _hold_content(sha256)
        facts = {"name": judged.name, "content_type": judged.kind.content_type}
        kept.append(facts | {"content": _kept(judged, now=now), "size": len(judged.content)})
    return kept


def _kept(judged: Judged, *, now: datetime) -> StoredContent:
    """The row of the content, which is stored then; one that is known to be infected is refused."""
    scan = ScanState.WAITING if scanner_is_configured() else ScanState.UNSCANNED
    facts = {"size": len(judged.content), "scan": scan, "kept_at": now}
    row, _ = StoredContent.objects.get_or_create(sha256=judged.sha256, defaults=facts)
    if row.scan == ScanState.INFECTED:
        words = f"“{judged.name}” is infected with {row.signature}. Attach a clean copy"
        raise FileRefused(words)
    storage.keep(judged.content)
    return row


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
    before, swept, batch = now - _SWEEP_AFTER, 0, []
    for name in storage.kept():
        batch.append(name)
        if len(batch) == _BATCH:
            swept += _swept_of(batch, before=before)
            batch = []
    return swept + _swept_of(batch, before=before)


def _swept_of(names: list[str], *, before: datetime) -> int:
    """How many of `names` went. Only those that nobody refers to are asked how old they are."""
    used = _used(names)
    return sum(swept(name=name, before=before) for name in names if name not in used)


@transaction.atomic
def swept(*, name: str, before: datetime) -> bool:
    """Delete the stored `name` unless somebody has attached it in the meantime."""
    _hold_content(name)
    stored = storage.stored_at(name)
    if stored is None or stored >= before or _used([name]):
        return False
    StoredContent.objects.filter(sha256=name).exclude(scan=ScanState.INFECTED).delete()
    storage.remove(name)
    return True


def _used(names: Collection[str]) -> set[str]:
    """Which of these contents must be there: a submission or a message has them.

    Of what is infected there is to be none.
    """
    return {
        sha256
        for model in (EvidenceFile, MessageFile)
        for sha256 in model.objects.filter(content__in=names)
        .exclude(content__scan=ScanState.INFECTED)
        .values_list("content", flat=True)
    }


def _hold_content(sha256: str) -> None:
    locks.advisory(f"evidence content {sha256}")
