"""The loop that keeps programs running until somebody asks it to stop."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from config.supervisor.program import Program

TICK = 0.5  # seconds between two looks
PATIENCE = 10.0  # seconds a program has to finish what it is at


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C or SIGTERM); like KeyboardInterrupt, not an error."""


class Supervisor:
    """Use as a context manager: leaving it stops every program, in the reverse order."""

    def __init__(self, say: Callable[[str], None], tend: Callable[[], None] = lambda: None) -> None:
        self.say = say
        self.tend = tend
        self.programs: list[Program] = []
        self._stopping = False

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping = True
        for program in reversed(self.programs):
            program.ask_to_stop()
        for program in reversed(self.programs):
            program.stop(PATIENCE)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:  # while stopping, a second Ctrl-C changes nothing
            self._stopping = True
            raise Stopped

    def start(self, program: Program) -> None:
        """Start it now, and keep it running from now on."""
        program.start()
        self.programs.append(program)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look after everything until `until()`; raises Stopped when asked to stop."""
        while not until():
            self.tend()
            for program in self.programs:
                if news := program.look_after():
                    self.say(news)
            time.sleep(TICK)
