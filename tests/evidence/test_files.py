"""Files are judged, kept by hash, served to those who may see them, and swept when unused."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.evidence import services
from registry.evidence.models import EvidenceFile
from registry.evidence.services import FileRefused, storage
from tests.evidence import files
from tests.evidence.conftest import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(product, supplier_editor, now):
    """A draft without files."""
    return services.start_submission(
        product=product, form="test_report", criteria=[], by=supplier_editor, now=now
    )


def stored(media):
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def age(media, now):
    """All that is stored was stored at `now`."""
    for path in media.rglob("*"):
        if path.is_file():
            os.utime(path, (now.timestamp(), now.timestamp()))


def test_a_file_is_kept_under_the_hash_of_its_content(empty, supplier_editor, media, now):
    file = services.attach_file(
        submission=empty, upload=upload("../My report.PDF"), by=supplier_editor, now=now
    )
    assert (file.name, file.content_type) == ("My report.PDF", "application/pdf")
    assert file.uploaded_sha256 == hashlib.sha256(files.pdf()).hexdigest()
    assert stored(media) == [file.sha256]
    [path] = [each for each in media.rglob("*") if each.is_file()]
    kept = path.read_bytes()
    assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (file.sha256, file.size)
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_content_is_kept_once(empty, draft, supplier_editor, media, now):
    asked = {"by": supplier_editor, "now": now}
    services.attach_file(submission=empty, upload=upload("one.pdf"), **asked)
    services.attach_file(submission=draft, upload=upload("other.pdf"), **asked)
    services.attach_file(submission=empty, upload=upload("report.csv"), **asked)
    assert EvidenceFile.objects.count() == 4
    assert len(stored(media)) == 2


def test_a_file_is_attached_once(draft, supplier_editor, now):
    with pytest.raises(FileRefused, match="already attached"):
        services.attach_file(
            submission=draft, upload=upload("again.csv"), by=supplier_editor, now=now
        )
    assert draft.files.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("report.exe", b"MZ", "must be a PDF"),
        ("report.pdf", b"", "is empty"),
        ("report.pdf", files.png(), "not a PDF"),
        ("report.pdf", files.pdf() + files.docx(), "archive as well"),
        ("report.csv", b"a\n=1+1\n", "formula"),
        ("report.pdf", b"%PDF-1.7\nstartxref\n0\n%%EOF\n", "damaged"),
        ("", b"%PDF-1.7", "must be a PDF"),
        ("\u202e.pdf", files.pdf(), "must be a PDF"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_stored(
    empty, supplier_editor, media, now, name, content, words
):
    bad = SimpleUploadedFile("x", content)
    bad._name = name
    with pytest.raises(FileRefused, match=words) as refusal:
        services.attach_file(submission=empty, upload=bad, by=supplier_editor, now=now)
    assert refusal.value.field == "file"
    assert (EvidenceFile.objects.count(), stored(media)) == (0, [])


def test_21_megabytes_are_refused_before_they_are_read(empty, supplier_editor, media, now):
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("it was read")

    huge = Huge("report.pdf", b"")
    huge.size = 21 * 1024 * 1024
    with pytest.raises(FileRefused, match="smaller than 20 MB"):
        services.attach_file(submission=empty, upload=huge, by=supplier_editor, now=now)
    assert stored(media) == []


def test_a_submission_holds_so_many_files(empty, supplier_editor, now, settings):
    settings.EVIDENCE_FILES_MAX = 1
    services.attach_file(submission=empty, upload=upload("a.pdf"), by=supplier_editor, now=now)
    with pytest.raises(FileRefused, match="at most 1 files"):
        services.attach_file(submission=empty, upload=upload("b.png"), by=supplier_editor, now=now)


def test_only_the_suppliers_members_attach_and_only_to_drafts(
    draft, supplier_editor, rival_editor, assessor, media, now
):
    for stranger in (rival_editor, assessor):
        with pytest.raises(NotPermitted):
            services.attach_file(submission=draft, upload=upload("a.png"), by=stranger, now=now)
        with pytest.raises(NotPermitted):
            services.remove_file(
                submission=draft, file_id=draft.files.get().pk, by=stranger, now=now
            )
    services.submit(submission=draft, by=supplier_editor, now=now)
    with pytest.raises(Conflict):
        services.attach_file(submission=draft, upload=upload("a.png"), by=supplier_editor, now=now)
    assert draft.files.count() == 1
    assert len(stored(media)) == 1


def test_a_file_is_removed_from_a_draft(draft, empty, supplier_editor, now):
    file = draft.files.get()
    with pytest.raises(RuleBroken, match="no longer attached"):
        services.remove_file(submission=empty, file_id=file.pk, by=supplier_editor, now=now)
    services.remove_file(submission=draft, file_id=file.pk, by=supplier_editor, now=now)
    assert not draft.files.exists()


def test_a_failing_disk_leaves_nothing_behind(empty, supplier_editor, media, now, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        services.attach_file(submission=empty, upload=upload("a.pdf"), by=supplier_editor, now=now)
    assert (EvidenceFile.objects.count(), stored(media)) == (0, [])


def test_unused_content_is_swept_after_a_day(draft, supplier_editor, media, now):
    storage.keep(b"nobody refers to this")
    used = draft.files.get().sha256
    age(media, now)

    assert services.sweep_files(now=now + timedelta(hours=23)) == 0
    assert services.sweep_files(now=now + timedelta(hours=25)) == 1
    assert stored(media) == [used]


def test_content_that_is_attached_again_while_it_is_swept_stays(
    draft, supplier_editor, media, now, monkeypatch
):
    unused = storage.keep(files.png())
    age(media, now)
    asked = storage.stored_at

    def attached_meanwhile(name):
        if name == unused:
            services.attach_file(
                submission=draft, upload=upload("a.png"), by=supplier_editor, now=now
            )
        return asked(name)

    monkeypatch.setattr(storage, "stored_at", attached_meanwhile)
    assert services.sweep_files(now=now + timedelta(days=2)) == 0
    assert unused in stored(media)


# Serving


def url_of(file):
    return reverse("evidence_file", kwargs={"ref": file.submission.ref, "file_id": file.pk})


def test_a_file_is_always_a_download_that_can_run_nothing(client, draft, supplier_editor):
    client.force_login(supplier_editor)
    file = draft.files.get()
    response = client.get(url_of(file), follow=True)
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == file.sha256
    assert response["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert response["Content-Type"] == "text/csv"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "no-store, private"


def test_a_name_cannot_break_out_of_its_header(client, empty, supplier_editor, now):
    file = services.attach_file(
        submission=empty,
        upload=SimpleUploadedFile('a"; filename=evil.exe;\r\nX: y.pdf', files.pdf()),
        by=supplier_editor,
        now=now,
    )
    client.force_login(supplier_editor)
    response = client.get(url_of(file), follow=True)
    assert "X" not in response.headers
    assert response["Content-Disposition"].endswith('.pdf"')


def test_files_of_a_draft_are_seen_by_the_supplier_alone(
    client, draft, supplier_owner, rival_editor, assessor, auditor, buyer, outsider
):
    url = url_of(draft.files.get())
    assert client.get(url).status_code == 302
    for person, status in (
        (supplier_owner, 200),
        (rival_editor, 404),
        (assessor, 404),
        (auditor, 404),
        (buyer, 404),
        (outsider, 404),
    ):
        client.force_login(person)
        assert client.get(url, follow=True).status_code == status, person


def test_files_that_were_sent_are_seen_by_the_national_team_too(
    client, accepted, supplier_owner, rival_editor, assessor, case_officer, buyer, outsider
):
    url = url_of(accepted.files.get())
    for person, status in (
        (supplier_owner, 200),
        (assessor, 200),
        (case_officer, 200),
        (rival_editor, 404),
        (buyer, 404),
        (outsider, 404),
    ):
        client.force_login(person)
        assert client.get(url, follow=True).status_code == status, person


def test_a_file_is_asked_for_with_its_own_submission(client, draft, empty, supplier_editor):
    client.force_login(supplier_editor)
    url = reverse("evidence_file", kwargs={"ref": empty.ref, "file_id": draft.files.get().pk})
    assert client.get(url).status_code == 404
