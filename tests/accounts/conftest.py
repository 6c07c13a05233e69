"""Counts of sign-in attempts of one test are no business of the next."""

from uuid import uuid4

import pytest


@pytest.fixture(autouse=True)
def own_counts(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
