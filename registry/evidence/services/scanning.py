"""Having contents looked at by a virus scanner: rows remember what is owed, a task carries it."""

import contextlib
import socket
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.evidence.enums import ScanState
from registry.evidence.models import StoredContent
from registry.evidence.querysets import UNSEEN
from registry.evidence.rules import clamd
from registry.evidence.selectors import scanner_is_configured
from registry.evidence.services import storage

# Longer than a scan may take: a dead worker's content is free again after it.
CLAIM = timedelta(minutes=5)
# After so many minutes it is tried again, the last for ever.
_BACK_OFF = (1, 2, 5, 15, 60)


@transaction.atomic
def claim_scan(*, now: datetime) -> StoredContent | None:
    """Take the content that has waited longest and nobody has; `None` when none is owed."""
    row = StoredContent.objects.due(now=now).select_for_update(skip_locked=True).first()
    if row is None:
        return None
    row.claimed_until, row.attempts = now + CLAIM, row.attempts + 1
    row.save(update_fields=["claimed_until", "attempts"])
    return row


def scan_next(*, now: datetime) -> bool:
    """Scan one content that is owed, the network outside of any transaction. Whether there was one.

    Without a scanner nothing is owed: what waited for one is marked as not scanned.
    """
    if not scanner_is_configured():
        give_up_waiting(now=now)
        return False
    row = claim_scan(now=now)
    if row is None:
        return False
    note_scan(content=row, answer=_answer(row.sha256), now=now)
    return True


def _answer(sha256: str) -> clamd.Answer:
    try:
        with storage.read(sha256) as file:
            content = file.read()
    except OSError as error:
        return clamd.Answer(trouble=f"The content cannot be read: {error}")
    return ask_scanner(content)


def ask_scanner(content: bytes) -> clamd.Answer:
    """What the daemon says of `content`, within the deadline of the settings."""
    where = clamd.address(settings.CLAMD)
    until = time.monotonic() + settings.CLAMD_DEADLINE_SECONDS
    try:
        with contextlib.closing(_connected(where)) as line:
            whole = _sent(line, content, until)
            answer = clamd.understood(_heard(line, until))
            if answer.clean and not whole:
                return clamd.Answer(trouble="The scanner answered before it had read all")
            return answer
    except OSError as error:
        return clamd.Answer(trouble=f"The scanner did not answer: {error}"[:300])


def _sent(line: socket.socket, content: bytes, until: float) -> bool:
    """Whether the scanner took all. One that has enough says why, and hangs up."""
    try:
        for part in clamd.commands(content):
            line.settimeout(_left(until))
            line.sendall(part)
    except ConnectionError:
        return False
    return True


def _connected(where: clamd.Address) -> socket.socket:
    wait = settings.CLAMD_DEADLINE_SECONDS
    if not where.socket:
        return socket.create_connection((where.host, where.port), timeout=wait)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(wait)
    try:
        line.connect(where.socket)
    except OSError:
        line.close()
        raise
    return line


def _heard(line: socket.socket, until: float) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < clamd.LONGEST_ANSWER:
        line.settimeout(_left(until))
        part = line.recv(1024)
        if not part:
            break
        said += part
    return said


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


@transaction.atomic
def note_scan(*, content: StoredContent, answer: clamd.Answer, now: datetime) -> ScanState:
    """Write down what the scanner said. Infected content is deleted; its row says what it was."""
    # Where two scanned it, a claim having run out, whoever found something is right.
    open_to = [*UNSEEN, ScanState.CLEAN] if answer.signature else UNSEEN
    row = StoredContent.objects.select_for_update().filter(pk=content.pk, scan__in=open_to).first()
    if row is None:
        return ScanState(content.scan)
    row.claimed_until, row.trouble = None, answer.trouble
    if answer.trouble:
        row.scan = ScanState.FAILED
        row.due_at = now + _back_off(row.attempts)
    else:
        row.scan = ScanState.CLEAN if answer.clean else ScanState.INFECTED
        row.signature, row.scanned_at, row.due_at = answer.signature, now, None
    row.save()
    if row.scan == ScanState.INFECTED:
        _tell(row, now=now)
        # Should the machine stop here, the sweep finds content that may not be there.
        transaction.on_commit(lambda: storage.remove(row.sha256))
    return ScanState(row.scan)


def _back_off(attempts: int) -> timedelta:
    return timedelta(minutes=_BACK_OFF[min(attempts, len(_BACK_OFF)) - 1])


def _tell(row: StoredContent, *, now: datetime) -> None:
    refs = sorted(set(row.files.values_list("submission__ref", flat=True)))
    detail = {"sha256": row.sha256, "signature": row.signature, "submissions": refs}
    scanner = system_user(name="virus scanner")
    audit.record(actor=scanner, action="evidence.infected", subject=row, now=now, detail=detail)


@transaction.atomic
def give_up_waiting(*, now: datetime) -> int:
    """There is no scanner any more: what waited for one is not scanned. Returns how many."""
    waiting = StoredContent.objects.filter(scan__in=[ScanState.WAITING, ScanState.FAILED])
    return waiting.update(
        scan=ScanState.UNSCANNED, due_at=None, claimed_until=None, attempts=0, trouble=""
    )
