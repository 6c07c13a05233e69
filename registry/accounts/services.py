"""Writes to accounts and roles, and the one place that asks for a role."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from registry.accounts.models import Role, RoleGrant, User
from registry.common.errors import NotPermitted, RuleBroken


def require_role(person, *roles: str) -> None:
    """Raise `NotPermitted` unless `person` holds one of these national roles."""
    if not (getattr(person, "is_authenticated", False) and person.has_role(*roles)):
        names = " or ".join(Role(role).label.lower() for role in roles)
        raise NotPermitted(f"Only the national team's {names} may do this.")


@transaction.atomic
def system_user(*, name: str) -> User:
    """The machine `name` ("prober", "phase-out flag" …), made when first asked for."""
    email = f"{name.replace(' ', '-')}@machine.invalid"
    user, made = User.objects.get_or_create(
        email=email, defaults={"name": name, "is_machine": True, "is_active": False}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


class WeakPassword(RuleBroken):
    """The password does not pass the validators."""


class HashedPassword(str):
    """What `hash_password` made; several accounts can be given the same."""


def hash_password(password: str) -> HashedPassword:
    """The hash of a password that passes the validators; it takes the better part of a second."""
    _refuse_weak(password)
    return HashedPassword(make_password(password))


@transaction.atomic
def create_account(*, email: str, password: str | HashedPassword, name: str = "") -> User:
    """A new account; refuses a malformed or taken address and a weak password."""
    try:
        validate_email(email)
        User._meta.get_field("email").run_validators(email)
    except ValidationError as error:
        raise RuleBroken(f"“{email}” is not an e-mail address.", field="email") from error
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(f"There is already an account for {email}.", field="email")
    if not isinstance(password, HashedPassword):
        _refuse_weak(password, User(email=email, name=name))
        password = make_password(password)
    return User.objects.create(email=email.lower(), password=password, name=name)


def _refuse_weak(password: str, user: User | None = None) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error


@transaction.atomic
def grant_role(*, user: User, role: str, now: datetime) -> bool:
    """Give `user` a national role. Returns whether it is new."""
    _, made = RoleGrant.objects.get_or_create(
        user=user, role=Role(role), defaults={"granted_at": now}
    )
    user.__dict__.pop("_roles", None)
    return made
