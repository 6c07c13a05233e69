"""The form of a security.txt file (RFC 9116)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# RFC 3339, section 5.6.
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_FIELD = re.compile(r"([A-Za-z0-9-]+):[ \t]*(.*\S)\s*")
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """Its fields in order, names in lower case, and the numbers of lines that are none."""

    fields: tuple[tuple[str, str], ...]
    odd_lines: tuple[int, ...]

    def values(self, name: str) -> list[str]:
        """Every value of the field `name` (lower case)."""
        return [value for known, value in self.fields if known == name]


def read_security_txt(text: str) -> SecurityTxt:
    """Read a file, signed (OpenPGP cleartext) or not. The signature is not verified."""
    fields, odd = [], []
    in_header = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(_SIGNATURE):
            break
        if line.startswith(_SIGNED) or in_header:
            # The signature's own headers end with an empty line.
            in_header = bool(line.strip())
            continue
        line = line.removeprefix("- ")
        if not line.strip() or line.startswith("#"):
            continue
        match = _FIELD.fullmatch(line)
        if match:
            fields.append((match[1].lower(), match[2]))
        else:
            odd.append(number)
    return SecurityTxt(tuple(fields), tuple(odd))


def instant(text: str) -> datetime | None:
    """The moment of an RFC 3339 date and time in UTC; `None` when it is none."""
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
