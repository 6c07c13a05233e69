"""manage.py timelines [--product REF] [--known-at TIME]"""

from datetime import datetime
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procurement.interchange.management.moments import add_known_at, refuse_to_come
from procurement.interchange.selectors.timelines import lines
from registry.common.errors import RuleBroken


class Command(BaseCommand):
    help = "Print what holds of each product and standard, over all of time."
    # The system checks build every page first, which this does not need.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and as known when."""
        parser.add_argument("--product", metavar="REF", help="one product; all if left out")
        add_known_at(parser, help="what the register held true then, such as 2026-07-01T12:00")

    def handle(
        self, *args: Any, product: str | None, known_at: datetime | None, **options: Any
    ) -> None:
        """One JSON object a line."""
        refuse_to_come(known_at, now=timezone.now())
        try:
            for line in lines(product=product, known_at=known_at):
                self.stdout.write(line)
        except RuleBroken as refused:
            raise CommandError(refused.message) from refused
