"""Giving an account a role, from the command line and for the demonstration."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from procurement.buyers import services as buyers
from procurement.buyers.models import Organisation
from registry.accounts import services as accounts
from registry.accounts.models import Role, User
from registry.audit import services as audit
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Supplier
from registry.catalogue.services import members
from registry.common.errors import RuleBroken

BUYER = "buyer"
# Every role by the name it has everywhere (product.md).
ROLES = (BUYER, *SupplierRole.values, *Role.values)


class EnrolmentRefused(RuleBroken):
    """The role, the organisation or the account do not go together."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Whose account it is, whether it was made, and whether the role is new to it."""

    user: User
    account_made: bool
    role_new: bool


def needs_account(email: str) -> bool:
    """Whether there is no account of that address yet, so that a password is needed."""
    return not User.objects.filter(email__iexact=email.strip()).exists()


def refuse_bad_role(role: str, organisation: str | None) -> None:
    """`EnrolmentRefused` unless the role exists and names an organisation where it needs one."""
    if role not in ROLES:
        raise EnrolmentRefused(f"“{role}” is not one of {', '.join(ROLES)}.", field="role")
    if role == BUYER and not organisation:
        raise EnrolmentRefused(
            "A buyer buys for an organisation: give its ODS code.", field="organisation"
        )
    if role in SupplierRole.values and not organisation:
        raise EnrolmentRefused(
            f"A {role} acts for a supplier: give its reference.", field="organisation"
        )
    if role in Role.values and organisation:
        raise EnrolmentRefused(
            f"The national team's {role} belongs to no organisation: leave it out.",
            field="organisation",
        )


@transaction.atomic
def enrol(
    *,
    email: str,
    role: str,
    organisation: str | None,
    password: str | accounts.HashedPassword | None,
    now: datetime,
    name: str = "",
) -> Enrolled:
    """Give the account of `email` a role; make the account with `password` if there is none.

    `organisation` is the ODS code for a buyer, the supplier's reference for a supplier's
    roles, and `None` for the national team's. An account that was there keeps its password.
    Refusals say what does not fit, and nothing is kept.
    """
    refuse_bad_role(role, organisation)
    by = accounts.system_user(name="enrolment")
    user = User.objects.filter(email__iexact=email.strip()).first()
    made = user is None
    if user is None:
        if password is None:
            raise EnrolmentRefused(f"A new account for {email} needs a password.", field="password")
        user = accounts.create_account(email=email.strip(), password=password, name=name)
    elif user.is_machine:
        raise EnrolmentRefused(f"{email} is one of the registry's machines.", field="email")
    new = _give(user, role, organisation, by=by, now=now)
    if made or new:
        detail = {"role": role, "organisation": organisation, "account_made": made}
        audit.record(actor=by, action="accounts.enrolled", subject=user, now=now, detail=detail)
    return Enrolled(user, made, new)


def _give(user: User, role: str, organisation: str | None, *, by: User, now: datetime) -> bool:
    if role == BUYER:
        return buyers.add_member(user=user, organisation=_buyer(organisation), by=by, now=now)
    if role in SupplierRole.values:
        return _join_supplier(user, _supplier(organisation), role, by=by, now=now)
    return accounts.grant_role(user=user, role=role, now=now)


def _join_supplier(user: User, supplier: Supplier, role: str, *, by: User, now: datetime) -> bool:
    if supplier.memberships.filter(user=user, role=role).exists():
        return False
    members.add_member(user=user, supplier=supplier, role=role, by=by, now=now)
    return True


def _buyer(ods: str | None) -> Organisation:
    found = Organisation.objects.filter(ods=ods).first()
    if found is None:
        raise EnrolmentRefused(f"There is no organisation {ods}.", field="organisation")
    return found


def _supplier(ref: str | None) -> Supplier:
    found = Supplier.objects.filter(ref=ref).first()
    if found is None:
        raise EnrolmentRefused(f"There is no supplier {ref}.", field="organisation")
    return found
