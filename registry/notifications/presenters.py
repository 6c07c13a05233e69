"""What the outbox shows of an e-mail."""

from dataclasses import dataclass

from django.conf import settings

from registry.notifications.models import Letter
from registry.notifications.selectors import text_of
from registry.notifications.services.sealing import Unsealable, unsealed_paths


@dataclass(frozen=True)
class Shown:
    """An e-mail as it is sent; `withheld`: without the link that is for its reader alone."""

    subject: str
    body: str
    withheld: bool


def shown(letter: Letter) -> Shown:
    """The e-mail in full on somebody's own machine; elsewhere nobody reads others' secret links."""
    paths: dict[int, str] = {}
    withheld = any(row.sealed_path for row in letter.notifications.all())
    if withheld and settings.LOCAL:
        try:
            paths, withheld = unsealed_paths(letter), False
        except Unsealable:
            paths = {}
    subject, body = text_of(letter, paths=paths)
    return Shown(subject, body, withheld)


def subject_of(letter: Letter) -> str:
    """What a list calls it."""
    rows = letter.notifications.all()
    if letter.digest_day:
        return f"Daily email: {len(rows)} to know"
    return rows[0].subject if rows else ""
