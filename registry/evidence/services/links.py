"""Links to files: for one person, for a few minutes."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from registry.accounts.models import User
from registry.evidence.models import EvidenceFile, MessageFile

_SALT = "registry.evidence.files"


@dataclass(frozen=True)
class Meant:
    """What a link is for: a file of the submission `ref`, or of its thread, and a person."""

    ref: str
    file_id: int
    of_thread: bool
    user_id: int


def link_to(file: EvidenceFile | MessageFile, *, user: User) -> str:
    """Where `user` finds the file for the next few minutes, on the host that files are on."""
    of_thread = isinstance(file, MessageFile)
    ref = file.message.submission.ref if of_thread else file.submission.ref
    token = signing.dumps([ref, file.pk, of_thread, user.pk], salt=_SALT)
    return settings.FILES_ORIGIN + reverse("file", kwargs={"token": token})


def meant_by(token: str) -> Meant | None:
    """What the link is for; `None` when it is stale or made up."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=settings.FILE_LINK_SECONDS)
    except signing.BadSignature:
        return None
    return Meant(*said)
