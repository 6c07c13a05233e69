"""What people say of how they want to be told."""

from django import forms

from registry.notifications.enums import Delivery


class PreferenceForm(forms.Form):
    """At once, once a day, or on screen only."""

    delivery = forms.ChoiceField(
        label="How do you want to be told?",
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        help_text="Invitations are always emailed at once.",
        error_messages={"required": "Select how you want to be told"},
    )
