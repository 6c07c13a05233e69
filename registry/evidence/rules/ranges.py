"""Which part of a file is asked for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


class NothingThere(Exception):
    """The part lies outside of the file (416)."""


def asked(header: str, *, size: int) -> Part | None:
    """The one part that `Range` asks for; `None` for all of it.

    Several parts, and what is not understood, are answered with all of it, as the standard allows.
    """
    found = _ONE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if not length:
            raise NothingThere
        return Part(size - length, size - 1)
    first, last = int(found[1]), int(found[2] or size - 1)
    if found[2] and last < first:
        return None
    if first >= size:
        raise NothingThere
    return Part(first, min(last, size - 1))
