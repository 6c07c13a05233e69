"""What every form of evidence needs. Dates asked as "last valid day" are half-open within."""

from datetime import date, timedelta

from django import forms

from registry.common.errors import RuleBroken

_DAY = timedelta(days=1)


def add_refusal(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a service's refusal beside the field that it is about."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.message)


def after(last_day: date | None) -> date | None:
    """The end of a half-open period whose last day is given."""
    return last_day + _DAY if last_day else None
