"""Keeps evidence files under the hash of their content, whole or not at all.

`MEDIA_ROOT/evidence/ab/abcd…` holds the file whose SHA-256 is `abcd…`: the same content is
kept once, and the database says who may have it.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    """Where the content of this hash is, or would be."""
    return Path(settings.MEDIA_ROOT) / "evidence" / sha256[:2] / sha256


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> str:
    """Store `content` and return its SHA-256.

    The bytes are on disk before the name is: whoever finds the name finds all of it. Content
    that is already there is only marked as fresh, so that a sweep leaves it alone.
    """
    sha256 = digest(content)
    target = path_of(sha256)
    if target.exists():
        os.utime(target)
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256


def kept_before(moment: float) -> list[Path]:
    """Files last stored before `moment` (seconds since 1970), unfinished ones included."""
    root = Path(settings.MEDIA_ROOT) / "evidence"
    return [path for path in sorted(root.glob("??/*")) if path.stat().st_mtime < moment]
