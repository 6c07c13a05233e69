"""How national codes name a standard."""

import re

# DCB, DAPB, SCCI and ISB are successive boards; the four digits outlived them all.
_NATIONAL_CODE = re.compile(r"(?:DCB|DAPB|SCCI|ISB)[ -]?(\d{4})", re.IGNORECASE)


def national_number(code: str) -> str:
    """The four digits of a national code ("3051" for DAPB3051), "" for any other code."""
    found = _NATIONAL_CODE.fullmatch(code.strip())
    return found.group(1) if found else ""
