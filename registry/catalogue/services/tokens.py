"""Links of invitations: signed, so that nobody guesses one, and known to us by a hash alone."""

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

_SALT = "registry.catalogue.invitation"


def new_token() -> str:
    """A token that nobody was given yet."""
    return Signer(salt=_SALT).sign(secrets.token_urlsafe(24))


def hash_of(token: str) -> str | None:
    """The hash that the database holds; `None` for what we never signed."""
    try:
        Signer(salt=_SALT).unsign(token)
    except BadSignature:
        return None
    return hashlib.sha256(token.encode()).hexdigest()
