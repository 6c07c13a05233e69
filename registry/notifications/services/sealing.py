"""Addresses that open something, kept encrypted until they are sent.

Whoever reads the database, or the outbox, cannot follow the link of somebody's invitation. After
a change of SECRET_KEY the old one must stand in SECRET_KEY_FALLBACKS until the outbox is empty.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from registry.notifications.models import Letter


class Unsealable(Exception):
    """The key that it was sealed with is gone."""


def _key(secret: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"outbox links").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    return MultiFernet(
        [_key(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def seal(path: str) -> str:
    """`path` encrypted; nothing stays nothing."""
    return _keys().encrypt(path.encode()).decode() if path else ""


def unsealed_paths(letter: Letter) -> dict[int, str]:
    """The pages of its messages that are for its reader alone, by message. May be `Unsealable`."""
    try:
        return {
            row.pk: _keys().decrypt(row.sealed_path.encode()).decode()
            for row in letter.notifications.all()
            if row.sealed_path
        }
    except InvalidToken as error:
        raise Unsealable("The link was sealed with a SECRET_KEY that is gone.") from error
