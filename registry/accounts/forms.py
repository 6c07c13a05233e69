"""The library's forms with labels in our words."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms


def _words(form: forms.Form, **labels: str) -> None:
    for name, label in labels.items():
        form.fields[name].label = label


class LoginForm(account_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self, login="Email address")
        self.fields["password"].help_text = ""


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password again, before a change to how one signs in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The current password and a new one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)
        _words(self, oldpassword="Current password")
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(account_forms.SetPasswordForm):
    """A first password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """Where to send the link."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self, email="Email address")


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    """A new password, after following the link."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


def _new_password(form: forms.Form) -> None:
    _words(form, password1="New password", password2="New password again")
    hint = "At least 12 characters, and not a common password. Three random words work well."
    form.fields["password1"].help_text = hint


class _CodeForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Security code"
        code.widget.attrs |= {"width": 10, "inputmode": "numeric"}


class AuthenticateForm(_CodeForm, mfa_forms.AuthenticateForm):
    """The code of the authenticator app, or a recovery code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "6 digits from your app, or one of your recovery codes"


class ReauthenticateCodeForm(_CodeForm, mfa_forms.ReauthenticateForm):
    """The code again, before a change to how one signs in."""


class ActivateTOTPForm(_CodeForm, totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""
