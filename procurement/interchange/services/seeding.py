"""The facts that every registry starts from, and a demonstration of what it does."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.db import transaction

from procurement.interchange.models import LoadedFile
from procurement.interchange.services.demonstration import (
    enrol_everyone,
    set_scene,
    standards_editor,
)
from procurement.interchange.services.loading import Loaded, load
from registry.accounts import services as accounts
from registry.accounts.models import User

_DATA = Path(__file__).resolve().parent.parent / "data"
# What a set of files is loaded as: one file, so that its facts come into force at once.
_REFERENCE, _DEMONSTRATION = "reference", "demonstration"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was loaded of each set; `None` where it had been loaded before."""

    reference: Loaded | None
    demonstration: Loaded | None = None


@transaction.atomic
def seed(*, demonstration: bool, now: datetime) -> Seeded:
    """Load the reference facts and, if asked for, the demonstration; safe to run twice.

    A set whose files are as they were when they were loaded is left alone, so that what
    people changed since then stays changed.
    """
    machine = accounts.system_user(name="seed")
    reference = _load_set(_REFERENCE, by=machine, now=now)
    if not demonstration:
        return Seeded(reference)
    editor = standards_editor(now=now)
    loaded = _load_set(_DEMONSTRATION, by=editor, now=now)
    enrol_everyone(now=now)
    if loaded is not None:
        set_scene(now=now)
    return Seeded(reference, loaded)


def _load_set(name: str, *, by: User, now: datetime) -> Loaded | None:
    content = b"".join(path.read_bytes() for path in sorted((_DATA / name).glob("*.jsonl")))
    sha256 = hashlib.sha256(content).hexdigest()
    if LoadedFile.objects.filter(sha256=sha256).exists():
        return None
    return load(stream=BytesIO(content), name=f"seed: {name}", by=by, now=now)
