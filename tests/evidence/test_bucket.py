"""Evidence in a bucket: the same promises as in a folder, asked of a real S3 client."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as project
from django.test import override_settings

from registry.evidence import services
from registry.evidence.models import EvidenceFile
from registry.evidence.services import storage
from tests.evidence import bucket as buckets
from tests.evidence.asking import page
from tests.evidence.conftest import upload

pytest.importorskip("storages", reason="requirements-s3.txt is not installed")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(scope="module")
def standing_bucket():
    """One server and one client for all stories: the client reads megabytes of models first."""
    with pytest.MonkeyPatch.context() as patch, buckets.serving() as bucket:
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        evidence = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "evidence",
                "endpoint_url": bucket.address,
                "region_name": "eu-west-2",
                "addressing_style": "path",
                "file_overwrite": True,
                "default_acl": None,
            },
        }
        with override_settings(STORAGES={**project.STORAGES, "evidence": evidence}):
            yield bucket


@pytest.fixture(autouse=True)
def bucket(standing_bucket):
    """The bucket, empty."""
    standing_bucket.objects.clear()
    return standing_bucket


def test_a_content_is_kept_once_under_its_hash_and_handed_out(
    client, draft, supplier_editor, bucket, now
):
    [name] = bucket.objects
    file = draft.files.get()
    assert name == f"evidence/{file.sha256[:2]}/{file.sha256}"
    assert storage.digest(bucket.objects[name][0]) == file.sha256

    response = page(client, supplier_editor, f"/evidence/{draft.ref}/files/{file.pk}/")
    got = client.get(response["Location"])
    assert storage.digest(b"".join(got.streaming_content)) == file.sha256
    part = client.get(response["Location"], headers={"Range": "bytes=1-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"est")


def test_what_is_gone_is_said_as_in_a_folder():
    with pytest.raises(FileNotFoundError), storage.read("0" * 64) as content:
        content.read()
    assert storage.stored_at("0" * 64) is None
    assert not storage.holds("0" * 64)
    storage.remove("0" * 64)


def test_the_sweep_takes_what_nobody_refers_to(draft, supplier_editor, bucket, now):
    storage.keep(b"left behind")
    assert len(bucket.objects) == 2
    later = datetime.now(UTC) + timedelta(days=2)
    assert services.sweep_files(now=later) == 1
    [name] = bucket.objects
    assert name.endswith(EvidenceFile.objects.get().sha256)


def test_a_file_sent_again_is_stored_once(draft, bucket, supplier_editor, now):
    with pytest.raises(services.FileRefused, match="already attached"):
        services.attach_file(
            submission=draft, upload=upload("again.csv"), by=supplier_editor, now=now
        )
    assert len(bucket.objects) == 1
