"""Accounts that a command names."""

from registry.accounts.models import User
from registry.common.errors import RuleBroken


def account(email: str) -> User:
    """The account of that address, case ignored; `RuleBroken` when there is none."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise RuleBroken(f"There is no account for {email}.", field="email")
    return user
