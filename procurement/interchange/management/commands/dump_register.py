"""manage.py dump_register [--output FILE] [--known-at TIME]"""

import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procurement.interchange.management.moments import add_known_at, refuse_to_come
from procurement.interchange.services.dumping import dump


class Command(BaseCommand):
    help = "Write the register as a file (docs/register-format.md)."
    # The system checks build every page first, which this does not need.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument(
            "--output", metavar="FILE", help="where to; standard output if left out"
        )
        add_known_at(parser, help="the register as it was known then, such as 2026-07-01T12:00")

    def handle(
        self, *args: Any, output: str | None, known_at: datetime | None, **options: Any
    ) -> None:
        """Write every line, in order."""
        refuse_to_come(known_at, now=timezone.now())
        if output is None:
            for line in dump(known_at=known_at):
                sys.stdout.buffer.write(line.encode())
            sys.stdout.buffer.flush()
            return
        try:
            _write(Path(output), known_at)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error


def _write(path: Path, known_at: datetime | None) -> None:
    """Write to a file beside it first: a dump that fails leaves the old one whole."""
    handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(line.encode() for line in dump(known_at=known_at))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
