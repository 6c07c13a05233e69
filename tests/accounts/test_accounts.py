"""Accounts, roles, and the machines that act under a name."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from registry.accounts.models import Role, RoleGrant, User
from registry.accounts.services import (
    WeakPassword,
    create_account,
    grant_role,
    require_role,
    system_user,
)
from registry.common.errors import NotPermitted, RuleBroken
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_account_is_known_by_its_address_in_any_case():
    made = create_account(email="Ada@Example.test", password="a long enough phrase")
    assert User.objects.get_by_natural_key("ADA@example.TEST") == made
    with pytest.raises(RuleBroken, match="already an account"):
        create_account(email="ada@example.test", password="a long enough phrase")
    with pytest.raises(IntegrityError):
        User.objects.create(email="ADA@EXAMPLE.TEST")


@pytest.mark.parametrize("password", ["short", "password1234", "ada@example.test"])
def test_a_weak_password_makes_no_account(password):
    with pytest.raises(WeakPassword):
        create_account(email="ada@example.test", password=password)
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a b@example.test"])
def test_an_address_that_is_none_makes_no_account(email):
    with pytest.raises(RuleBroken, match="not an e-mail address"):
        create_account(email=email, password="a long enough phrase")
    assert not User.objects.exists()


def test_a_role_is_granted_once(now):
    user = make_user()
    assert not user.is_national
    assert grant_role(user=user, role="assessor", now=now) is True
    assert grant_role(user=user, role="assessor", now=now) is False
    assert user.has_role(Role.ASSESSOR)
    assert not user.has_role(Role.APPROVER)
    assert user.is_national


def test_a_role_that_does_not_exist_is_granted_to_nobody(now):
    with pytest.raises(ValueError):
        grant_role(user=make_user(), role="emperor", now=now)
    with pytest.raises(IntegrityError):
        RoleGrant.objects.create(user=make_user(), role="emperor", granted_at=now)


def test_a_closed_account_holds_no_role(assessor):
    assessor.is_active = False
    assert not assessor.has_role(Role.ASSESSOR)
    assert not assessor.is_national


def test_whoever_lacks_the_role_is_told_who_may(assessor, outsider):
    require_role(assessor, Role.ASSESSOR)
    for person in (outsider, AnonymousUser(), assessor):
        with pytest.raises(NotPermitted, match="case officer or approver"):
            require_role(person, Role.CASE_OFFICER, Role.APPROVER)


def test_a_machine_acts_under_its_name_and_never_signs_in():
    machine = system_user(name="phase-out flag")
    assert system_user(name="phase-out flag") == machine
    assert machine.email == "phase-out-flag@machine.invalid"
    assert not machine.is_active
    assert not machine.has_usable_password()
