"""The world of the matrix, made once for all files that a worker takes one after another."""

import logging
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.access import world as worlds
from tests.access.asking import Undone, Visitors

NOON = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture(scope="package")
def db(django_db_setup, django_db_blocker):
    """One transaction for all files instead of one for each test: the world stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def world(db, tmp_path_factory):
    """Everything, at noon on 1 July 2026."""
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with media, time_machine.travel(NOON, tick=False):
        # Thousands of refusals are what is asked for; errors are still said.
        log = logging.getLogger("django.request")
        log.setLevel(logging.ERROR)
        yield worlds.build(NOON)
        log.setLevel(logging.NOTSET)


@pytest.fixture(scope="package")
def visitors(world):
    """Everybody of the world, each signed in."""
    return Visitors(world)


@pytest.fixture(scope="module", autouse=True)
def counted_anew(world):
    """Attempts of one file, which no transaction takes back, are no business of the next.

    By a prefix of the file's own: clearing would empty the other worker's counts as well.
    """
    mine = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    with override_settings(CACHES={"default": mine}):
        yield


@pytest.fixture
def undone(world):
    """What a story writes is undone after it."""
    with Undone():
        yield
