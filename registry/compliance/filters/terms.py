"""What a term is, wherever one is typed."""

from django import forms

from registry.common.forms import check_order


def check_term(form: forms.Form) -> None:
    """Call in `clean()`: a term has a first day, and ends after it."""
    first, until = (form.cleaned_data.get(f"compliant_{end}") for end in ("from", "until"))
    if until and not first and "compliant_from" not in form.errors:
        form.add_error("compliant_from", "Enter the first day of the term")
    check_order(form, "compliant_from", "compliant_until")
