"""What ClamAV's daemon is told and says: its INSTREAM command (clamd(8)), without the network."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

CHUNK_BYTES = 64 * 1024
LONGEST_ANSWER = 4096
_FOUND = re.compile(r"stream: (.+) FOUND")


@dataclass(frozen=True)
class Address:
    """Where the daemon listens: a socket of this machine, or a host and port."""

    socket: str = ""
    host: str = ""
    port: int = 3310


@dataclass(frozen=True)
class Answer:
    """What the daemon said: clean, a signature, or trouble."""

    clean: bool = False
    signature: str = ""
    trouble: str = ""


def address(setting: str) -> Address:
    """Read `unix:///run/clamav/clamd.sock` or `tcp://scanner.example:3310`; else `ValueError`."""
    parts = urlsplit(setting)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return Address(socket=parts.path)
    if parts.scheme == "tcp" and parts.hostname:
        return Address(host=parts.hostname, port=parts.port or 3310)
    raise ValueError("CLAMD must be unix:///path/to/clamd.sock or tcp://host:3310")


def commands(content: bytes) -> Iterator[bytes]:
    """All that is sent: the command, the content in chunks, and the empty chunk that ends it."""
    yield b"zINSTREAM\0"
    for start in range(0, len(content), CHUNK_BYTES):
        chunk = content[start : start + CHUNK_BYTES]
        yield struct.pack(">I", len(chunk)) + chunk
    yield struct.pack(">I", 0)


def understood(said: bytes) -> Answer:
    """What an answer means. Only "stream: OK" is clean; what is not understood is trouble."""
    words = _shown(said.rstrip(b"\0\r\n").decode("utf-8", "replace"))
    if words == "stream: OK":
        return Answer(clean=True)
    if found := _FOUND.fullmatch(words):
        return Answer(signature=found[1][:200])
    return Answer(trouble=f"The scanner said “{words[:200]}”" if words else "It said nothing")


def _shown(words: str) -> str:
    """Without what no page may show and PostgreSQL does not keep: whoever names a virus is free."""
    return "".join(letter if letter.isprintable() else "�" for letter in words)
