"""The cast that every story is told with, and the moment at which it is told."""

import gc
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.template import engines
from django.test import TransactionTestCase
from jinja2 import FileSystemBytecodeCache
from whitenoise.middleware import WhiteNoiseMiddleware

from registry.accounts.models import Role
from registry.catalogue.enums import SupplierRole
from tests import factories

NOON = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London"))
# Written by migrations or by the framework after them, and the same in every story.
_KEPT = ("django_migrations", "django_content_type", "auth_permission", "django_site")
# A story fills few of the two hundred tables: looking which costs less than truncating all. No
# trigger runs: append-only tables refuse, and what is known for ever is forgotten here.
_EMPTY = """
DO $$
DECLARE
    one regclass;
    filled boolean;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR one IN
        SELECT c.oid FROM pg_class AS c
        WHERE c.relkind = 'r'
            AND c.relnamespace IN ('public'::regnamespace, 'history'::regnamespace)
            AND c.relname <> ALL (ARRAY{kept})
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %s', one);
        END IF;
    END LOOP;
END $$
"""


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_tests():
    """What a test committed is gone before the next: one question instead of Django's flush."""
    teardown = TransactionTestCase._fixture_teardown

    def emptied(self):
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY.format(kept=list(_KEPT)))

    TransactionTestCase._fixture_teardown = emptied
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """One round instead of a million: a story tells who gets in, not how dear a guess is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def _looked_up_once():
    """Where the static files stand: every test client would look through all the folders again."""
    known, look = {}, WhiteNoiseMiddleware.add_files_from_finders

    def looked_up(self):
        place = (self.static_prefix, self.use_finders, self.autorefresh)
        if place not in known:
            look(self)
            known[place] = dict(self.files)
        self.files.update(known[place])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", looked_up)
        yield


@pytest.fixture(autouse=True, scope="session")
def _compiled_once(tmp_path_factory, request):
    """A template that one worker has compiled, the other reads."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent
    (folder / "templates").mkdir(exist_ok=True)
    engines["jinja2"].env.bytecode_cache = FileSystemBytecodeCache(str(folder / "templates"))


# Half a minute and more each. Begun last, one would keep a worker busy while the others rest. They
# wait for other programs, but for test_truth.py, which computes as what follows does.
_LONGEST = ("test_endurance.py", "test_truth.py", "test_serve.py", "test_embedded.py")


def pytest_collection_modifyitems(items) -> None:
    """The longest files first; the others stay in order."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported and collected lives to the end: nothing looks for rubbish among it.

    A tenth of the suite's time went into that.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.fixture
def now() -> datetime:
    """Noon in London on 1 July 2026."""
    return NOON


@pytest.fixture
def on() -> date:
    """The day of `now`."""
    return date(2026, 7, 1)


@pytest.fixture
def supplier(db):
    """Aldermoor Health Systems."""
    return factories.make_supplier("aldermoor", "Aldermoor Health Systems")


@pytest.fixture
def rival(db):
    """Another supplier."""
    return factories.make_supplier("brackenfell", "Brackenfell Software")


@pytest.fixture
def supplier_owner(supplier):
    """Owns Aldermoor's account."""
    return factories.make_member(supplier, "owner@aldermoor.test", SupplierRole.OWNER)


@pytest.fixture
def supplier_editor(supplier):
    """Edits for Aldermoor."""
    return factories.make_member(supplier, "editor@aldermoor.test")


@pytest.fixture
def rival_editor(rival):
    """Edits for the other supplier."""
    return factories.make_member(rival, "editor@brackenfell.test")


@pytest.fixture
def icb(db):
    """An integrated care board that buys."""
    return factories.make_organisation("QOQ", "NHS Humber and North Yorkshire ICB")


@pytest.fixture
def buyer(icb):
    """Buys for the ICB."""
    return factories.make_buyer(icb, "buyer@icb.test")


@pytest.fixture
def assessor(db):
    """Assesses evidence."""
    return factories.make_user("assessor@national.test", role=Role.ASSESSOR)


@pytest.fixture
def second_assessor(db):
    """Assesses evidence too."""
    return factories.make_user("assessor2@national.test", role=Role.ASSESSOR)


@pytest.fixture
def case_officer(db):
    """Works on cases."""
    return factories.make_user("officer@national.test", role=Role.CASE_OFFICER)


@pytest.fixture
def second_officer(db):
    """Works on cases too."""
    return factories.make_user("officer2@national.test", role=Role.CASE_OFFICER)


@pytest.fixture
def approver(db):
    """Approves what officers propose."""
    return factories.make_user("approver@national.test", role=Role.APPROVER)


@pytest.fixture
def standards_editor(db):
    """Edits standards and loads the register."""
    return factories.make_user("editor@national.test", role=Role.STANDARDS_EDITOR)


@pytest.fixture
def auditor(db):
    """Reads all, changes nothing."""
    return factories.make_user("auditor@national.test", role=Role.AUDITOR)


@pytest.fixture
def administrator(db):
    """Looks after accounts, not verdicts."""
    return factories.make_user("admin@national.test", role=Role.ADMINISTRATOR)


@pytest.fixture
def outsider(db):
    """Signed in, and a member of nothing."""
    return factories.make_user("outsider@example.test")
