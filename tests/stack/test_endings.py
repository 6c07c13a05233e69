"""A command that cannot go on says why in one line: no traceback for what is no fault of ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = {"DATABASE_URL": "postgres://registry@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1"}


def manage(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess:
    """Run manage.py as a person would."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | NOWHERE | {"LOCAL": "1"} | environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
    )


def test_a_database_that_is_not_there_is_one_line():
    done = manage("timelines")

    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in done.stderr


def test_the_traceback_is_there_for_who_asks():
    assert "Traceback" in manage("timelines", "--traceback").stderr


def test_an_argument_that_is_no_utf_8_is_refused():
    done = manage("timelines", "--product", b"\xff")

    assert done.returncode == 1
    assert "is not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_had_enough_is_no_error(tmp_path):
    # A pipe that nobody reads any more, as after `| head`.
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import manage, django.core.management as m\n"
            "def write(argv):\n"
            "    for _ in range(10**5): print('x' * 100, flush=True)\n"
            "m.execute_from_command_line = write\n"
            "manage.main()",
            "help",
        ],
        cwd=ROOT,
        env=os.environ | NOWHERE | {"LOCAL": "1"},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_state_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()

    done = manage(
        "timelines", STATE_DIR=str(tmp_path / "file" / "below"), DATABASE_URL="", REDIS_URL=""
    )

    assert done.returncode == 1
    assert "Set STATE_DIR elsewhere." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_second_migrate_waits_for_the_first():
    import psycopg2

    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    other = psycopg2.connect(
        host=settings.get("host"), dbname=settings["dbname"], user=settings.get("user")
    )
    try:
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('registry migrations'))")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        from django.db import OperationalError

        with pytest.raises(OperationalError, match="lock timeout"):
            call_command("migrate", verbosity=0)
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")

    call_command("migrate", verbosity=0)  # and goes on once the lock is free
