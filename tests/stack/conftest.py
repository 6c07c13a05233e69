"""Processes that hold embedded servers, apart from those the test run itself stands on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.embedded import places

ADDRESSES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "STATE_DIR")


def alone(state: Path | None = None, **more: str) -> dict[str, str]:
    """Our environment without the addresses of the test run's own servers."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    return kept | ({"STATE_DIR": str(state)} if state else {}) | more


class Holder:
    """One process of holder.py; `facts` is what it said about its servers."""

    def __init__(self, state: Path, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.holder"],
            cwd=places.PROJECT,
            env=alone(state, **more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def facts(self) -> dict:
        if not hasattr(self, "_facts"):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self._facts = json.loads(line)
        return self._facts

    def leave(self) -> None:
        """End in order; returns when the process has ended."""
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=60)


def processes_about(folder: str | Path) -> list[str]:
    """The command lines of living processes that name `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue  # it ended while we looked
        if os.fsencode(folder) in line and int(process.name) != os.getpid():
            found.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return found


def wait_until(holds, seconds: float = 30.0) -> bool:
    """Whether `holds()` came true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def state():
    """A new state folder; afterwards nothing runs in it, and it is gone."""
    folder = places.throw_away_folder()
    yield folder
    gone = wait_until(lambda: not processes_about(folder))
    shutil.rmtree(folder)
    assert gone, processes_about(folder)


@pytest.fixture
def hold(state):
    """Starts holders in `state`; those that still live are ended."""
    holders: list[Holder] = []

    def start(folder: Path = state, **more: str) -> Holder:
        holders.append(Holder(folder, **more))
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()
