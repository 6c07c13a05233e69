"""What people ask of the compliance pages besides a day and a moment: a term."""

from django import forms

from registry.common import forms as registry_forms
from registry.common.filters import FlagField
from registry.compliance.filters.terms import check_term


class TermForm(forms.Form):
    """A contract's term: is the product compliant on every day of it?"""

    compliant_from = registry_forms.DateField(
        label="Term starts on",
        help_text="For example, 1 4 2027",
        required=False,
        error_messages={"required": "Enter the first day of the term"},
    )
    compliant_until = registry_forms.DateField(
        label="Term ends before",
        help_text="The day after its last day. For example, 1 4 2030",
        required=False,
    )
    allow_exempt = FlagField(
        label="Let days pass on which the product is excused (exempt)", required=False
    )

    def clean(self) -> dict:
        check_term(self)
        return self.cleaned_data

    @property
    def asked(self) -> bool:
        """Whether a term was typed at all."""
        return any(
            not self[name].field.widget.value_omitted_from_data(self.data, {}, name)
            for name in ("compliant_from", "compliant_until")
        )
