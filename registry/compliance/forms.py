"""What people ask of the compliance pages: a day, a moment of knowledge, a term."""

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import QueryDict

from registry.common import forms as registry_forms
from registry.common.filters import FlagField
from registry.common.formatting import format_date
from registry.common.moments import MomentField, refuse_future
from registry.common.periods import civil_date
from registry.compliance.filters.terms import check_term
from registry.compliance.rules.burn_down import LONGEST


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
    def params(self) -> dict[str, str]:
        """The parameters of an address that asks the same."""
        params = {}
        if self.on != self.today:
            params["as_of"] = self.on.isoformat()
        if self.known_at:
            params["known_at"] = self.known_at.isoformat()
        return params


class AskedForm(forms.Form):
    """Another day, or what the register knew at another moment."""

    as_of = registry_forms.DateField(label="Day", required=False)
    known_at = MomentField(
        label="As the register knew it at",
        help_text="Leave empty for what it knows now. For example, 2026-07-01T12:00",
        required=False,
    )

    def __init__(self, data: QueryDict, *, now: datetime):
        self.now = now
        super().__init__(data)

    def clean(self) -> dict:
        refuse_future(self, now=self.now)
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


class WeeksForm(AskedForm):
    """The weeks of a burn-down besides: `from` and `until`, which Python does not let a class say.

    The first week holds the day `from`; the last begins before `until`.
    """

    def __init__(self, data: QueryDict, *, now: datetime):
        super().__init__(data, now=now)
        for name, label, words in (
            ("from", "From the week of", "Any day of the first week. For example, 31 3 2026"),
            ("until", "Up to", "The day after the last week. For example, 31 3 2028"),
        ):
            self.fields[name] = registry_forms.DateField(
                label=label, help_text=words, required=False
            )

    def clean(self) -> dict:
        registry_forms.check_order(self, "from", "until")
        since, until = self.weeks
        if since and until and until - since > LONGEST:
            words = f"Up to must be at most five years after {format_date(since)}"
            self.add_error("until", words)
        return super().clean()

    @property
    def weeks(self) -> tuple[date | None, date | None]:
        """From and until, as far as they were asked for; not understood counts as not asked."""
        return self.cleaned_data.get("from"), self.cleaned_data.get("until")

    @property
    def weeks_params(self) -> dict[str, str]:
        """The parameters of an address that asks for the same weeks."""
        given = zip(("from", "until"), self.weeks, strict=True)
        return {name: day.isoformat() for name, day in given if day}


class TermForm(forms.Form):
    """A contract's term: is the product compliant on every day of it?"""

    compliant_from = registry_forms.DateField(
        label="Term starts on",
        help_text="For example, 1 4 2027",
        required=False,
        error_messages={"required": "Enter the first day of the term"},
    )
    compliant_until = registry_forms.DateField(
        label="Term ends before",
        help_text="The day after its last day. For example, 1 4 2030",
        required=False,
    )
    allow_exempt = FlagField(
        label="Let days pass on which the product is excused (exempt)", required=False
    )

    def clean(self) -> dict:
        check_term(self)
        return self.cleaned_data

    @property
    def asked(self) -> bool:
        """Whether a term was typed at all."""
        return any(
            not self[name].field.widget.value_omitted_from_data(self.data, {}, name)
            for name in ("compliant_from", "compliant_until")
        )
