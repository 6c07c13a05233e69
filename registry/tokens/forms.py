"""What an owner says of a new token."""

from datetime import timedelta

from django import forms

from registry.catalogue.models import Supplier


class TokenForm(forms.Form):
    """Whose token, what it is for, and for how long."""

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), to_field_name="ref", empty_label=None
    )
    name = forms.CharField(
        max_length=100,
        help_text="What will use it. For example, nightly conformance tests",
        error_messages={"required": "Enter a name for the token"},
    )
    days = forms.TypedChoiceField(
        label="It stops working after",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "12 months")],
        initial=90,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, suppliers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = suppliers

    @property
    def lasts(self) -> timedelta:
        """For how long, from now on."""
        return timedelta(days=self.cleaned_data["days"])
