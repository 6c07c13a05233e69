"""What assessors fill in."""

from datetime import timedelta

from django import forms

from registry.common import forms as registry_forms

_DAY = timedelta(days=1)


class AcceptForm(forms.Form):
    """The days an assessor accepts, and why."""

    valid_from = registry_forms.DateField(
        label="First valid day", error_messages={"required": "Enter the first valid day"}
    )
    valid_until = registry_forms.DateField(
        label="Last valid day", required=False, help_text="Leave empty if it has no end"
    )
    reason = forms.CharField(
        label="Reason for accepting",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Published with the decision. Do not quote what the supplier sent in confidence",
        error_messages={"required": "Enter the reason for accepting"},
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "Last valid day must not be before the first")
        return cleaned


class ReturnForm(forms.Form):
    """Why evidence does not do, and what would."""

    reason = forms.CharField(
        label="Reason for returning",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The supplier reads this. It is not published",
        error_messages={"required": "Enter the reason for returning"},
    )
    what_would_do = forms.CharField(
        label="What would do instead",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter what would do instead"},
    )


class RevokeForm(forms.Form):
    """From which day accepted evidence proves nothing, and why."""

    revoked_from = registry_forms.DateField(
        label="First day on which it proves nothing",
        error_messages={"required": "Enter the day from which it is revoked"},
    )
    reason = forms.CharField(
        label="Reason for revoking",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Published with the decision",
        error_messages={"required": "Enter the reason for revoking"},
    )
