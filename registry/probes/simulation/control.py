"""Switching a running simulation: a control file it obeys, and a file that says it did."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.probes.simulation.behaviours import SERVERS, Behaviour

_PATIENCE_SECONDS = 5.0


class NotRunning(Exception):
    """No simulation runs in this folder."""


class AlreadyRunning(Exception):
    """A simulation runs in this folder."""


class Control:
    """What each server, by name, is asked to do. A server's name is its first behaviour."""

    def __init__(self, folder: Path):
        self._asked = folder / "control.json"
        self._obeyed = folder / "running.json"
        self._lock = folder / "running.lock"
        self._stamp: int | None = None
        self._wishes: dict[str, str] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Hold the folder while a simulation runs; it starts without wishes of an earlier one."""
        with self._lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(self._lock.parent) from error
            _write(self._asked, {})
            yield

    def behaviour_of(self, name: str) -> Behaviour:
        """What the server `name` is asked to do now."""
        self._read()
        return Behaviour(self._wishes.get(name, name))

    def confirm(self) -> None:
        """Say that every wish is obeyed."""
        _write(self._obeyed, {name.value: self.behaviour_of(name).value for name in SERVERS})

    def switch(self, name: str, behaviour: Behaviour) -> None:
        """Ask the server `name` to behave so, and wait until it does. `NotRunning` if none does."""
        self._require_running()
        self._read()
        _write(self._asked, self._wishes | {name: behaviour.value})
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if json.loads(self._obeyed.read_text()).get(name) == behaviour.value:
                return
            time.sleep(0.02)
        raise NotRunning(f"the simulation did not obey within {_PATIENCE_SECONDS:g} s")

    def _require_running(self) -> None:
        try:
            with self._lock.open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except FileNotFoundError:
            pass
        raise NotRunning("no simulation is running here; start one with `manage.py simulate`")

    def _read(self) -> None:
        try:
            stamp = self._asked.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if stamp != self._stamp:
            self._wishes = json.loads(self._asked.read_text())
            self._stamp = stamp


def _write(file: Path, content: dict[str, str]) -> None:
    part = file.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(content))
    os.replace(part, file)
