"""What officers type about a case."""

from django import forms

from procurement.phaseout.enums import NoticeBasis
from procurement.phaseout.rules import NOTICE_MIN_DAYS
from registry.common import forms as registry_forms


class ReasonForm(forms.Form):
    """A decision with the reason that others will read later."""

    reason = forms.CharField(
        label="Reason",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data=None, *, label: str, hint: str = "", required: bool = True):
        super().__init__(data)
        field = self.fields["reason"]
        field.label, field.help_text, field.required = label, hint, required
        field.error_messages["required"] = "Enter the reason"


class NoticeForm(forms.Form):
    """A notice to the supplier, for a second officer to issue."""

    basis = forms.ChoiceField(
        label="What the notice rests on",
        choices=NoticeBasis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the notice rests on"},
    )
    text = forms.CharField(
        label="Text of the notice",
        help_text=(
            "What the product does not meet, what would show that it does, and what follows "
            "if nothing is shown. The supplier and the buyers of the product will read it."
        ),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "Enter the text of the notice"},
    )
    respond_by = registry_forms.DateField(
        label="Last day to respond",
        error_messages={"required": "Enter the last day to respond"},
    )

    def __init__(self, data=None, *, earliest, standard, initial=None):
        super().__init__(data, initial=initial)
        self.fields["respond_by"].help_text = (
            f"At least {NOTICE_MIN_DAYS} days after the notice is issued: "
            f"{earliest.day} {earliest.month} {earliest.year} if it is issued today. "
            "Leave the second officer some days."
        )
        self.fields["basis"].option_hints = {
            NoticeBasis.INFORMATION_STANDARD: standard.legal_basis
            or f"The register holds no legal basis for {standard.code}",
        }
