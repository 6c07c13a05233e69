"""Signing in. Only the library's pages that we have dressed are given an address."""

from allauth.account import views as library
from allauth.mfa.base import views as two_step
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from registry.accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("login/", library.login, name="account_login"),
    path("logout/", library.logout, name="account_logout"),
    path("signup/", library.signup, name="account_signup"),
    path("inactive/", library.account_inactive, name="account_inactive"),
    path("confirm/", library.reauthenticate, name="account_reauthenticate"),
    path("password/change/", library.password_change, name="account_change_password"),
    path("password/set/", library.password_set, name="account_set_password"),
    path("password/reset/", library.password_reset, name="account_reset_password"),
    path("password/reset/sent/", library.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        library.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        library.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-step/", two_step.index, name="mfa_index"),
    path("two-step/code/", two_step.authenticate, name="mfa_authenticate"),
    path("two-step/confirm/", two_step.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-step/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "two-step/recovery/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "two-step/recovery/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
