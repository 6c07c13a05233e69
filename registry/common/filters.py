"""Filters whose values are natural keys or words of an enum, and who refuse the unknown.

A misspelt filter must not pass for an applied one: the answer would look narrowed.
"""

import copy
from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache, cached_property, partial

import django_filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from drf_spectacular.drainage import set_override

from registry.common.forms import boxes_of, refuse_repeated

# Parameters of an address that are not filters: which page, and how large.
PAGING = frozenset({"page", "page_size", "format"})


def asker(request: HttpRequest | None):
    """Whose question it is; nobody's while the OpenAPI document is made."""
    return request.user if request else AnonymousUser()


def unknown_parameters(filterset: django_filters.FilterSet) -> list[str]:
    """Names in the address that mean nothing to `filterset`."""
    return sorted(set(filterset.data or {}) - _known_parameters(type(filterset)))


@cache
def _known_parameters(kind: type[django_filters.FilterSet]) -> frozenset[str]:
    """What the address of such a list may say, dates in three boxes included."""
    boxes = (box for name in kind.base_filters for box in boxes_of(name))
    return frozenset({*kind.base_filters, *boxes, *PAGING})


def refuse_unknown(form: forms.Form, filterset: "FilterSet") -> None:
    """Call in `clean()`: an error for each parameter that is no filter."""
    for name in unknown_parameters(filterset):
        form.add_error(None, f"There is no filter called “{name}”")


class FilterForm(forms.Form):
    """The form of every FilterSet: refuses filters that there are not."""

    # Given by the FilterSet, which knows the address and the moment.
    filterset: "FilterSet"

    @property
    def now(self) -> datetime:
        """The moment of the question."""
        return self.filterset.now

    def clean(self) -> dict:
        refuse_unknown(self, self.filterset)
        refuse_repeated(self)
        return self.cleaned_data


class SharedFields(dict):
    """The fields of a form class, which its forms share instead of copying.

    Copying some fifteen fields takes longer than reading them. A field is not written to while
    a form is read or drawn; but one that chooses among rows holds a queryset, which remembers
    what it found: it is copied. (A field of keys only looks into its queryset, and remembers none.)
    """

    def __deepcopy__(self, memo: dict) -> dict:
        return {name: self._for_one_form(field, memo) for name, field in self.items()}

    @staticmethod
    def _for_one_form(field: forms.Field, memo: dict) -> forms.Field:
        shared = isinstance(field, KeysField) or not hasattr(field, "queryset")
        return field if shared else copy.deepcopy(field, memo)


class FilterSet(django_filters.FilterSet):
    """A FilterSet that is told the moment by its interface, and whose filters can be left out."""

    def __init__(self, data=None, queryset=None, *, request=None, now: datetime | None = None):
        # Instead of django-filter's own, which copies every filter with all that hangs on it.
        self.is_bound = data is not None
        self.data = data or QueryDict()
        self.queryset = self._meta.model._default_manager.all() if queryset is None else queryset
        self.request = request
        self.form_prefix = None
        # The schema is generated without a moment; every list gives one.
        self.now = now

    @cached_property
    def filters(self) -> dict[str, django_filters.Filter]:
        """The filters by name, made when first asked: a question can be read without them."""
        return {name: self._own(each) for name, each in self.base_filters.items()}

    def _own(self, shared: django_filters.Filter) -> django_filters.Filter:
        """A filter that belongs to this set; what it holds stays shared."""
        own = copy.copy(shared)
        own.parent, own.model = self, self.queryset.model
        if own.method:
            # Bound anew, to the filter that knows this set.
            own.method = own.method
        return own

    def get_form_class(self) -> type[FilterForm]:
        """Made once for every FilterSet: making it costs more than filling it in."""
        own = type(self)
        if "_form_class" not in own.__dict__:
            own._form_class = super().get_form_class()
            own._form_class.base_fields = SharedFields(own._form_class.base_fields)
        return own._form_class

    @property
    def form(self) -> FilterForm:
        if hasattr(self, "_form"):
            return self._form
        form = super().form
        form.filterset = self
        # What may be chosen can depend on who asks; the class was made for whoever came first.
        for name, each in self.base_filters.items():
            if isinstance(each, KeysFilter) and callable(each.queryset):
                own = form.fields[name] = copy.copy(form.fields[name])
                own.rows = partial(each.get_queryset, self.request)
        return form

    @property
    def asked(self) -> dict:
        """What was asked and understood."""
        return self.form.cleaned_data if self.form.is_valid() else {}

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.narrowed(queryset)

    def narrowed(self, queryset: QuerySet, *, without: Collection[str] = ()) -> QuerySet:
        """Everything that was asked for, but for the filters `without`."""
        for name, value in self.asked.items():
            if name not in without and value:
                queryset = self.filters[name].filter(queryset, value)
        return queryset


def typed(value: list[str] | None) -> list[str]:
    """What was typed, without the empty values of an untouched form."""
    return [each for each in value or [] if each.strip()]


class KeysField(forms.ModelMultipleChoiceField):
    """Rows named by their natural key; an unknown key is refused in words."""

    # Says anew for each question what may be chosen, where that depends on who asks. Most
    # questions name none of it, and are answered without building the set.
    rows: Callable[[], QuerySet] | None = None

    def _get_queryset(self) -> QuerySet:
        return self.rows() if self.rows else super()._get_queryset()

    queryset = property(_get_queryset, forms.ModelMultipleChoiceField._set_queryset)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        thing = (self.label or "value").lower()
        unknown = f"There is no {thing} “%(value)s”"
        self.error_messages |= {"invalid_choice": unknown, "invalid_pk_value": unknown}

    def clean(self, value: list[str]):
        keys = typed(value)
        for key in keys:
            # PostgreSQL holds no such text, and would refuse the question.
            if "\x00" in key:
                raise ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": "?"}
                )
        # Without keys there is nothing to look for, not even a set to look in.
        return super().clean(keys) if keys or self.required else []


class KeysFilter(django_filters.ModelMultipleChoiceFilter):
    """Rows by natural key."""

    field_class = KeysField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The OpenAPI document: a key is text, whatever the model behind it.
        words = {"type": "string", "description": kwargs.get("help_text", "")}
        set_override(self, "field", words)


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


class FlagInput(forms.CheckboxInput):
    """A checkbox that hands on what the address says."""

    def value_from_datadict(self, data, files, name) -> str | None:
        return data.get(name)


class FlagField(forms.BooleanField):
    """Yes or no; another word is refused instead of being taken for yes."""

    widget = FlagInput
    words = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}

    def to_python(self, value: str | bool | None) -> bool:
        if isinstance(value, bool) or not value:
            return bool(value)
        if (meant := self.words.get(value.strip().lower())) is None:
            raise ValidationError(f"“{value}” is neither true nor false", code="invalid")
        return meant


class FlagFilter(django_filters.BooleanFilter):
    """A filter that is on or off."""

    field_class = FlagField
