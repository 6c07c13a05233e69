"""Links to files: for one person, for a few minutes."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from registry.accounts.models import User
from registry.evidence.models import EvidenceFile

_SALT = "registry.evidence.files"


def link_to(file: EvidenceFile, *, user: User) -> str:
    """Where `user` finds the file for the next few minutes, on the host that files are on."""
    token = signing.dumps([file.submission.ref, file.pk, user.pk], salt=_SALT)
    return settings.FILES_ORIGIN + reverse("file", kwargs={"token": token})


def meant_by(token: str) -> tuple[str, int, int] | None:
    """Reference, number of the file and of the person; `None` when the link is stale or made up."""
    try:
        ref, file_id, user_id = signing.loads(token, salt=_SALT, max_age=settings.FILE_LINK_SECONDS)
    except signing.BadSignature:
        return None
    return ref, file_id, user_id
