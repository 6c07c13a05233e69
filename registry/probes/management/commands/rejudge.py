"""`manage.py rejudge --check ID`: a changed rule over what is stored, shown before it is done."""

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.common.periods import LONDON, civil_date
from registry.probes.checks import get_check
from registry.probes.checks.base import UnknownCheck
from registry.probes.selectors import endpoint_ids
from registry.probes.services.rejudging import Rejudged, carry_out, plan

DEFAULT_DAYS = 30


class Command(BaseCommand):
    """Without `--dry-run` it asks before it changes anything."""

    help = (
        "Judge stored visits by the present rule of a check. Shows what would flip; then, if you "
        "agree, turns it from today on. No earlier day is rewritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", required=True, metavar="ID", help="the check, by its id")
        parser.add_argument("--endpoint", metavar="URL", help="this endpoint only")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DATE",
            help=f"visits from this day on, as 2026-07-01 (the last {DEFAULT_DAYS} days)",
        )
        parser.add_argument("--dry-run", action="store_true", help="show, and change nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, **options) -> None:
        try:
            check = get_check(options["check"])
        except UnknownCheck as error:
            raise CommandError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
        now = timezone.now()
        since = _midnight(options["since"] or civil_date(now) - timedelta(days=DEFAULT_DAYS))
        ids = endpoint_ids(check=check, url=options["endpoint"])
        if options["endpoint"] and not ids:
            raise CommandError("No endpoint of a kind that this check speaks of has this address.")
        shown = list(plan(check=check, endpoints=ids, since=since, now=now))
        self._show(check, shown)
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
            return
        if not shown or not (options["yes"] or self._agreed()):
            self.stdout.write("Nothing was changed.")
            return
        done = carry_out(check=check, shown=shown, since=since, now=now)
        self.stdout.write(f"Endpoints recorded {done.recorded}, turned {done.turned}.")
        for url in done.overtaken:
            self.stdout.write(f"{url} changed in the meantime: look at it again.")

    def _show(self, check, shown: list[Rejudged]) -> None:
        visits = sum(each.visits for each in shown)
        differing = sum(each.differing for each in shown)
        flips = [each for each in shown if each.flips]
        self.stdout.write(
            f"{check.id} version {check.version}: visits judged {visits}, endpoints {len(shown)}; "
            f"otherwise than then {differing}; results that would flip {len(flips)}."
        )
        for each in flips:
            self.stdout.write(
                f"{each.url}: {each.before.held.value} -> {each.after.held.value} "
                f"({each.finding.message})"
            )

    def _agreed(self) -> bool:
        answer = input("Hold this from today on? [y/N] ")
        return answer.strip().lower() in ("y", "yes")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)
