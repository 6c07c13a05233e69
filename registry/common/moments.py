"""A moment that somebody asks about: `known_at`, in forms, filters and commands.

A form or serializer that offers `known_at` gives its own `now`, because nothing can be
known yet of the future.
"""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from registry.common.forms import EARLIEST_YEAR, LATEST_YEAR
from registry.common.periods import LONDON


class ClocksChange(ValueError):
    """London's time alone does not say which moment is meant, or there is none."""


def read(text: str) -> datetime:
    """An aware moment from ISO 8601; without a zone it is London's time.

    A day alone is its first moment. `ValueError` for anything else, and for a moment without a
    zone in the hour that the clocks leave out in March or go through twice in October.
    """
    text = text.strip()
    try:
        moment = datetime.combine(date.fromisoformat(text), time.min)
    except ValueError:
        # A "+" of a zone that was not percent-encoded arrives as a space.
        moment = datetime.fromisoformat(_zone_restored(text))
    if moment.tzinfo:
        return moment
    local = moment.replace(tzinfo=LONDON)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ClocksChange(f"The clocks change then: say the zone too, like {local.isoformat()}")
    return local


def _zone_restored(text: str) -> str:
    head, gap, zone = text.rpartition(" ")
    return f"{head}+{zone}" if gap and "T" in head and ":" in head else text


NOT_YET = "Nothing can be known yet of a moment in the future. It is {now:%Y-%m-%dT%H:%M} now."


# The register's own clock steps ahead of the wall's where two changes share a moment, and machines
# differ a little: a link that names its last moment is to be understood at once.
_AHEAD = timedelta(milliseconds=100)


def is_to_come(moment: datetime, *, now: datetime) -> bool:
    """Whether nothing can be known yet of `moment`."""
    return moment > now + _AHEAD


def refuse_future(form: forms.Form, *, now: datetime) -> None:
    """Call in `clean()`: put an error on `known_at` when it lies after `now`."""
    moment = form.cleaned_data.get("known_at")
    if moment and is_to_come(moment, now=now):
        form.add_error("known_at", NOT_YET.format(now=now.astimezone(moment.tzinfo)))


class MomentField(forms.Field):
    """A moment typed as ISO 8601, like 2026-07-01T12:00. `called` as that of a date."""

    widget = forms.TextInput(attrs={"width": 20})

    def __init__(self, *, called: str = "", **options):
        super().__init__(**options)
        self.called = called or self.label or "The time"

    def to_python(self, value: str | datetime | None) -> datetime | None:
        """The aware moment; `None` when nothing was typed; otherwise a ValidationError."""
        if not value or isinstance(value, datetime):
            return value or None
        name = self.called
        try:
            moment = read(value)
        except ClocksChange as error:
            return self._refuse(str(error))
        except (ValueError, OverflowError):
            return self._refuse(f"{name} must be a real date and time, like 2026-07-01T12:00")
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            return self._refuse(f"{name} must have a year from {EARLIEST_YEAR} to {LATEST_YEAR}")
        return moment

    def _refuse(self, words: str) -> None:
        raise ValidationError(words, code="invalid")


class MomentFilter(django_filters.IsoDateTimeFilter):
    """django-filter's filter of a moment, with the field above."""

    field_class = MomentField
