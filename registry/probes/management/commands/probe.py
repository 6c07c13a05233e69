"""`manage.py probe URL`: the findings that a worker would store, before anything is registered."""

import asyncio
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from registry.common.errors import RuleBroken
from registry.probes.checks import Check
from registry.probes.outfitting import outfit, visitor
from registry.probes.rules.profiles import Profile
from registry.probes.rules.records import VisitOutcome, detail_of, outcome_of, report_text
from registry.probes.rules.results import Result
from registry.probes.rules.urls import UrlRefused, parse_target
from registry.probes.selectors import asked_checks, unasked_checks
from registry.probes.services.judging import findings, report_of

ALL_PASS, SOME_FAIL, UNKNOWN_OR_BAD_INPUT = 0, 1, 2


class Command(BaseCommand):
    """Exit code 0: every check passes. 1: one fails. 2: unknown, unreachable or bad input."""

    help = "Visit an endpoint once and print what every check finds. Nothing is stored."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the endpoint's address, starting with https://")
        parser.add_argument(
            "--profile",
            default=Profile.FHIR.value,
            choices=[profile.value for profile in Profile],
            metavar="P",
            help="what the endpoint is: " + ", ".join(profile.value for profile in Profile),
        )
        parser.add_argument(
            "--allow-network",
            action="append",
            default=[],
            metavar="CIDR",
            help="a network that is not public and yet may be probed; may be given again",
        )
        parser.add_argument(
            "--ca",
            action="append",
            default=[],
            metavar="FILE",
            help="a PEM file of further trusted certificates; may be given again",
        )
        parser.add_argument("--json", action="store_true", help="print the whole visit as JSON")

    def handle(self, *args, **options) -> None:
        try:
            kit = outfit(networks=options["allow_network"], ca_files=options["ca"])
            parse_target(options["url"], allowed=kit.allowed)
        except (RuleBroken, UrlRefused) as refused:
            raise CommandError(str(refused), returncode=UNKNOWN_OR_BAD_INPUT) from refused
        profile = Profile(options["profile"])
        seen = asyncio.run(visitor(kit).visit(options["url"], profile, at=timezone.now()))
        if outcome_of(seen) is VisitOutcome.REFUSED:
            raise CommandError(f"Refused: {detail_of(seen)}.", returncode=UNKNOWN_OR_BAD_INPUT)
        found = findings(seen, self._asked())
        if options["json"]:
            self.stdout.write(report_text(report_of(seen, found)), ending="")
        else:
            self._print(seen, found)
        code = exit_code(found)
        if code:
            raise SystemExit(code)

    def _asked(self) -> list[tuple[Check, dict]]:
        """The checks as the criteria ask them, where there is a register to read them from."""
        try:
            return asked_checks()
        except DatabaseError:
            self.stderr.write("The register cannot be read: checks are asked by their defaults.")
            return unasked_checks()

    def _print(self, seen, found) -> None:
        tls = seen.tls.version if seen.tls else "no TLS connection"
        self.stdout.write(f"{seen.url} as {seen.profile.label}: {outcome_of(seen).value}, {tls}")
        if detail_of(seen):
            self.stdout.write(f"  {detail_of(seen)}")
        for finding in found:
            self.stdout.write(f"{finding.result.label:<21} {finding.check:<20} {finding.message}")
            for point in finding.points:
                if point.result not in (Result.PASS, Result.NOT_APPLICABLE):
                    self.stdout.write(_line(point))


def _line(point) -> str:
    parts = [f"{point.where}:" if point.where else "", point.message]
    if point.expected:
        parts.append(f"expected {point.expected};")
    if point.actual:
        parts.append(f"found {point.actual}")
    return "    " + " ".join(part for part in parts if part)


def exit_code(findings) -> int:
    """0 when every check passes or does not apply, 1 when one fails, else 2."""
    results = {finding.result for finding in findings}
    if Result.FAIL in results:
        return SOME_FAIL
    if results & {Result.UNKNOWN, Result.ERROR}:
        return UNKNOWN_OR_BAD_INPUT
    return ALL_PASS
