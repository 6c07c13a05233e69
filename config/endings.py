"""Ends of a command that are no fault of the code: one line for each, instead of a traceback."""

import os
import sys

UNDEFINED_TABLE, UNDEFINED_COLUMN = "42P01", "42703"


def unreadable_argument(arguments: list[str]) -> str:
    """Why one of `arguments` cannot be used, or "": bytes that are no UTF-8 fit nowhere."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            return f"{ascii(argument)} is not UTF-8 and cannot be used. Nothing was done."
    return ""


def plain_words(error: Exception) -> str:
    """What to do about a database that is not there or not ours yet; "" for any other error."""
    from django.db import OperationalError, ProgrammingError

    code = getattr(error.__cause__, "pgcode", None)
    if isinstance(error, OperationalError) and code is None:
        return f"The database cannot be used: {error}".rstrip()
    if isinstance(error, ProgrammingError) and code in (UNDEFINED_TABLE, UNDEFINED_COLUMN):
        return "The database lacks tables or columns. Run `manage.py migrate` first."
    return ""


def leave_broken_pipe() -> None:
    """End as a program does whose reader has had enough (`| head`): silently, code 141."""
    # Python flushes standard output once more at its own end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(141)
