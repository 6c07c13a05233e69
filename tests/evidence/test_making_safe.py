"""PDFs are made safe, and the scanner has the last word; R8 of figures.md."""

import contextlib
import socket
import struct
import threading

import pytest

from registry.evidence import services
from registry.evidence.enums import ScanState
from registry.evidence.models import StoredContent
from registry.evidence.rules import ranges
from registry.evidence.services import FileRefused, pdf, storage
from registry.evidence.services.scanning import ask_scanner
from tests.evidence import files
from tests.evidence.conftest import upload


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


def test_what_cannot_be_made_safe_is_refused(monkeypatch):
    assert "damaged" in pdf.sanitise(b"%PDF-1.7\n%%EOF").fault
    monkeypatch.setattr(pdf, "DEADLINE_SECONDS", 0.01)
    assert "packs too much" in pdf.sanitise(files.pdf()).fault


@contextlib.contextmanager
def clamd(said: bytes):
    """A daemon on loopback that takes one stream and says `said`; drops the line for b""."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _ = server.accept()
        with line, line.makefile("rb") as heard:
            assert heard.read(10) == b"zINSTREAM\0"
            while size := struct.unpack(">I", heard.read(4))[0]:
                heard.read(size)
            line.sendall(said)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    thread.join()
    server.close()


@pytest.mark.parametrize(
    ("said", "clean", "signature", "trouble"),
    [
        (b"stream: OK\0", True, "", ""),
        (b"stream: Eicar-Signature FOUND\0", False, "Eicar-Signature", ""),
        (b"INSTREAM size limit exceeded. ERROR\0", False, "", "size limit"),
        (b"", False, "", "nothing"),
    ],
)
def test_only_what_the_scanner_calls_clean_is_clean(settings, said, clean, signature, trouble):
    with clamd(said) as settings.CLAMD:
        answer = ask_scanner(b"x" * 100_000)
    assert (answer.clean, answer.signature) == (clean, signature)
    assert trouble in answer.trouble


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
            submission=draft, upload=upload("report.pdf"), by=supplier_editor, now=now
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
     ("bytes=0-99", (0, 9)), ("bytes=0-1,3-4", None), ("bytes=3-1", None)],
)  # fmt: skip
def test_a_part_of_a_file_can_be_asked_for(header, part):
    assert ranges.asked(header, size=10) == (part and ranges.Part(*part))
