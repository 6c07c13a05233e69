"""What is done with tokens, and with the addresses of calendars."""

from registry.tokens.services.calendars import (
    close_calendar,
    note_fetched,
    open_calendar,
)
from registry.tokens.services.machines import (
    LONGEST,
    MOST,
    PREFIX,
    make_token,
    recognise,
    revoke_token,
)

__all__ = [
    "LONGEST",
    "MOST",
    "PREFIX",
    "close_calendar",
    "make_token",
    "note_fetched",
    "open_calendar",
    "recognise",
    "revoke_token",
]
