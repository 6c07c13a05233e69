"""What an assessor declares."""

from django import forms

from registry.common import forms as registry_forms
from registry.evidence import selectors


class InterestForm(forms.Form):
    """In which supplier, why, and for which days."""

    supplier = forms.ModelChoiceField(
        label="Supplier",
        queryset=None,
        to_field_name="ref",
        empty_label="Choose a supplier",
        error_messages={"required": "Choose the supplier"},
    )
    reason = forms.CharField(
        label="What is your interest?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Auditors and administrators read this",
        error_messages={"required": "Enter what your interest is"},
    )
    since = registry_forms.DateField(
        label="First day", error_messages={"required": "Enter the first day"}
    )
    last_day = registry_forms.DateField(
        label="Last day", required=False, help_text="Leave empty while no end is known"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = selectors.suppliers_to_declare()
