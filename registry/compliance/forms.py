"""What people ask of the compliance pages besides a day and a moment, and what they choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import QueryDict

from registry.common import forms as registry_forms
from registry.common import terms as common_terms
from registry.common.asking import AskedForm
from registry.common.formatting import format_date
from registry.common.terms import check_term
from registry.compliance.rules import Term
from registry.compliance.rules.burn_down import LONGEST


class WeeksForm(AskedForm):
    """The weeks of a burn-down besides: `from` and `until`, which Python does not let a class say.

    The first week holds the day `from`; the last begins before `until`.
    """

    def __init__(self, data: QueryDict, *, now: datetime):
        super().__init__(data, now=now)
        for name, label, called, words in (
            ("from", "From the week of", "The first week", "Any day of it. For example, 31 3 2026"),
            ("until", "Up to", "The end", "The day after the last week. For example, 31 3 2028"),
        ):
            self.fields[name] = registry_forms.DateField(
                label=label, called=called, help_text=words, required=False
            )

    def clean(self) -> dict:
        registry_forms.check_order(self, "from", "until")
        since, until = self.weeks
        if since and until and until - since > LONGEST:
            words = f"The end must be at most five years after {format_date(since)}"
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


class TermForm(common_terms.TermForm):
    """A contract's term: is the product compliant on every day of it?"""

    @property
    def term(self) -> Term | None:
        """The term typed, `None` when none that can be understood was."""
        return Term.asked(self.said)


class ReplacementsForm(AskedForm, TermForm):
    """What could replace a product: on which day, for which term, and which to show."""

    only = forms.ChoiceField(
        label="Show",
        choices=[("compliant", "Compliant products"), ("all", "All products")],
        required=False,
    )

    def clean(self) -> dict:
        check_term(self)
        return AskedForm.clean(self)

    @property
    def term_asked(self) -> Term:
        """The term typed, or the day asked about alone."""
        allow_exempt = bool(self.cleaned_data.get("allow_exempt"))
        return self.term or Term.of_day(self.asked.on, allow_exempt=allow_exempt)

    @property
    def everything(self) -> bool:
        """Whether those that are not compliant are shown too: also where until when is asked."""
        only, until_when = (self.cleaned_data.get(name) for name in ("only", "until_when"))
        return only == "all" or (bool(until_when) and not only)

    @property
    def params(self) -> dict[str, str]:
        """The parameters of an address that asks the same of a product's own page."""
        excused = {"allow_exempt": "on"} if self.cleaned_data.get("allow_exempt") else {}
        return self.asked.params | (self.term.params if self.term else excused)


@dataclass(frozen=True)
class Boxes:
    """The boxes of one criterion: of each product its primary key, its name and a hint."""

    criterion_id: int
    label: str
    hint: str
    options: Sequence[tuple[int, str, str]]
    ticked: Sequence[int]


class ChoiceForm(forms.Form):
    """What a draft of evidence proves: for each criterion, the products it is proved of."""

    def __init__(self, *args, boxes: Sequence[Boxes], **kwargs):
        super().__init__(*args, **kwargs)
        self._boxes = {f"criterion_{each.criterion_id}": each for each in boxes}
        for name, each in self._boxes.items():
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=each.label,
                help_text=each.hint,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=list(each.ticked),
                choices=[(pk, words) for pk, words, _ in each.options],
                error_messages={"invalid_choice": "Choose products from the list"},
            )
            self.fields[name].option_hints = {str(pk): hint for pk, _, hint in each.options}

    @property
    def chosen(self) -> dict[int, list[int]]:
        """The ticked criteria (primary keys) by product (primary key)."""
        found: dict[int, list[int]] = {}
        for name, each in self._boxes.items():
            for product_id in self.cleaned_data[name]:
                found.setdefault(product_id, []).append(each.criterion_id)
        return found


class OwedForm(AskedForm):
    """Which of a supplier's requirements to show. What is offered is known after the reading."""

    supplier = forms.CharField(required=False, widget=forms.HiddenInput())
    state = forms.CharField(label="State", required=False, widget=forms.Select())
    product = forms.CharField(label="Product", required=False, widget=forms.Select())
    standard = forms.CharField(label="Standard", required=False, widget=forms.Select())
    form = forms.CharField(label="Form of evidence", required=False, widget=forms.Select())

    _ANY = {
        "state": "All with something to do",
        "product": "Any product",
        "standard": "Any standard",
        "form": "Any form",
    }

    @property
    def wish(self) -> dict[str, str]:
        """The filters as asked for; those that were not understood left out."""
        cleaned = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: cleaned.get(name, "") for name in self._ANY}

    def offer(self, **choices: Sequence[tuple[str, str]]) -> None:
        """Offer these values; a wish for another is refused in words."""
        for name, offered in choices.items():
            self.fields[name].widget.choices = [("", self._ANY[name]), *offered]
            asked = self.wish[name]
            if asked and asked not in dict(offered):
                label = self.fields[name].label.lower()
                self.add_error(name, f"Choose a {label} from the list. There is no “{asked}”")
