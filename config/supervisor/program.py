"""One supervised process with its log and its pauses between starts."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.places import PROJECT
from config.embedded.processes import dies_with_parent

FIRST_PAUSE = 1.0  # seconds before the first restart; doubled for each one that follows
LONGEST_PAUSE = 30.0
HEALTHY = 60.0  # seconds after which a process that ended is not counted as failing again
LOG_LIMIT = 10_000_000  # bytes; a longer log is moved aside before a start


@dataclass
class Program:
    """`command` is run from the project with our environment and `environment` added."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    restarts: int = 0
    _pause: float = FIRST_PAUSE
    _started_at: float = 0.0
    _due: float | None = None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor, which stops it."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        self._started_at = time.monotonic()
        self._due = None

    @property
    def running(self) -> bool:
        """Whether the process lives now."""
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> str | None:
        """Restart it when its pause is over; what happened, in words, or None."""
        if self.running or self.process is None:
            return None
        now = time.monotonic()
        if self._due is None:
            if now - self._started_at > HEALTHY:
                self._pause = FIRST_PAUSE
            self._due = now + self._pause
            pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
            ending = f"{_ending(self.process)}, see {self.log}"
            return f"{self.name} ended ({ending}), starting again in {pause:g} s"
        if now < self._due:
            return None
        self.restarts += 1
        self.start()
        return f"{self.name} started again"

    def ask_to_stop(self) -> None:
        """The first, polite signal."""
        if self.running:
            self.process.terminate()

    def stop(self, patience: float) -> None:
        """Wait `patience` seconds after the polite signal, then end the whole process group."""
        if self.process is None:
            return
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nothing it started has outlived it


def _ending(process: subprocess.Popen) -> str:
    code = process.returncode
    return f"signal {-code}" if code < 0 else f"exit {code}"
