"""A link to a file is for one person and a few minutes, and what it hands out is only kept."""

from datetime import timedelta
from email.message import Message as Head

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.catalogue.services import members
from registry.evidence import services
from registry.evidence.services import storage
from tests.evidence import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(client, draft, supplier_editor, today):
    """Where the editor's browser is sent for the report of the draft."""
    client.force_login(supplier_editor)
    file = draft.files.get()
    ids = {"ref": draft.ref, "file_id": file.pk}
    return client.get(reverse("evidence_file", kwargs=ids))["Location"]


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def saved_as(response) -> str:
    """The name under which a browser keeps it."""
    head = Head()
    head["Content-Disposition"] = response["Content-Disposition"]
    assert head.get_content_disposition() == "attachment"
    return head.get_filename()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("invoice\u202efdp.exe\u2066.csv", "invoicefdp.exe.csv"),
        ('a"; filename=evil.exe;\r\nX-Evil: y.csv', "a_; filename=evil.exe;X-Evil_ y.csv"),
        ("../../C:\\temp\\réport “final” 100%.csv", "réport “final” 100%.csv"),
        ("報告書" * 100 + ".csv", "報告書" * 48 + "報告.csv"),
        ("e\u0301te\u0301 \U0001f4a9.csv", "été \U0001f4a9.csv"),
        ("x'*=UTF-8''y.csv", "x'_=UTF-8''y.csv"),
    ],
)
def test_whatever_a_file_is_called_it_is_saved_under_a_plain_name(
    client, draft, supplier_editor, now, today, given, kept
):
    # Not what is attached already.
    upload = SimpleUploadedFile("x", files.SOUND["csv"] + b"more,1\n")
    upload._name = given
    file = services.attach_file(submission=draft, upload=upload, by=supplier_editor, now=now)
    client.force_login(supplier_editor)
    response = client.get(f"/evidence/{draft.ref}/files/{file.pk}/", follow=True)
    assert (saved_as(response), response["Content-Type"]) == (kept, "text/csv")
    assert response["Content-Disposition"].isascii()
    assert "X-Evil" not in response.headers


def test_parts_and_heads_are_as_the_standard_says(client, draft, link):
    whole = body(client.get(link))
    size = str(len(whole))
    for asked, status, part, at in (
        ("bytes=0-4", 206, files.SOUND["csv"][:5], f"bytes 0-4/{size}"),
        ("bytes=-5", 206, whole[-5:], f"bytes {len(whole) - 5}-{len(whole) - 1}/{size}"),
        ("bytes=5-2", 200, whole, None),
        ("bytes=0-1,4-5", 200, whole, None),
        ("lines=1-2", 200, whole, None),
        (f"bytes={size}-", 416, None, f"bytes */{size}"),
        ("bytes=-0", 416, None, f"bytes */{size}"),
    ):
        got = client.get(link, headers={"Range": asked})
        assert (got.status_code, got.headers.get("Content-Range")) == (status, at), asked
        assert got["Content-Security-Policy"].startswith("sandbox")
        assert part is None or body(got) == part
    other = client.get(link, headers={"Range": "bytes=0-4", "If-Range": '"other"'})
    assert (other.status_code, body(other)) == (200, whole)
    head = client.head(link, headers={"Range": "bytes=0-4"})
    assert (head.status_code, head["Content-Length"], head.content) == (200, size, b"")
    known = client.get(link, headers={"If-None-Match": head["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert client.post(link).status_code == 405


def test_a_link_ends_with_its_minutes_its_file_and_its_persons_right(
    client, draft, link, supplier_editor, supplier_owner, assessor, supplier, now, time_machine
):
    for stranger in (supplier_owner, assessor):
        client.force_login(stranger)
        assert client.get(link).status_code == 404
    client.force_login(supplier_editor)
    assert client.get(link[:-5] + "AAAA/").status_code == 404
    time_machine.move_to(now + timedelta(minutes=5, seconds=1), tick=False)
    late = client.get(link)
    assert (late.status_code, "has run out" in late.text) == (404, True)

    time_machine.move_to(now, tick=False)
    assert client.get(link).status_code == 200
    members.remove_member(user=supplier_editor, supplier=supplier, by=supplier_owner, now=now)
    assert client.get(link).status_code == 404
    members_of = supplier.memberships
    members_of.create(user=supplier_editor, role="supplier_editor", since=now)
    assert client.get(link).status_code == 200
    services.remove_file(
        submission=draft, file_id=draft.files.get().pk, by=supplier_editor, now=now
    )
    assert client.get(link).status_code == 404


def test_files_on_a_host_of_their_own_ask_no_cookie(
    client, draft, supplier_editor, rival_editor, settings, now, today
):
    settings.FILES_ORIGIN, settings.ALLOWED_HOSTS = "https://files.example", ["*"]
    at = f"/evidence/{draft.ref}/files/{draft.files.get().pk}/"
    client.force_login(supplier_editor)
    link = client.get(at)["Location"]
    assert link.startswith("https://files.example/files/")
    path = link.removeprefix("https://files.example")
    there = {"Host": "files.example"}
    assert client.get(path).status_code == 404
    assert client.get(at, headers=there).status_code == 404
    assert client.get("/", headers=there).status_code == 404

    # Whoever is signed in there: the link says for whom it is, and nothing is remembered.
    for prepare in (client.logout, lambda: client.force_login(rival_editor)):
        prepare()
        client.cookies["messages"] = "x"
        got = client.get(path, headers=there)
        assert (got.status_code, body(got), dict(got.cookies)) == (200, files.SOUND["csv"], {})
        assert "Cookie" not in got.get("Vary", "")
    supplier_editor.is_active = False
    supplier_editor.save()
    gone = client.get(path, headers=there)
    assert (gone.status_code, gone["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert gone.text.startswith("There is no such file")
    assert settings.SITE_URL in gone.text


def test_a_content_that_the_store_lost_is_a_fault_and_no_empty_file(client, draft, link):
    storage.remove(draft.files.get().sha256)
    client.raise_request_exception = False
    assert client.get(link).status_code == 500
