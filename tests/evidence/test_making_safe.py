"""PDFs are made safe, and the scanner has the last word; R8 of figures.md."""

import contextlib
import io
import socket
import struct
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pikepdf
import pytest
from django.db import connection

from registry.common.errors import RuleBroken
from registry.evidence import services
from registry.evidence.enums import ScanState
from registry.evidence.models import StoredContent
from registry.evidence.rules import ranges
from registry.evidence.rules.clamd import Answer
from registry.evidence.services import FileRefused, pdf, storage
from registry.evidence.services.scanning import CLAIM, ask_scanner, claim_scan, note_scan
from tests.evidence import files
from tests.evidence.conftest import ASKED, upload


@pytest.mark.parametrize(
    ("extra", "page", "more", "gone", "words"),
    [
        (b"/OpenAction << /S /J#61vaScript /JS (x) >> ", b"", (), b"JavaScript", "scripts"),
        (b"", b"/AA << /O << /S /Launch /F (cmd.exe) >> >> ", (), b"Launch", "by themselves"),
        (b"/AcroForm << /Fields [] /XFA (x) >> ", b"", (), b"XFA", "XFA"),
        (b"/Names << /EmbeddedFiles << >> >> ", b"", (), b"Embedded", "files inside"),
        (b"", b"/Annots [4 0 R] ", (b"<< /Subtype /RichMedia >>",), b"RichMedia", "films"),
        (b"", b"/A << /S /URI /URI (javascript:x) >> ", (), b"javascript", "no web address"),
    ],
)
def test_what_acts_is_taken_out_of_a_pdf_and_said(extra, page, more, gone, words):
    safe = pdf.sanitise(files.pdf(extra, page, *more))
    assert (safe.fault, gone in safe.content) == ("", False)
    assert any(words in each for each in safe.removed)
    assert pdf.sanitise(files.pdf(extra, page, *more)).content == safe.content


def test_all_that_acts_goes_wherever_it_stands():
    """Indirect, in trees of names, under one another, spelt another way."""
    hostile = files.pdf(
        b"/OpenAction 4 0 R /AcroForm << /Fields [] /XFA [(a) 8 0 R] >> /Outlines 6 0 R "
        b"/Names << /JavaScript << /Kids [5 0 R] >> /EmbeddedFiles << /Names [(a) 7 0 R] >> >> ",
        b"/Annots [<< /Subtype /Link /A 10 0 R >>] ",
        b"<< /S /GoTo /D [3 0 R /Fit] /Next [<< /S /Java#53cript /JS (app.alert) >>] >>",
        b"<< /Names [(a) << /S /JavaScript /JS (app.alert) >>] >>",
        b"<< /First << /Title (x) /A << /S /Launch /Win << /F (calc.exe) >> >> >> >>",
        b"<< /Type /Filespec /F (evil.exe) /EF << /F 9 0 R >> >>",
        b"<< /Length 9 >>\nstream\n<template\nendstream",
        b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream",
        b"<< /S /URI /URI (https://www.example.com/) /Next 4 0 R >>",
    )
    safe = pdf.sanitise(hostile)
    assert safe.fault == ""
    for word in (b"app.alert", b"calc.exe", b"evil.exe", b"MZ", b"<template", b"JS", b"Launch"):
        assert word not in safe.content
    assert b"https://www.example.com/" in safe.content
    assert len(safe.removed) == 4


def _unfolding() -> bytes:
    """60 KB that come to 60 MB of objects."""
    made = pikepdf.new()
    made.add_blank_page()
    letters = pikepdf.String("A" * 60_000)
    made.Root.Held = made.make_indirect(
        pikepdf.Dictionary({f"/K{n}": letters for n in range(1000)})
    )
    return _saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _saved(made: pikepdf.Pdf, **how) -> bytes:
    out = io.BytesIO()
    made.save(out, **how)
    return out.getvalue()


def test_a_bomb_unfolds_in_its_own_process_alone(monkeypatch):
    tracemalloc.start()
    fault = pdf.sanitise(_unfolding()).fault
    monkeypatch.setattr(pdf, "CPU_SECONDS", 1)
    leaves = b"<< /Type /Pages /Count 900000 /Kids [" + b"3 0 R " * 900_000 + b"] >>"
    tree = files.pdf().replace(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", leaves)
    faults = [fault, pdf.sanitise(tree).fault]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all("packs too much" in fault for fault in faults)
    assert peak < 50 * 1024 * 1024


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_pdf_behind_a_password_is_refused(user):
    made = pikepdf.new()
    made.add_blank_page()
    locked = _saved(made, encryption=pikepdf.Encryption(owner="owner", user=user))
    assert "protected by a password" in pdf.sanitise(locked).fault


def test_what_cannot_be_made_safe_is_refused(monkeypatch):
    assert "damaged" in pdf.sanitise(b"%PDF-1.7\n%%EOF").fault
    monkeypatch.setattr(pdf, "DEADLINE_SECONDS", 0.01)
    assert "packs too much" in pdf.sanitise(files.pdf()).fault


@contextlib.contextmanager
def clamd(said: bytes, *, enough: int = 0, hangs: bool = False):
    """A daemon on loopback that takes one stream and says `said`; drops the line for b"".

    Of a stream it reads `enough` bytes, or all; with `hangs` it keeps the line after its words.
    """
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        line, _ = server.accept()
        with line, line.makefile("rb") as heard:
            assert heard.read(10) == b"zINSTREAM\0"
            if enough:
                heard.read(enough)
            while not enough and (size := struct.unpack(">I", heard.read(4))[0]):
                heard.read(size)
            line.sendall(said)
            over.wait(hangs * 30)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    thread.join()
    server.close()


@pytest.mark.parametrize(
    ("said", "clean", "signature", "trouble"),
    [
        (b"stream: OK\0", True, "", ""),
        (b"stream: Eicar-Signature FOUND\0", False, "Eicar-Signature", ""),
        (b"INSTREAM size limit exceeded. ERROR\0", False, "", "size limit"),
        (b"", False, "", "nothing"),
        (b"stream: O", False, "", "“stream: O”"),
        (b"stream: OK\0stream: Worm FOUND\0", False, "OK�stream: Worm", ""),
        (b"stream: Win.Test\0\x1b[31m\xff <b> FOUND\0", False, "Win.Test��[31m� <b>", ""),
        (b"stream: FOUND\0", False, "", "“stream: FOUND”"),
        (b"x" * 10_000, False, "", "“xxx"),
    ],
)
def test_only_what_the_scanner_calls_clean_is_clean(settings, said, clean, signature, trouble):
    with clamd(said) as settings.CLAMD:
        answer = ask_scanner(b"x" * 100_000)
    assert (answer.clean, answer.signature) == (clean, signature)
    assert trouble in answer.trouble


@pytest.mark.parametrize(
    ("said", "how", "trouble"),
    [
        (b"INSTREAM size limit exceeded. ERROR\0", {"enough": 5000}, "size limit exceeded"),
        (b"stream: OK\0", {"enough": 5000}, "before it had read all"),
        (b"stream: O", {"hangs": True}, "timed out"),
    ],
)
def test_a_scanner_that_hangs_up_or_hangs_calls_nothing_clean(settings, said, how, trouble):
    settings.CLAMD_DEADLINE_SECONDS = 0.5
    with clamd(said, **how) as settings.CLAMD:
        answer = ask_scanner(b"x" * 20_000_000)
    assert (answer.clean, answer.signature) == (False, "")
    assert trouble in answer.trouble or (how.get("enough") and "did not answer" in answer.trouble)


@pytest.mark.django_db(transaction=True)
def test_each_content_is_scanned_by_one_and_handed_out_by_none_before(
    client, settings, submitted, supplier_editor, assessor, now
):
    file = submitted.files.get()
    url = f"/evidence/{submitted.ref}/files/{file.pk}/"
    settings.CLAMD = "unix:///nowhere/clamd.sock"
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: _in_a_thread(claim_scan, now=now), range(8)))
    [held] = [each for each in claims if each is not None]
    client.force_login(assessor)
    assert client.get(url).status_code == 409

    # Nobody answers: it is asked again later and later, and stays where it is.
    at = now
    for minutes in (1, 2, 5, 15, 60, 60):
        note_scan(content=held, answer=Answer(trouble="It said nothing"), now=at)
        assert claim_scan(now=at + timedelta(minutes=minutes, seconds=-1)) is None
        at += timedelta(minutes=minutes)
        assert client.get(url).status_code == 409
        held = claim_scan(now=at)
    assert (
        "Nobody can download it until it is found clean"
        in client.get(f"/assessment/{submitted.ref}/").text
    )
    services.take_up(submission=submitted, by=assessor, now=now)
    with pytest.raises(RuleBroken, match="scanned"):
        services.accept(submission=submitted, valid=ASKED, reason="x", by=assessor, now=now)

    # Its worker was slow: another claimed it, and each says something else.
    assert claim_scan(now=at + CLAIM).pk == held.pk
    note_scan(content=held, answer=Answer(clean=True), now=at)
    assert client.get(url).status_code == 302
    note_scan(content=held, answer=Answer(signature="Worm"), now=at)
    assert client.get(url).status_code == 409
    assert storage.holds(file.sha256) is False


def _in_a_thread(act, **facts):
    try:
        return act(**facts)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_infected_content_is_deleted_and_cannot_be_sent(
    client, settings, draft, supplier_editor, now
):
    file = draft.files.get()
    url = f"/evidence/{draft.ref}/files/{file.pk}/"
    client.force_login(supplier_editor)
    with clamd(b"stream: Eicar-Signature FOUND\0") as settings.CLAMD:
        assert client.get(url).status_code == 409
        assert services.scan_next(now=now) is True
    assert StoredContent.objects.get().scan == ScanState.INFECTED
    assert storage.holds(file.sha256) is False
    assert client.get(url).status_code == 409
    with pytest.raises(services.Incomplete, match="infected with Eicar-Signature"):
        services.submit(submission=draft, by=supplier_editor, now=now)
    services.remove_file(submission=draft, file_id=file.pk, by=supplier_editor, now=now)
    with pytest.raises(FileRefused, match="Attach a clean copy"):
        services.attach_file(
            submission=draft, upload=upload("report.csv"), by=supplier_editor, now=now
        )


@pytest.mark.django_db
def test_a_scanner_that_does_not_answer_is_asked_again_later(settings, draft, now):
    settings.CLAMD = "unix:///nowhere/clamd.sock"
    assert services.scan_next(now=now) is True
    assert services.scan_next(now=now) is False
    row = StoredContent.objects.get()
    assert (row.scan, row.attempts, row.due_at > now) == (ScanState.FAILED, 1, True)
    settings.CLAMD = ""
    assert services.scan_next(now=now) is False
    assert StoredContent.objects.get().scan == ScanState.UNSCANNED


@pytest.mark.parametrize(
    ("header", "part"),
    [("", None), ("bytes=0-3", (0, 3)), ("bytes=5-", (5, 9)), ("bytes=-4", (6, 9)),
     ("bytes=0-99", (0, 9)), ("Bytes=2-2", (2, 2)), ("bits=0-3", None), ("bytes=-", None),
     (f"bytes={9**20}-", None), ("bytes=٣-", None), ("bytes=a-b", None), ("bytes=0-99 ", (0, 9)),
     ("bytes=0-1,3-4", None), ("bytes=3-1", None)],
)  # fmt: skip
def test_a_part_of_a_file_can_be_asked_for(header, part):
    assert ranges.asked(header, size=10) == (part and ranges.Part(*part))
