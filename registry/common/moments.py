"""A moment that somebody asks about: `known_at`, in forms, filters and commands.

A form or serializer that offers `known_at` gives its own `now`, because nothing can be
known yet of the future.
"""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from registry.common.periods import LONDON


def read(text: str) -> datetime:
    """An aware moment from ISO 8601; without a zone it is London's time.

    A day alone is its first moment. `ValueError` for anything else.
    """
    text = text.strip()
    try:
        moment = datetime.combine(date.fromisoformat(text), time.min)
    except ValueError:
        # A "+" of a zone that was not percent-encoded arrives as a space.
        moment = datetime.fromisoformat(_zone_restored(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


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
    """A moment typed as ISO 8601, like 2026-07-01T12:00."""

    widget = forms.TextInput(attrs={"width": 20})

    def to_python(self, value: str | datetime | None) -> datetime | None:
        """The aware moment; `None` when nothing was typed; otherwise a ValidationError."""
        if not value or isinstance(value, datetime):
            return value or None
        try:
            moment = read(value)
            return moment if 1948 <= moment.year <= 2199 else self._refuse()
        except (ValueError, OverflowError):
            return self._refuse()

    def _refuse(self) -> None:
        raise ValidationError(
            f"{self.label or 'The time'} must be a real date and time, like 2026-07-01T12:00",
            code="invalid",
        )


class MomentFilter(django_filters.IsoDateTimeFilter):
    """django-filter's filter of a moment, with the field above."""

    field_class = MomentField
