"""Filters whose values are natural keys or words of an enum, and who refuse the unknown.

A misspelt filter must not pass for an applied one: the answer would look narrowed.
"""

import django_filters
from django import forms

# Parameters of an address that are not filters: which page, and how large.
PAGING = frozenset({"page", "page_size"})


def unknown_parameters(filterset: django_filters.FilterSet) -> list[str]:
    """Names in the address that mean nothing to `filterset`."""
    known = set(filterset.filters) | PAGING
    known |= {f"{name}_{part}" for name in filterset.filters for part in ("day", "month", "year")}
    return sorted(set(filterset.data or {}) - known)


def refuse_unknown(form: forms.Form, filterset: django_filters.FilterSet) -> None:
    """Call in `clean()`: an error for each parameter that is no filter."""
    for name in unknown_parameters(filterset):
        form.add_error(None, f"There is no filter called “{name}”")


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


class KeysFilter(django_filters.ModelMultipleChoiceFilter):
    """Rows by natural key."""

    field_class = KeysField


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

    def __init__(self, *args, **kwargs):
        # A row has one such word: nothing is found twice.
        kwargs.setdefault("distinct", False)
        super().__init__(*args, **kwargs)
