"""Supervised processes: started again when they die, gone when their supervisor is."""

import signal
import subprocess
import sys
import time

import pytest

from config.embedded import places
from config.supervisor import Program, Supervisor
from tests.stack.conftest import processes_about, wait_until

FOREVER = "import sys, time; print('up', flush=True); time.sleep(600)"


def _program(tmp_path, code, **more):
    marker = str(tmp_path / "marker")
    return Program("clerk", [sys.executable, "-c", code, marker], tmp_path / "clerk.log", **more)


def _ended(clerk, how, pause):
    return f"clerk ended ({how}, see {clerk.log}), starting again in {pause} s"


@pytest.fixture
def no_handlers():
    """The signal handlers a supervisor sets are taken back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_dies_is_started_again_and_said(tmp_path):
    clerk = _program(tmp_path, FOREVER)
    clerk.start()
    try:
        assert clerk.look_after() is None
        clerk.process.kill()
        clerk.process.wait()
        assert clerk.look_after() == _ended(clerk, "signal 9", 1)
        assert clerk.look_after() is None  # the pause
        assert wait_until(lambda: clerk.look_after() == "clerk started again", 10)
        assert clerk.running
        assert clerk.restarts == 1
    finally:
        clerk.ask_to_stop()
        clerk.stop(5)
    assert not clerk.running


def test_pauses_grow_while_it_keeps_dying(tmp_path):
    clerk = _program(tmp_path, "raise SystemExit(3)")
    clerk.start()
    clerk.process.wait()
    assert clerk.look_after() == _ended(clerk, "exit 3", 1)
    clerk._due = time.monotonic()
    assert clerk.look_after() == "clerk started again"
    clerk.process.wait()
    assert clerk.look_after() == _ended(clerk, "exit 3", 2)


def test_one_that_will_not_stop_is_ended_with_its_children(tmp_path):
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]]);"
        "print('up', flush=True); time.sleep(600)"
    )
    clerk = _program(tmp_path, stubborn)
    clerk.start()
    assert wait_until(lambda: "up" in clerk.log.read_text())
    clerk.ask_to_stop()
    clerk.stop(0.2)
    assert wait_until(lambda: processes_about(tmp_path) == [], 10)


def test_leaving_a_supervisor_stops_everything(tmp_path, no_handlers):
    said = []
    with Supervisor(said.append) as supervisor:
        supervisor.start(_program(tmp_path, FOREVER))
        supervisor.start(_program(tmp_path, FOREVER))
        assert len(processes_about(tmp_path)) == 2
    assert processes_about(tmp_path) == []


def test_programs_die_with_a_supervisor_that_was_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from config.supervisor import Program\n"
        "log = Path(sys.argv[1]).with_name('log')\n"
        f"Program('clerk', [sys.executable, '-c', {FOREVER!r}, sys.argv[1]], log).start()\n"
        "print('up', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "marker")]
    supervisor = subprocess.Popen(command, cwd=places.PROJECT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout.readline() == "up\n"
    assert len(processes_about(tmp_path)) == 2
    supervisor.kill()
    supervisor.communicate()
    assert wait_until(lambda: processes_about(tmp_path) == [], 10)
