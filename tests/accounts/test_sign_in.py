"""Signing in: by password, in two steps for the national team, locked after guesses."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.urls import get_resolver, reverse

from registry.accounts.models import Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "three random words"


@pytest.fixture
def ada(db) -> User:
    return make_user("ada@example.test", password=PASSWORD)


@pytest.fixture
def assessor_with_password(db) -> User:
    return make_user("assessor@national.test", role=Role.ASSESSOR, password=PASSWORD)


def enter(client, email="ada@example.test", password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": email, "password": password, **extra})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_password_signs_in_and_leads_to_the_desk(client, ada):
    response = enter(client)
    assert response.status_code == 302
    assert response.url == reverse("desk")
    assert signed_in(client)


def test_the_address_may_be_typed_in_any_case(client, ada):
    enter(client, email="ADA@Example.Test")
    assert signed_in(client)


def test_a_wrong_password_says_nothing_of_who_exists(client, ada):
    known = enter(client, password="wrong words entirely").content.decode()
    unknown = enter(client, email="nobody@example.test").content.decode()
    words = "email address and/or password you specified are not correct"
    assert words in known
    assert words in unknown
    assert not signed_in(client)


def test_guesses_lock_the_account_for_a_while(client, ada):
    for _ in range(5):
        enter(client, password="wrong words entirely")
    page = enter(client).content.decode()
    assert "Too many failed login attempts" in page
    assert not signed_in(client)


def test_a_closed_account_is_told_so(client, ada):
    ada.is_active = False
    ada.save()
    response = enter(client)
    assert not signed_in(client)
    assert "closed" in client.get(response.url).content.decode()


def test_signing_in_leads_back_to_where_one_was_but_nowhere_else(client, ada):
    assert enter(client, next="/accounts/two-step/").url == "/accounts/two-step/"
    client.logout()
    assert enter(client, next="https://evil.example/").url == reverse("desk")


def test_nobody_takes_an_account(client):
    page = client.get("/accounts/signup/").content.decode()
    assert "Accounts are given, not taken" in page
    client.post(
        "/accounts/signup/",
        {"email": "eve@example.test", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.exists()


def test_signing_out_takes_a_button(client, ada):
    client.force_login(ada)
    assert "Do you want to sign out?" in client.get("/accounts/logout/").content.decode()
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_a_forgotten_password_is_reset_by_a_link_once(client, ada):
    client.post("/accounts/password/reset/", {"email": ada.email})
    (letter,) = mail.outbox
    path = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    form = client.get(path).url
    assert "Choose a new password" in client.get(form).content.decode()
    new = "other words chosen since"
    client.post(form, {"password1": new, "password2": new})
    assert "This link does not work" in client.get(path).content.decode()
    client.logout()
    assert not signed_in(client)
    enter(client, password=new)
    assert signed_in(client)


def test_nothing_is_sent_to_strangers(client, ada):
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert response.url == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_a_weak_new_password_is_refused_in_words(client, ada):
    client.force_login(ada)
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    ).content.decode()
    assert "at least 12 characters" in page
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def confirm_password(client) -> None:
    """As is asked before a change to how one signs in."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def set_up_two_steps(client, user) -> str:
    """Through the pages, as a person does; the key of the app."""
    enter(client, email=user.email)
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"registry-key\">([A-Z2-7]+)<", page)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.url == reverse("mfa_view_recovery_codes")
    return secret


def test_two_steps_are_set_up_and_then_asked_for(client, ada):
    secret = set_up_two_steps(client, ada)
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "10 of 10 codes are left" in codes
    client.post("/accounts/logout/")
    response = enter(client)
    assert response.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    wrong = client.post(response.url, {"code": "000000"}).content.decode()
    assert "Incorrect code" in wrong
    recovery = re.findall(r"<code>(\w+)</code>", codes)[0]
    client.post(response.url, {"code": recovery})
    assert signed_in(client)
    assert secret


def test_the_key_of_the_app_is_encrypted_at_rest(client, ada):
    secret = set_up_two_steps(client, ada)
    stored = Authenticator.objects.get(user=ada, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_the_national_team_must_set_up_two_steps(client, assessor_with_password, settings):
    settings.MFA_REQUIRED_FOR_NATIONAL_TEAM = True
    enter(client, email="assessor@national.test")
    response = client.get(reverse("account"))
    assert response.url == reverse("mfa_activate_totp")
    page = client.get(response.url, follow=True).content.decode()
    assert "signs in with two steps" in page
    assert "Enter your password again" in page
    set_up_two_steps(client, assessor_with_password)
    assert client.get(reverse("account")).status_code == 200


def test_others_and_demonstrations_may_go_without(client, ada, assessor_with_password, settings):
    settings.MFA_REQUIRED_FOR_NATIONAL_TEAM = True
    client.force_login(ada)
    assert client.get(reverse("account")).status_code == 200
    settings.MFA_REQUIRED_FOR_NATIONAL_TEAM = False
    client.force_login(assessor_with_password)
    page = client.get(reverse("account")).content.decode()
    assert "Assessor" in page


DRESSED = (
    "account",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_activate_totp",
)


@pytest.mark.parametrize("name", DRESSED)
def test_every_page_of_the_library_wears_our_dress(client, ada, name):
    if name not in {"account_login", "account_signup"}:
        enter(client)
    if name == "mfa_activate_totp":
        confirm_password(client)
    response = client.get(reverse(name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "nhsuk-header__service-name" in page
    assert page.count("<h1") == 1
    assert " style=" not in page


def test_the_later_pages_of_two_steps_wear_our_dress_too(client, ada):
    set_up_two_steps(client, ada)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
        "account_reauthenticate",
    ):
        response = client.get(reverse(name))
        assert response.status_code == 200, name
        assert "nhsuk-header__service-name" in response.content.decode(), name
    client.post("/accounts/logout/")
    assert "Enter your security code" in client.get(enter(client).url).content.decode()


def test_no_page_of_the_library_is_exposed_undressed():
    ours = {
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and name.startswith(("account", "mfa_"))
    }
    elsewhere = {
        "account_set_password",
        "account_reset_password_from_key",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
    assert ours == {*DRESSED, *elsewhere}
