"""Fields of filters whose values are natural keys."""

import django_filters
from django import forms

from registry.standards import selectors as standards


def typed(value: list[str] | None) -> list[str]:
    """What was typed, without the empty values of an untouched form."""
    return [each for each in value or [] if each.strip()]


class KeysField(forms.ModelMultipleChoiceField):
    """Rows named by their natural key; an unknown key is refused in words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        thing = (self.label or "value").lower()
        unknown = f"There is no {thing} “%(value)s”"
        self.error_messages |= {"invalid_choice": unknown, "invalid_pk_value": unknown}

    def clean(self, value: list[str]):
        return super().clean(typed(value))


class CodesField(KeysField):
    """Standards by code; DAPB3051 finds DCB3051."""

    def clean(self, value: list[str]):
        found = [(code, standards.find(code)) for code in typed(value)]
        return super().clean([row.code if row else code for code, row in found])


class KeysFilter(django_filters.ModelMultipleChoiceFilter):
    """Rows by natural key."""

    field_class = KeysField


class CodesFilter(KeysFilter):
    """Standards by any of their codes."""

    field_class = CodesField


class ChoicesField(forms.MultipleChoiceField):
    """Words of an enum; an unknown one is refused, naming what there is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = ", ".join(value for value, _ in self.choices)
        thing = (self.label or "value").lower()
        self.error_messages["invalid_choice"] = (
            f"There is no {thing} “%(value)s”. Choose from {known}"
        )

    def clean(self, value: list[str]) -> list[str]:
        return super().clean(typed(value))


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One of several words of an enum."""

    field_class = ChoicesField
