"""Where signing in follows our rules rather than the library's."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given (`manage.py enrol`), never taken."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def _key(secret: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"two-step secrets").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


class TwoStepAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted under SECRET_KEY.

    After a change of SECRET_KEY the old one must stand in SECRET_KEY_FALLBACKS until
    everyone has set up again, or nobody's codes are right any more.
    """

    def _keys(self) -> MultiFernet:
        return MultiFernet([_key(s) for s in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])

    def encrypt(self, text: str) -> str:
        return self._keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._keys().decrypt(encrypted_text.encode()).decode()
