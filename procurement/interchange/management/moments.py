"""`--known-at`: what the register knew at a moment, for commands that only read."""

from argparse import ArgumentTypeError
from datetime import datetime

from django.core.management.base import CommandError, CommandParser

from registry.common.moments import NOT_YET, is_to_come, read


def add_known_at(parser: CommandParser, *, help: str) -> None:
    """The option, which gives an aware moment or `None`."""
    parser.add_argument("--known-at", metavar="TIME", type=_moment, help=help)


def refuse_to_come(moment: datetime | None, *, now: datetime) -> None:
    """`CommandError` when nothing can be known yet of `moment`."""
    if moment and is_to_come(moment, now=now):
        raise CommandError(NOT_YET.format(now=now.astimezone(moment.tzinfo)))


def _moment(text: str) -> datetime:
    """An aware moment; without a zone it is London's time."""
    try:
        return read(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"“{text}” is not a moment such as 2026-07-01T12:00:00+01:00"
        ) from error
