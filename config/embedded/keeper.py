"""The keeper: one process that owns one embedded server for as long as anybody holds a lease.

Run as `python -m config.embedded.keeper KIND FOLDER [--throw-away]` by leases.py, in a session of
its own, so that Ctrl-C in a terminal ends the users first and the servers after them. It starts
the server again if it dies. If the keeper itself is killed, the kernel stops the server.
"""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.embedded.errors import EmbeddedServerError
from config.embedded.kinds import KINDS, READY, Server
from config.embedded.processes import FileLock, stop

TICK = 0.1  # seconds between two looks at the users' lock and the server
LONGEST_PAUSE = 5.0  # seconds between two starts of a server that keeps dying
LOG_LIMIT = 10_000_000  # bytes; a longer log is moved aside before a start


class Keeper:
    """Starts, watches and stops one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.users = FileLock(server.folder / "users.lock")
        self.ready = server.folder / READY
        self.process: subprocess.Popen | None = None
        self.finished = False

    def run(self) -> None:
        """Keep the server until nobody holds a lease, or until told to stop."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        try:
            self._keep()
        finally:
            self.ready.unlink(missing_ok=True)
            if self.process is not None:
                stop(self.process, self.server.stop_signals)
            self.server.clean_up()

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.finished = True

    def _keep(self) -> None:
        pause = TICK
        while not self._over():
            if self.process is None or self.process.poll() is not None:
                if self.process is not None:
                    _say(f"{self.server.kind} ended ({self.process.returncode}): starting it again")
                    time.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                self._start()
            elif self.server.finish_start():
                self.ready.touch()
                self._watch()
                self.ready.unlink(missing_ok=True)
                pause = TICK
            time.sleep(TICK)

    def _start(self) -> None:
        self.server.prepare()
        with open_log(self.server.folder) as log:
            self.process = self.server.start(log.fileno())

    def _watch(self) -> None:
        """The server answered: wait for its end, or for ours."""
        while not self._over() and self.process.poll() is None:
            time.sleep(TICK)

    def _over(self) -> bool:
        """True when nobody holds a lease. The lock stays ours then: newcomers wait for our end."""
        self.finished = self.finished or self.users.acquire(wait=False)
        return self.finished


def open_log(folder: Path):
    """The server's log, opened for appending; what is too long is moved aside."""
    path = folder / "server.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _say(line: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%S"), line, flush=True)


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    kind, folder, *rest = arguments
    throw_away = rest == ["--throw-away"]
    server = KINDS[kind](Path(folder), throw_away=throw_away)
    lock = FileLock(server.folder / "keeper.lock")
    if not lock.acquire(wait=False):
        _say("another keeper is at work here")
        return 1
    try:
        Keeper(server).run()
    except EmbeddedServerError as error:
        _say(str(error))
        return 1
    finally:
        if throw_away:
            throw_away_with(server.folder)
    return 0


def throw_away_with(folder: Path) -> None:
    """Remove a throw-away server's folder; the last keeper removes what held both of them."""
    shutil.rmtree(folder, ignore_errors=True)
    if not any((folder.parent / kind).exists() for kind in KINDS):
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
