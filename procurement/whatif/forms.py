"""What editors type into a draft: what it is for, and its changes."""

from datetime import date, timedelta

from django import forms
from psycopg2.extras import DateRange

from procurement.whatif import selectors
from procurement.whatif.enums import ChangeKind
from procurement.whatif.selectors import Offer
from procurement.whatif.services import Wanted
from registry.common import forms as registry_forms
from registry.common.formatting import last_day
from registry.common.periods import period
from registry.standards.enums import Form
from registry.standards.models import Capability, Standard
from registry.standards.rules import (
    LONGEST_REQUIREMENT,
    MOST_REQUIREMENTS,
    Ways,
    requirement_ids,
    wrong_requirements,
)

_DAY = timedelta(days=1)


class DraftForm(forms.Form):
    """A new draft."""

    title = forms.CharField(
        label="What is the draft called?",
        help_text="For example, Retire edition 2 of DCB0129 in April 2027",
        max_length=200,
        error_messages={"required": "Enter what the draft is called"},
    )
    reason = forms.CharField(
        label="Why are these changes considered?",
        help_text="A second editor decides by it, and it is kept in the record.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter why the changes are considered"},
    )


class ReasonForm(forms.Form):
    """A decision on a draft, with what others will read later."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = forms.CharField(
        label="Reason", max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, data=None, *, label: str, required: bool, initial=None):
        super().__init__(data, initial=initial)
        self.fields["reason"].label = label
        self.fields["reason"].required = required
        self.fields["reason"].error_messages["required"] = "Enter the reason"


class KindForm(forms.Form):
    """What is to change, and of which standard; both stand in the address."""

    kind = forms.ChoiceField(
        label="What is to change?",
        choices=ChangeKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is to change"},
    )
    standard = forms.ModelChoiceField(
        label="Of which standard?",
        queryset=Standard.objects.order_by("code"),
        to_field_name="code",
        empty_label="Select a standard",
        error_messages={
            "required": "Select the standard",
            "invalid_choice": "Select a standard of the register",
        },
    )


class OfferForm(forms.Form):
    """Which edition, scope row, dispensation or criterion; it stands in the address too."""

    of = forms.ChoiceField(
        label="Which one?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select one", "invalid_choice": "Select one of these"},
    )

    def __init__(self, data=None, *, kind: ChangeKind, offers: list[Offer]):
        super().__init__(data)
        self.offers = {offer.key: offer for offer in offers}
        self.fields["of"].choices = [(offer.key, offer.words) for offer in offers]
        self.fields["of"].label = _WHICH[kind]

    @property
    def chosen(self) -> Offer:
        """What a valid form names."""
        return self.offers[self.cleaned_data["of"]]


_WHICH = {
    ChangeKind.ADD_VERSION: "Which edition’s criteria are copied?",
    ChangeKind.CHANGE_ACCEPTED: "Which edition?",
    ChangeKind.ADD_SCOPE: "Which one?",
    ChangeKind.CHANGE_REQUIRED: "For whom is it mandatory so far?",
    ChangeKind.SHORTEN_DISPENSATION: "Which product is excused?",
    ChangeKind.CHANGE_WAYS: "Which criterion?",
}


_ON_WHICH = {
    ChangeKind.ADD_VERSION: "on which the edition counts",
    ChangeKind.CHANGE_ACCEPTED: "on which the edition counts",
    ChangeKind.ADD_SCOPE: "on which it is mandatory",
    ChangeKind.CHANGE_REQUIRED: "on which it is mandatory",
    ChangeKind.SHORTEN_DISPENSATION: "on which the product is excused",
}


class ChangeForm(forms.Form):
    """The new days of what was chosen, and what else a new thing needs."""

    version = forms.CharField(
        label="Name of the new edition",
        help_text="For example, 5.0",
        max_length=80,
        widget=forms.TextInput(attrs={"width": 10}),
        error_messages={"required": "Enter the name of the new edition"},
    )
    capability = forms.ModelChoiceField(
        label="For whom is it mandatory?",
        queryset=Capability.objects.order_by("name", "ref"),
        to_field_name="ref",
        required=False,
        empty_label="Every product",
    )
    first_day = registry_forms.DateField(
        label="First day", error_messages={"required": "Enter the first day"}
    )
    last_day = registry_forms.DateField(
        label="Last day", error_messages={"required": "Enter the last day"}, required=False
    )

    def __init__(
        self, data=None, *, kind: ChangeKind, standard: Standard, offer: Offer | None = None
    ):
        initial = {}
        if offer and not kind.is_new:
            initial = {
                "first_day": offer.period.lower,
                "last_day": last_day(offer.period.upper),
            }
        super().__init__(data, initial=initial)
        self.kind, self.standard, self.offer = kind, standard, offer
        self._keep(kind)

    def _keep(self, kind: ChangeKind) -> None:
        """Leave out what a change of this kind does not ask for, and name the days."""
        for name, words in (("first_day", "First day"), ("last_day", "Last day")):
            self.fields[name].label = f"{words} {_ON_WHICH[kind]}"
        if kind != ChangeKind.ADD_VERSION:
            del self.fields["version"]
        if kind != ChangeKind.ADD_SCOPE:
            del self.fields["capability"]
        if kind == ChangeKind.SHORTEN_DISPENSATION:
            del self.fields["first_day"]
            self.fields["last_day"].required = True
            return
        self.fields["last_day"].help_text = "For example, 31 3 2027. Leave empty for no end"
        if not kind.is_new:
            self.fields["first_day"].required = False
            self.fields["first_day"].help_text = "For example, 1 4 2027. Leave empty for always"

    def clean_last_day(self) -> date | None:
        """A last day that has a day after it to end on."""
        last = self.cleaned_data["last_day"]
        if self.kind == ChangeKind.SHORTEN_DISPENSATION and self.offer and last:
            start = self.offer.period.lower
            if start and last < start:
                raise forms.ValidationError("The last day must not be before the first day")
        return last

    def clean(self) -> dict:
        """The last day belongs to the period."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day must not be before the first day")
        return self.cleaned_data

    @property
    def wanted(self) -> Wanted:
        """The change that a valid form asks for."""
        return Wanted(
            kind=self.kind, standard=self.standard, period=self._period(), **self._about()
        )

    def _period(self) -> DateRange:
        typed = self.cleaned_data
        first = typed.get("first_day")
        if self.kind == ChangeKind.SHORTEN_DISPENSATION:
            first = self.offer.period.lower
        return period(first, typed["last_day"] and typed["last_day"] + _DAY)

    def _about(self) -> dict:
        typed, thing = self.cleaned_data, self.offer and self.offer.thing
        if self.kind == ChangeKind.ADD_VERSION:
            return {"version": typed["version"], "copied_from": thing.version}
        if self.kind == ChangeKind.ADD_SCOPE:
            return {"capability": typed["capability"]}
        was = {"was": self.offer.period}
        if self.kind == ChangeKind.CHANGE_ACCEPTED:
            return was | {"version": thing.version}
        if self.kind == ChangeKind.CHANGE_REQUIRED:
            return was | {"capability": thing.capability}
        return was | {"product": thing.product}


class WaysForm(forms.Form):
    """Which evidence proves a criterion from now on."""

    proofs = forms.MultipleChoiceField(
        label="Which forms of evidence are accepted?",
        help_text="Any one of them suffices",
        choices=sorted(Form.choices, key=lambda each: each[1]),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select forms of this list"},
    )
    requirements = forms.CharField(
        label="Requirement ids",
        help_text=(
            "What testing tools call this criterion, one id on each line, such as "
            "hl7.fhir.us.core_7.0.0@123 or the id of a test. A machine report proves the criterion "
            "where it names exactly one of these and passes. Leave empty for none"
        ),
        max_length=(LONGEST_REQUIREMENT + 2) * MOST_REQUIREMENTS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "none"}),
    )

    def __init__(self, data=None, *, standard: Standard, offer: Offer):
        self.standard, self.offer = standard, offer
        self.was = Ways.of(offer.thing.proofs, offer.thing.requirements)
        initial = {"proofs": self.was.proofs, "requirements": "\n".join(self.was.requirements)}
        super().__init__(data, initial=initial)

    def clean_requirements(self) -> list[str]:
        """The ids, each once."""
        ids = requirement_ids(self.cleaned_data["requirements"])
        if words := wrong_requirements(ids):
            raise forms.ValidationError(words)
        return ids

    @property
    def wanted(self) -> Wanted:
        """The change that a valid form asks for. What does not go together, the service refuses."""
        typed = self.cleaned_data
        return Wanted(
            kind=ChangeKind.CHANGE_WAYS,
            standard=self.standard,
            version=self.offer.version,
            criterion=self.offer.thing.code,
            ways_were=self.was,
            ways=Ways.of(typed["proofs"], typed["requirements"]),
        )


class CompareForm(forms.Form):
    """The other draft of a comparison."""

    with_ = forms.ModelChoiceField(
        label="Compare with",
        queryset=None,
        empty_label="Select a draft",
        error_messages={
            "required": "Select the other draft",
            "invalid_choice": "Select a draft that is not decided",
        },
    )

    def __init__(self, data=None, *, draft, user):
        super().__init__(data)
        # The address says `with`, which Python keeps for itself.
        self.fields["with"] = self.fields.pop("with_")
        self.fields["with"].queryset = selectors.others_to_compare(draft, user)
