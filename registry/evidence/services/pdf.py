"""Has a PDF made safe by a process of its own, so that a bomb takes down nothing but itself."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from registry.evidence import rules

# A report of 20 MB is rewritten in two seconds; a bomb asks for ever more.
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 10
DEADLINE_SECONDS = 20
# Not imported here: only the process of its own loads the library.
_PROGRAM = Path(rules.__file__).parent / "sanitising.py"
LARGEST_RESULT = 64 * 1024 * 1024
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
    program = [sys.executable, "-I", str(_PROGRAM)]
    limits = [str(MEMORY_BYTES), str(CPU_SECONDS)]
    try:
        # Nothing of ours is in its environment: no key, no address of a database.
        ran = subprocess.run(
            [*program, *limits],
            input=content,
            capture_output=True,
            timeout=DEADLINE_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Sanitised(fault=_TOO_MUCH)
    if ran.returncode or len(ran.stdout) > LARGEST_RESULT:
        return Sanitised(fault=_TOO_MUCH)
    head, _, safe = ran.stdout.partition(b"\n")
    said = json.loads(head)
    if "refused" in said:
        return Sanitised(fault=said["refused"])
    return Sanitised(safe, tuple(said["removed"]), said["signed"])
