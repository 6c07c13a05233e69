"""Has a PDF made safe by a process of its own, so that a bomb takes down nothing but itself."""

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from registry.evidence import rules

# A report of 20 MB is rewritten in two seconds; a bomb asks for ever more.
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 10
DEADLINE_SECONDS = 20
# Not imported here: only the process of its own loads the library.
_PROGRAM = Path(rules.__file__).parent / "sanitising.py"
# What is read of its answer, whatever it says: a bomb must not unfold in here instead.
LARGEST_RESULT = 32 * 1024 * 1024
_LONGEST_HEAD = 4096
_TOO_MUCH = "the PDF packs too much into itself. Print it to a new PDF and attach that"


@dataclass(frozen=True)
class Sanitised:
    """A safe PDF and what was taken out of it; or `fault`, why there is none."""

    content: bytes = b""
    removed: tuple[str, ...] = ()
    signed: bool = False
    fault: str = ""


def sanitise(content: bytes) -> Sanitised:
    """The PDF written anew without anything that acts."""
    limits = [str(MEMORY_BYTES), str(CPU_SECONDS), str(LARGEST_RESULT)]
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        head, safe, code = _answer([sys.executable, "-I", str(_PROGRAM), *limits], given)
    if code or len(safe) > LARGEST_RESULT:
        return Sanitised(fault=_TOO_MUCH)
    said = json.loads(head)
    if "refused" in said:
        return Sanitised(fault=said["refused"])
    return Sanitised(safe, tuple(said["removed"]), said["signed"])


def _answer(command: list[str], given) -> tuple[bytes, bytes, int]:
    """The first line of what a program says, no more of the rest than fits, and how it ended."""
    # Nothing of ours is in its environment: no key, no address of a database.
    with subprocess.Popen(
        command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as program:
        deadline = threading.Timer(DEADLINE_SECONDS, program.kill)
        deadline.start()
        try:
            head = program.stdout.readline(_LONGEST_HEAD)
            safe = program.stdout.read(LARGEST_RESULT + 1)
            if len(safe) > LARGEST_RESULT:
                program.kill()
            return head, safe, program.wait()
        except BaseException:
            program.kill()
            raise
        finally:
            deadline.cancel()
