"""Form fields of our own: a date in three boxes, and how two dates stand to each other.

The three boxes follow the NHS date input. A plain ISO date under the field's own
name is accepted too, so an address like `?as_of=2026-07-01` can be shared.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from registry.common.formatting import format_date

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (f"{date(2000, number, 1):%B}".lower(), f"{date(2000, number, 1):%b}".lower())
}
# Years outside these are slips of the keyboard, not dates of this register.
EARLIEST_YEAR, LATEST_YEAR = 1948, 2199


class DateParts(NamedTuple):
    """What a person typed into the three boxes, untouched."""

    day: str
    month: str
    year: str

    @property
    def missing(self) -> list[str]:
        return [name for name, typed in zip(self._fields, self, strict=True) if not typed]


@lru_cache(maxsize=1_000)
def boxes_of(name: str) -> tuple[str, ...]:
    """The parameters of a date's three boxes."""
    return tuple(f"{name}_{part}" for part in DateParts._fields)


class DateInputs(forms.Widget):
    """Three boxes: `<name>_day`, `<name>_month`, `<name>_year`."""

    use_fieldset = True
    input_type = "date-inputs"

    def value_from_datadict(self, data, files, name) -> DateParts | str | None:
        boxes = boxes_of(name)
        if any(box in data for box in boxes):
            return DateParts(*[(data.get(box) or "").strip() for box in boxes])
        return data.get(name)

    def value_omitted_from_data(self, data, files, name) -> bool:
        return not any(key in data for key in (name, *boxes_of(name)))

    def parts(self, value: DateParts | date | str | None) -> DateParts:
        """What the boxes show for a date, an ISO text, or what was typed."""
        if isinstance(value, DateParts):
            return value
        if isinstance(value, str) and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return DateParts(value, "", "")
        if isinstance(value, date):
            return DateParts(str(value.day), str(value.month), str(value.year))
        return DateParts("", "", "")

    def id_for_label(self, id_: str, index=None) -> str:
        return f"{id_}_day" if id_ else id_


class DateField(forms.DateField):
    """A civil date typed as day, month and year (month as number or name).

    `called` is what messages call it where the label does not read as a thing: "Term ends before".
    """

    widget = DateInputs

    def __init__(self, *, called: str = "", **options):
        options.setdefault("help_text", "For example, 31 3 2027")
        super().__init__(**options)
        self.called = called or self.label or "The date"

    def has_changed(self, initial, data) -> bool:
        return self.widget.parts(data) != self.widget.parts(initial)

    def to_python(self, value: DateParts | date | str | None) -> date | None:
        """The date; `None` when nothing was typed; a ValidationError in words otherwise."""
        if isinstance(value, DateParts):
            return self._from_parts(value)
        if not value or isinstance(value, date):
            return value or None
        try:
            return self._sensible(date.fromisoformat(value))
        except ValueError as error:
            raise self._refusal("must be a real date, like 2027-03-31", "invalid") from error

    def _from_parts(self, typed: DateParts) -> date | None:
        missing = typed.missing
        if len(missing) == 3:
            return None
        if missing:
            raise self._refusal(f"must include a {' and '.join(missing)}", "incomplete")
        month = MONTHS.get(typed.month.lower(), typed.month)
        try:
            return self._sensible(date(int(typed.year), int(month), int(typed.day)))
        except (ValueError, OverflowError) as error:
            raise self._refusal("must be a real date", "invalid") from error

    def _sensible(self, day: date) -> date:
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            words = f"must have a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
            raise self._refusal(words, "invalid")
        return day

    def _refusal(self, words: str, code: str) -> ValidationError:
        return ValidationError(f"{self.called} {words}", code=code)


class DateFilter(django_filters.DateFilter):
    """django-filter's date filter with the three boxes; the API passes ISO dates to it."""

    field_class = DateField


def refuse_repeated(form: forms.Form) -> None:
    """Call in `clean()` of a form that reads an address: an error where a value of which there is
    one is said in several ways. Taking one of them would look like an answer to the other.
    """
    if not isinstance(form.data, QueryDict):
        return
    for name, values in form.data.lists():
        if len(values) > 1 and len({value for value in values if value.strip()}) > 1:
            known = name if name in form.fields else _date_of(name)
            field = form.fields.get(known)
            if field and not _holds_several(field):
                form.add_error(known, _said_twice(field, known))
        if name.endswith("_day"):
            _refuse_two_ways(form, name.removesuffix("_day"))


def _refuse_two_ways(form: forms.Form, name: str) -> None:
    """A date may come whole or in three boxes; both, and another day in each, is two dates."""
    whole, in_boxes = form.data.get(name, "").strip(), form.cleaned_data.get(name)
    if whole and isinstance(in_boxes, date) and whole != in_boxes.isoformat():
        form.add_error(name, _said_twice(form.fields[name], name))


def _said_twice(field: forms.Field, name: str) -> str:
    what = getattr(field, "called", "") or f"“{field.label or name}”"
    return f"{what} was said twice, and differently. Say it once"


def _date_of(box: str) -> str:
    """The name of the date whose box this may be."""
    name, _, part = box.rpartition("_")
    return name if part in DateParts._fields else ""


def _holds_several(field: forms.Field) -> bool:
    return isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField))


def check_order(form: forms.Form, start: str, until: str) -> None:
    """Call in `clean()`: put an error on `until` unless it is after `start`."""
    first, last = form.cleaned_data.get(start), form.cleaned_data.get(until)
    if first and last and last <= first:
        form.add_error(until, f"{form.fields[until].called} must be after {format_date(first)}")
