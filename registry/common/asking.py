"""What every page, list and export can be asked: a day, and a moment of knowledge."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from registry.common.filters import FilterForm, FilterSet
from registry.common.forms import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    DateField,
    DateFilter,
    refuse_repeated,
)
from registry.common.moments import MomentField, MomentFilter, refuse_future
from registry.common.periods import civil_date


@dataclass(frozen=True)
class Asked:
    """The day that is asked about, and what the register knew then (`None`: what it knows now)."""

    on: date
    known_at: datetime | None
    today: date

    @property
    def is_now(self) -> bool:
        """Whether this is the ordinary answer: today, as known now."""
        return self.on == self.today and self.known_at is None

    @property
    def seen(self) -> date:
        """The day from which it is told: what ends after it is still to come."""
        return civil_date(self.known_at) if self.known_at else self.today

    @property
    def begun(self) -> str:
        """What has begun by the day is so "Now", or on another day was so "Already"."""
        return "Now" if self.on == self.seen else "Already"

    @property
    def params(self) -> dict[str, str]:
        """The parameters of an address that asks the same."""
        if self.is_now:
            return {}
        # Said even where it is today: the address is to mean the same tomorrow.
        params = {"as_of": self.on.isoformat()}
        if self.known_at:
            params["known_at"] = self.known_at.isoformat()
        return params

    @property
    def ending(self) -> str:
        """The end of an address that asks the same; nothing for the ordinary answer."""
        return f"?{urlencode(self.params)}" if self.params else ""


def is_about_asking(name: str) -> bool:
    """Whether a parameter of an address is one of these, a date in three boxes included."""
    return name == "known_at" or name == "as_of" or name.startswith("as_of_")


def asks(params: QueryDict) -> bool:
    """Whether an address asks about a day or a moment."""
    return any(map(is_about_asking, params))


def plain_day(params: QueryDict) -> date | None:
    """The day of an address that asks about nothing but a day, and says it once and whole.

    Most do, and need no form to be read. `None` for all others, whether understood or not.
    """
    if [name for name in params if is_about_asking(name)] != ["as_of"]:
        return None
    said = params.getlist("as_of")
    try:
        day = date.fromisoformat(said[0]) if len(said) == 1 and len(said[0]) == 10 else None
    except ValueError:
        return None
    return day if day and EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def permanent_address(path: str, params: QueryDict, *, on: date | None, known_at: datetime) -> str:
    """The address that gives the same answer for ever: the same question, its day and moment said.

    `on` is `None` where the answer depends on no day. `known_at` is a moment whose knowledge is
    complete (`history.selectors.last_moment`).
    """
    kept = [
        (name, value)
        for name, values in params.lists()
        for value in values
        if not is_about_asking(name) and value.strip()
    ]
    day = [("as_of", on.isoformat())] if on else []
    return f"{path}?{urlencode([*kept, *day, ('known_at', known_at.isoformat())])}"


class AskedForm(forms.Form):
    """Another day, or what the register knew at another moment."""

    as_of = DateField(label="Day", called="The day", required=False)
    known_at = MomentField(
        label="As the register knew it at",
        called="The moment",
        help_text="Leave empty for what it knows now. For example, 2026-07-01T12:00",
        required=False,
    )

    def __init__(self, data: QueryDict, *, now: datetime):
        self.now = now
        super().__init__(data)

    def clean(self) -> dict:
        refuse_future(self, now=self.now)
        refuse_repeated(self)
        return self.cleaned_data

    @property
    def asked(self) -> Asked:
        """What was asked; a part that was not understood counts as not asked."""
        self.full_clean()
        today = civil_date(self.now)
        return Asked(
            on=self.cleaned_data.get("as_of") or today,
            known_at=self.cleaned_data.get("known_at"),
            today=today,
        )

    @property
    def day(self) -> date | None:
        """The day that the address asks about; `None` where it names none."""
        self.full_clean()
        return self.cleaned_data.get("as_of")

    @property
    def problems(self) -> list[str]:
        """What was not understood, in words."""
        return [words for errors in self.errors.values() for words in errors]

    @property
    def others(self) -> list[tuple[str, str]]:
        """What else the address says, to be asked again with another day; but for the page."""
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if not is_about_asking(name) and name != "page" and value.strip()
        ]


def day_asked(params: QueryDict, *, now: datetime) -> date | None:
    """The day that an address asks about; `None` where it names none that is understood."""
    if not asks(params):
        return None
    return plain_day(params) or AskedForm(params, now=now).day


class AskedFilterForm(FilterForm):
    """Refuses a moment that has not come."""

    def clean(self) -> dict:
        refuse_future(self, now=self.now)
        return super().clean()


class AskedFilterSet(FilterSet):
    """A FilterSet whose list is about a day, as known at a moment."""

    as_of = DateFilter(
        label="Day",
        called="The day",
        help_text="The day that is asked about; today if left out",
        method="as_it_is",
    )
    known_at = MomentFilter(
        label="As the register knew it at",
        called="The moment",
        help_text="Answer with what the register held true at this moment",
        method="as_it_is",
    )

    @property
    def on(self) -> date:
        """The day that is asked about."""
        return self.asked.get("as_of") or civil_date(self.now)

    @property
    def moment(self) -> datetime | None:
        """The moment whose knowledge is asked for; `None` is now."""
        return self.asked.get("known_at")

    def as_it_is(self, queryset, name: str, value):
        """A parameter that another part of the answer reads."""
        return queryset
