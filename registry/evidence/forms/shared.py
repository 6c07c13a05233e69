"""What every form of evidence needs. Dates asked as "last valid day" are half-open within."""

from datetime import date, timedelta

from django import forms

from registry.catalogue.models import Product
from registry.common.errors import RuleBroken

_DAY = timedelta(days=1)


def add_refusal(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a service's refusal beside the field that it is about."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.message)


def product_field() -> forms.ModelChoiceField:
    """One of the products that the form is given."""
    return forms.ModelChoiceField(
        Product.objects.none(),
        to_field_name="ref",
        empty_label="Choose a product",
        error_messages={
            "required": "Select a product",
            "invalid_choice": "Select a product from the list",
        },
    )


def typed(form: forms.Form | None) -> list[tuple[str, str]]:
    """What was written in the form, by label: it is not lost when it came too late."""
    if form is None:
        return []
    texts = [
        (bound.label, bound.value())
        for bound in form
        if isinstance(bound.field, forms.CharField) and bound.value()
    ]
    return [(label, text) for label, text in texts if text.strip()]


def after(last_day: date | None) -> date | None:
    """The end of a half-open period whose last day is given."""
    return last_day + _DAY if last_day else None
