"""Keeps the contents of files under their hash, whole or not at all, where the settings say.

The storage `evidence` of `STORAGES` holds the content whose SHA-256 is `abcd…` as
`evidence/ab/abcd…`: a folder of this machine or a bucket that speaks S3. The same content is
kept once, and the database says who may have it.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, storages

_FOLDER = "evidence"


class WholeFiles(FileSystemStorage):
    """A folder in which a name stands for all of its content: written beside it, then renamed."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same name is the same content."""
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as part:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return name


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> str:
    """Store `content` and return its SHA-256: whoever finds the name finds all of it.

    Content that is there already is written again, so that a sweep finds it fresh and leaves it.
    """
    sha256 = digest(content)
    _storage().save(_name(sha256), ContentFile(content))
    return sha256


def read(sha256: str) -> File:
    """The content of this hash, to be read and closed; `FileNotFoundError` when it is gone."""
    return _storage().open(_name(sha256), "rb")


def holds(sha256: str) -> bool:
    """Whether there is such content."""
    return _storage().exists(_name(sha256))


def remove(name: str) -> None:
    """Delete the content of this hash, or what an interrupted write left; nothing if it is gone."""
    _storage().delete(_name(name))


def kept() -> Iterator[str]:
    """Names of all that is stored, unfinished ones included, in order."""
    folders, _ = _listed(_FOLDER)
    for folder in sorted(folders):
        _, names = _listed(f"{_FOLDER}/{folder}")
        yield from sorted(f"{folder}/{name}" if _is_unfinished(name) else name for name in names)


def stored_at(name: str) -> datetime | None:
    """When this was last written; `None` when it is gone."""
    # A bucket says in words of its own that there is no such thing, so it is asked beforehand.
    if not _storage().exists(_name(name)):
        return None
    try:
        return _storage().get_modified_time(_name(name))
    except FileNotFoundError:
        return None


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return _storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_unfinished(name: str) -> bool:
    return name.startswith(".part-")


def _name(name: str) -> str:
    """Where it stands: under the first two letters of its hash, unless its folder is given."""
    return f"{_FOLDER}/{name}" if "/" in name else f"{_FOLDER}/{name[:2]}/{name}"


def _storage():
    return storages["evidence"]
