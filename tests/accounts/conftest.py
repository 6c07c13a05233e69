"""Counts of sign-in attempts of one test are no business of the next; nor is slow hashing."""

from uuid import uuid4

import pytest


@pytest.fixture(autouse=True)
def own_counts_and_quick_hashes(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
