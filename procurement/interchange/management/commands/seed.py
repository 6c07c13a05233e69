"""manage.py seed [--reference-only | --demonstration]"""

from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procurement.interchange.services.demonstration import OTHER_OWNER, PASSWORD, PEOPLE
from procurement.interchange.services.loading import Loaded
from procurement.interchange.services.seeding import seed
from registry.common.errors import RuleBroken


class Command(BaseCommand):
    help = "Load the reference facts and the demonstration set; safe to run twice."
    # The system checks build every page first, which this does not need.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to load."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--reference-only",
            action="store_true",
            help="standards, capabilities and organisations; no demonstration",
        )
        which.add_argument(
            "--demonstration",
            action="store_true",
            help="load the demonstration although DEMONSTRATION is off",
        )

    def handle(self, *args: Any, reference_only: bool, demonstration: bool, **options: Any) -> None:
        """Load, and say what was loaded and who can sign in."""
        wanted = not reference_only
        if wanted and not (settings.DEMONSTRATION or demonstration):
            raise CommandError(
                "DEMONSTRATION is off, so fictional products are not loaded. Nothing was done: "
                "use --reference-only, or --demonstration if you do want them."
            )
        try:
            seeded = seed(demonstration=wanted, now=timezone.now())
        except RuleBroken as refused:
            raise CommandError(refused.message) from refused
        self._report("Reference facts", seeded.reference)
        if wanted:
            self._report("Demonstration", seeded.demonstration)
            self._sign_ins()

    def _report(self, name: str, loaded: Loaded | None) -> None:
        if loaded is None:
            self.stdout.write(f"{name}: there already.")
        else:
            self.stdout.write(f"{name}: {loaded.lines} lines loaded.")

    def _sign_ins(self) -> None:
        if not settings.DEMONSTRATION:
            self.stdout.write("DEMONSTRATION is off, so nobody can sign in as its people.")
            return
        self.stdout.write(f"Sign in to the demonstration with the password “{PASSWORD}” as:")
        for person in PEOPLE:
            where = f" of {person.organisation}" if person.organisation else ""
            self.stdout.write(f"  {person.email:32} {person.role}{where}")
        self.stdout.write(f"  {OTHER_OWNER.email:32} {OTHER_OWNER.role} of every other supplier")
