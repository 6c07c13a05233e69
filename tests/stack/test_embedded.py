"""The embedded servers: whoever needs them has them, and nothing is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from redis import Redis

from config.embedded import ensure_servers, places
from tests.stack.conftest import alone, processes_about, wait_until

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="the death of processes is followed through /proc"
)


def test_the_first_starts_them_and_the_last_stops_them(state, hold):
    first = hold()
    assert first.facts["started"] == ["postgres", "valkey"]
    second = hold()
    assert second.facts["started"] == []
    assert second.facts["keepers"] == first.facts["keepers"]

    first.leave()
    connection = psycopg2.connect(second.facts["database_url"])
    connection.close()
    assert Redis.from_url(second.facts["redis_url"]).ping()

    second.leave()
    assert processes_about(state) == []


def test_of_two_at_once_one_starts_and_one_joins(hold):
    both = [hold(), hold()]
    started = sorted(both[0].facts["started"] + both[1].facts["started"])
    assert started == ["postgres", "valkey"]
    assert both[0].facts["keepers"] == both[1].facts["keepers"]


def test_no_port_is_opened_and_the_socket_is_ours_alone(hold):
    facts = hold().facts
    folder = Path(facts["folders"]["postgres"])
    assert (folder / "run").stat().st_mode & 0o777 == 0o700
    assert (folder / "data").stat().st_mode & 0o777 == 0o700
    connection = psycopg2.connect(facts["database_url"])
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('listen_addresses'), current_setting('fsync'), datlocprovider,"
            " datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'registry'"
        )
        assert cursor.fetchone() == ("", "on", "b", "C.UTF-8", "UTF8")
    connection.close()
    assert Redis.from_url(facts["redis_url"]).config_get("port") == {"port": "0"}


def test_they_go_with_a_user_that_was_killed(state, hold):
    holder = hold()
    assert holder.facts["started"]
    holder.kill()
    assert wait_until(lambda: not processes_about(state))


def test_they_die_with_a_keeper_that_was_killed_and_the_data_are_kept(state, hold):
    first = hold()
    assert first.facts["marks"] == 1
    for keeper in first.facts["keepers"]:
        os.kill(keeper, signal.SIGKILL)
    assert wait_until(lambda: not processes_about(state / "postgres"))
    second = hold()
    assert second.facts["started"] == ["postgres", "valkey"]
    assert second.facts["marks"] == 2


def test_a_killed_postgres_is_started_again(state, hold):
    facts = hold().facts
    pid_file = state / "postgres" / "data" / "postmaster.pid"
    killed = pid_file.read_text().split()[0]
    os.kill(int(killed), signal.SIGKILL)

    def back():
        try:
            psycopg2.connect(facts["database_url"]).close()
        except psycopg2.OperationalError:
            return False
        return pid_file.read_text().split()[0] != killed

    assert wait_until(back)


def test_a_pid_file_whose_number_is_anothers_now_is_no_obstacle(state, hold):
    hold().leave()
    # One that still stops looks at this file, and gives up at once what it had not written yet.
    assert wait_until(lambda: not processes_about(state / "postgres"))
    pid_file = state / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    (state / "postgres" / "ready").touch()
    assert hold().facts["marks"] == 2


def test_a_half_made_data_folder_is_made_anew(state, hold):
    places.server_folder(state, "postgres")
    (state / "postgres" / "data.new").mkdir()
    (state / "postgres" / "data.new" / "half").touch()
    assert hold().facts["marks"] == 1


@pytest.mark.parametrize("name", ["long-" * 20 + "name", "with space, comma & ampersand"])
def test_a_state_folder_of_any_name(state, hold, name):
    facts = hold(state / name).facts
    assert facts["marks"] == 1
    assert facts["state"] == str(state / name)
    socket = Path(facts["database_url"].partition("host=")[2])
    assert len(str(socket)) <= places.SOCKET_FOLDER_LIMIT
    assert Redis.from_url(facts["redis_url"]).ping()


def test_data_of_another_version_are_left_alone(state, hold):
    hold().leave()
    version = state / "postgres" / "data" / "PG_VERSION"
    version.write_text("12\n")
    holder = hold()
    _, complaint = holder.process.communicate(timeout=60)
    assert holder.process.returncode == 1
    assert "was written by PostgreSQL 12" in complaint
    assert version.read_text() == "12\n"


def test_given_addresses_are_used_as_they_are(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://given/registry")
    monkeypatch.setenv("REDIS_URL", "redis://given/0")
    before = dict(os.environ)
    with ensure_servers() as servers:
        assert servers.database_url == "postgres://given/registry"
        assert servers.redis_url == "redis://given/0"
        assert servers.leases == []
        assert servers.started == []
    assert dict(os.environ) == before


def test_throw_away_servers_leave_nothing(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    before = dict(os.environ)
    with ensure_servers(throw_away=True) as servers:
        folder = servers.state
        connection = psycopg2.connect(servers.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("off",)
        connection.close()
    assert not folder.exists()
    assert processes_about(folder) == []
    assert dict(os.environ) == before


def test_throw_away_servers_of_a_killed_run_leave_nothing():
    code = (
        "import sys, time; from config.embedded import ensure_servers\n"
        "with ensure_servers(throw_away=True) as servers:\n"
        "    (servers.state / 'files').mkdir(); print(servers.state, flush=True); time.sleep(600)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=places.PROJECT,
        env=alone(),
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = Path(run.stdout.readline().strip())
    assert (folder / "files").is_dir()
    run.kill()
    run.communicate()
    assert wait_until(lambda: not folder.exists() and not processes_about(folder))
