"""What owners and invited people fill in."""

from django import forms

from registry.catalogue.enums import SupplierRole

_ROLE_HINT = "Owners also decide who acts for the supplier. Editors do everything else"


def _roles(**options) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=SupplierRole.choices,
        widget=forms.RadioSelect,
        help_text=_ROLE_HINT,
        error_messages={"required": "Select a role"},
        **options,
    )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label="Email address",
        max_length=254,
        help_text="The invitation is for this address only",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter an email address"},
    )
    role = _roles(initial=SupplierRole.EDITOR)


class RoleForm(forms.Form):
    """What a member may do from now on."""

    role = _roles()


class JoinForm(forms.Form):
    """A name and a password, for somebody without an account."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="It is shown beside what you do here",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    password = forms.CharField(
        label="Password",
        max_length=500,
        strip=False,
        help_text="At least 12 characters, and not a common password. Three random words work well",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password"},
    )
    again = forms.CharField(
        label="Password again",
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the password again"},
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", "The passwords are not the same")
        return cleaned
