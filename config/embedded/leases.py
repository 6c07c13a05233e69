"""A lease on an embedded server: while somebody holds one, the server's keeper keeps it up."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from config.embedded import places
from config.embedded.errors import EmbeddedServerError
from config.embedded.kinds import KINDS, READY
from config.embedded.processes import FileLock

START_SECONDS = 60.0
STOP_SECONDS = 30.0


class Lease:
    """Our use of one server. Files in its folder: start.lock, users.lock, keeper.lock.

    start.lock is held while somebody joins, so that of two newcomers one starts and one joins;
    users.lock is shared by all holders; keeper.lock shows that a keeper is alive.
    """

    def __init__(self, kind: str, state: Path, *, throw_away: bool = False) -> None:
        self.folder = places.server_folder(state, kind)
        self.server = KINDS[kind](self.folder, throw_away=throw_away)
        self.users = FileLock(self.folder / "users.lock")
        self.keeper = FileLock(self.folder / "keeper.lock")
        self.started = False
        self._process: subprocess.Popen | None = None

    def take(self) -> None:
        """Join the running server or start it; returns when it answers.

        Raises EmbeddedServerError with the end of the logs if it does not.
        """
        with FileLock(self.folder / "start.lock"):
            # Waits here while a keeper is stopping; after that no keeper can stop under us.
            self.users.acquire(shared=True)
            try:
                self._up()
            except BaseException:
                self.users.release()
                raise

    def renew(self) -> bool:
        """Start a new keeper if ours was killed; True if that was needed."""
        if self._process is not None:
            self._process.poll()  # or a dead keeper stays a zombie
        if not self.keeper.is_free():
            return False
        with FileLock(self.folder / "start.lock"):
            self._process = None  # its end is known; what counts is how the next one fares
            self._up()
        return True

    def give_back(self) -> None:
        """End our use. If we were the last, returns when the server has stopped."""
        self.users.release()
        deadline = time.monotonic() + STOP_SECONDS
        while self.folder.exists() and time.monotonic() < deadline:
            if self.keeper.is_free() or self._used_by_others():
                break
            time.sleep(0.02)
        if self._process is not None and not self._used_by_others():
            with suppress(subprocess.TimeoutExpired):  # then it ends without us
                self._process.wait(STOP_SECONDS)

    def _used_by_others(self) -> bool:
        # Shared but not exclusive: others use it. Neither: the keeper has it and is stopping.
        return self.folder.exists() and not self.users.is_free() and self.users.is_free(shared=True)

    def _up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.keeper.is_free() and not self._starting():
                self._start_keeper()
            elif self._failed() or time.monotonic() > deadline:
                raise EmbeddedServerError(self._why())
            time.sleep(0.03)

    def _answers(self) -> bool:
        # The file first: it keeps vain attempts out of the server's log.
        return (self.folder / READY).exists() and self.server.answers()

    def _starting(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _failed(self) -> bool:
        return self._process is not None and bool(self._process.poll())

    def _start_keeper(self) -> None:
        if self._failed():
            raise EmbeddedServerError(self._why())
        command = [sys.executable, "-m", "config.embedded.keeper"]
        command += [self.server.kind, str(self.folder)]
        if self.server.throw_away:
            command.append("--throw-away")
        with (self.folder / "keeper.log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=places.PROJECT,
                env=os.environ | {"PYTHONPATH": str(places.PROJECT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started = True

    def _why(self) -> str:
        lines = [f"The embedded {self.server.kind} does not start. Its logs are in {self.folder}:"]
        for name in ("keeper.log", "server.log"):
            path = self.folder / name
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-8:]
        return "\n".join(lines)
