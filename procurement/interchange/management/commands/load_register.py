"""manage.py load_register FILE --as EMAIL"""

import sys
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procurement.interchange.selectors.people import account
from procurement.interchange.services.loading import Loaded, load
from registry.common.errors import NotPermitted, RuleBroken


class Command(BaseCommand):
    help = "Load a register file (docs/register-format.md), all or nothing."
    # The system checks build every page first, which this does not need.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and who loads it."""
        parser.add_argument("file", help="a file in the register format; - is standard input")
        parser.add_argument(
            "--as",
            dest="email",
            required=True,
            metavar="EMAIL",
            help="a standards editor's account, under whose name the file is loaded",
        )

    def handle(self, *args: Any, file: str, email: str, **options: Any) -> None:
        """Load, and say what was added and changed."""
        try:
            by = account(email)
            if file == "-":
                loaded = self._load(sys.stdin.buffer, "standard input", by)
            else:
                with Path(file).open("rb") as stream:
                    loaded = self._load(stream, Path(file).name, by)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except (RuleBroken, NotPermitted) as refused:
            raise CommandError(refused.message) from refused
        self._report(loaded)

    def _load(self, stream: BinaryIO, name: str, by: Any) -> Loaded:
        return load(stream=stream, name=name, by=by, now=timezone.now())

    def _report(self, loaded: Loaded) -> None:
        for kind, (added, changed, right) in loaded.counts.items():
            self.stdout.write(f"{kind}: {added} added, {changed} changed, {right} as they were")
        self.stdout.write(f"{loaded.lines} lines loaded.")
