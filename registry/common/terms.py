"""A term, wherever one is typed: its first day, its end, and whether excused days pass."""

from datetime import date

from django import forms

from registry.common.filters import FlagField
from registry.common.forms import DateField, DateInputs, check_order, refuse_repeated


class TermForm(forms.Form):
    """A contract's term, or with an open end the question until when from its first day on."""

    compliant_from = DateField(
        label="Term starts on",
        called="The start of the term",
        help_text="For example, 1 4 2027",
        required=False,
    )
    compliant_until = DateField(
        label="Term ends before",
        called="The end of the term",
        help_text="The day after its last day. For example, 1 4 2030",
        required=False,
    )
    allow_exempt = FlagField(
        label="Let days pass on which the product is excused (exempt)", required=False
    )
    # Pages answer an open end so anyway; addresses of the search and of the API say it.
    until_when = FlagField(
        label="Ask until when instead", required=False, widget=forms.HiddenInput()
    )

    def clean(self) -> dict:
        check_term(self)
        refuse_repeated(self)
        return self.cleaned_data

    @property
    def said(self) -> dict:
        """What was asked, as far as all of it was understood."""
        return self.cleaned_data if self.is_valid() else {}

    @property
    def asked(self) -> bool:
        """Whether any of it was said at all."""
        boxes = DateInputs()
        return any(
            not boxes.value_omitted_from_data(self.data, {}, name) for name in TermForm.base_fields
        )


def check_term(form: forms.Form) -> None:
    """Call in `clean()`: a term has a first day, and ends after it."""
    first, until = (form.cleaned_data.get(f"compliant_{end}") for end in ("from", "until"))
    if until and not first and "compliant_from" not in form.errors:
        form.add_error("compliant_from", "Enter the first day of the term")
    check_order(form, "compliant_from", "compliant_until")
    if form.cleaned_data.get("until_when"):
        _check_question(form, first, until)


def _check_question(form: forms.Form, first: date | None, until: date | None) -> None:
    """ "Until when?" needs a first day, and asks for the end instead of giving it (ADR 0066)."""
    if not first and "compliant_from" not in form.errors:
        form.add_error("compliant_from", "Enter the first day of the term")
    if until:
        form.add_error("compliant_until", "Leave the end out to ask until when, or do not ask it")
