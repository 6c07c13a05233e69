"""manage.py enrol EMAIL --role ROLE [--organisation REF] [--password-stdin]"""

import sys
from getpass import getpass
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procurement.interchange.services.enrolling import (
    ROLES,
    enrol,
    needs_account,
    refuse_bad_role,
)
from registry.common.errors import RuleBroken


class Command(BaseCommand):
    help = "Give an account a role; make the account if there is none."
    # The system checks build every page first, which this does not need.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, what, for whom."""
        parser.add_argument("email", help="the e-mail address, which is how people sign in")
        parser.add_argument("--role", required=True, metavar="ROLE", help=", ".join(ROLES))
        parser.add_argument(
            "--organisation",
            metavar="REF",
            help="the ODS code for a buyer, the supplier's reference for a supplier's roles",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read a new account's password from the first line of standard input",
        )

    def handle(
        self,
        *args: Any,
        email: str,
        role: str,
        organisation: str | None,
        password_stdin: bool,
        **options: Any,
    ) -> None:
        """Enrol, and say what was done."""
        try:
            refuse_bad_role(role, organisation)
            password = self._password(email, password_stdin)
            done = enrol(
                email=email,
                role=role,
                organisation=organisation,
                password=password,
                now=timezone.now(),
            )
        except RuleBroken as refused:
            raise CommandError(refused.message) from refused
        made = "Made an account" if done.account_made else "The account was there, password kept"
        given = f"is now {role}" if done.role_new else f"was {role} already"
        where = f" of {organisation}" if organisation else ""
        self.stdout.write(f"{made}: {done.user.email} {given}{where}.")

    def _password(self, email: str, from_stdin: bool) -> str | None:
        """A new account's password; `None` when there is an account already."""
        if not needs_account(email):
            return None
        if from_stdin:
            return _first_line()
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask at: use --password-stdin.")
        password = getpass(f"Password for {email}: ")
        if getpass("The same again: ") != password:
            raise CommandError("The two passwords differ. Nothing was done.")
        return password


def _first_line() -> str:
    """The password on standard input; refused where no form could take it at sign-in."""
    try:
        password = sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CommandError("The password is not UTF-8. Nothing was done.") from error
    if any(character < " " or character == "\x7f" for character in password):
        raise CommandError("The password holds a control character. Nothing was done.")
    return password
