"""What a term is, wherever one is typed."""

from collections.abc import Mapping
from datetime import date

from django import forms

from registry.common.forms import check_order
from registry.compliance.rules import Term


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


def term_of(asked: Mapping) -> Term | None:
    """The term of an understood question, `None` when it names no first day."""
    if not (start := asked.get("compliant_from")):
        return None
    return Term(start, asked.get("compliant_until"), bool(asked.get("allow_exempt")))
