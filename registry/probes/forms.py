"""Forms of the endpoint pages."""

from collections.abc import Sequence
from datetime import datetime, time

from django import forms

from registry.catalogue.models import Supplier
from registry.common import forms as registry_forms
from registry.common.errors import RuleBroken
from registry.probes.models import Precheck
from registry.probes.outfitting import allowed_networks
from registry.probes.rules.profiles import Profile
from registry.probes.rules.urls import MAX_URL_LENGTH, UrlRefused, parse_target
from registry.probes.rules.windows import first_moment


class EndpointForm(forms.Form):
    """A supplier registers an endpoint."""

    url = forms.CharField(
        label="Address",
        max_length=MAX_URL_LENGTH,
        help_text="The base of the API, starting with https://",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the address of the endpoint",
            "max_length": f"The address must be {MAX_URL_LENGTH} characters or fewer",
        },
    )
    profile = forms.ChoiceField(
        label="What the endpoint is",
        choices=[(profile.value, profile.label) for profile in Profile],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the endpoint is"},
    )
    in_service_from = registry_forms.DateField(
        label="First day in service", error_messages={"required": "Enter the first day in service"}
    )
    in_service_until = registry_forms.DateField(
        label="First day out of service",
        required=False,
        help_text="Leave empty while no end is known",
    )

    def clean_url(self) -> str:
        """The address, if the prober would be let near it."""
        try:
            return parse_target(self.cleaned_data["url"], allowed=allowed_networks()).url
        except UrlRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict:
        registry_forms.check_order(self, "in_service_from", "in_service_until")
        return self.cleaned_data


_DAYS = ("in_service_from", "in_service_until")
_BOXES = tuple(f"_{part}" for part in registry_forms.DateParts._fields)


class PrecheckForm(EndpointForm):
    """The same form, sent to see what would be found: the days may be filled in later."""

    def clean(self) -> dict:
        cleaned = super().clean()
        for name in _DAYS:
            self._errors.pop(name, None)
        return {name: cleaned[name] for name in ("url", "profile") if name in cleaned}

    @property
    def typed_days(self) -> dict[str, str]:
        """The boxes of the days as they were typed, by their names."""
        names = (f"{day}{part}" for day in _DAYS for part in ("", *_BOXES))
        return {name: self.data[name] for name in names if self.data.get(name)}


def filled_in(precheck: Precheck) -> dict[str, object]:
    """What a form for an endpoint is to show of what was typed before a pre-check."""
    typed = {day: _day(precheck.typed, day) for day in _DAYS}
    return {"url": precheck.url, "profile": precheck.profile, **typed}


def _day(typed: dict[str, str], name: str) -> str | registry_forms.DateParts:
    boxes = [typed.get(f"{name}{part}", "") for part in _BOXES]
    return registry_forms.DateParts(*boxes) if any(boxes) else typed.get(name, "")


class ProveForm(forms.Form):
    """A supplier says which host it wants to prove; for whom is asked only where it must be."""

    supplier = forms.ChoiceField(
        label="Which supplier controls it?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select the supplier that controls it",
            "invalid_choice": "Select a supplier from the list",
        },
    )
    address = forms.CharField(
        label="Address",
        max_length=MAX_URL_LENGTH,
        help_text="The host, and the port if it is not 443. "
        "For example, fhir.example.com or fhir.example.com:8443",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the address of the host",
            "max_length": f"The address must be {MAX_URL_LENGTH} characters or fewer",
        },
    )

    def __init__(self, *args, suppliers: Sequence[Supplier], **kwargs):
        super().__init__(*args, **kwargs)
        self._suppliers = {supplier.ref: supplier for supplier in suppliers}
        self.fields["supplier"].choices = [(each.ref, each.name) for each in suppliers]
        if len(suppliers) == 1:
            self.fields["supplier"].widget = forms.HiddenInput()
            self.fields["supplier"].initial = suppliers[0].ref
            self.initial.pop("supplier", None)

    @property
    def chosen(self) -> Supplier:
        """The supplier that was chosen."""
        return self._suppliers[self.cleaned_data["supplier"]]


class DecisionForm(forms.Form):
    """An officer says why a proof is withdrawn, or may be given again."""

    reason = forms.CharField(
        label="Reason",
        help_text="The supplier reads this",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the reason"},
    )


class VouchForm(forms.Form):
    """An officer says how they know that the supplier controls the host."""

    reason = forms.CharField(
        label="How do you know that the supplier controls this host?",
        help_text="For example, a letter of their technical director of 3 March 2026",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say how you know that the supplier controls this host"},
    )


class PauseForm(forms.Form):
    """An officer says why visits are paused, and until when."""

    reason = forms.CharField(
        label="Why are the visits paused?",
        help_text="The supplier sees this. For example, their operations centre asked for it",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why the visits are paused"},
    )
    until = registry_forms.DateField(
        label="Day on which visits begin again by themselves",
        required=False,
        help_text="Leave empty if somebody is to lift the pause. For example, 31 3 2027",
    )

    def clean_until(self) -> datetime | None:
        """The first moment of that day in London."""
        day = self.cleaned_data["until"]
        return day and first_moment(datetime.combine(day, time()))


class ResumeForm(forms.Form):
    """An officer says why a pause is lifted."""

    reason = forms.CharField(
        label="Why is the pause lifted?",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why the pause is lifted"},
    )


class ClockField(forms.TimeField):
    """A time as a clock in London shows it, like 1:30am or 13:30."""

    input_formats = ("%H:%M", "%H.%M", "%I:%M%p", "%I.%M%p", "%I%p")
    widget = forms.TextInput(attrs={"width": 5, "autocomplete": "off"})

    def __init__(self, *, label: str):
        super().__init__(
            label=label,
            input_formats=self.input_formats,
            help_text="For example, 10:30pm or 22:30",
            error_messages={
                "required": f"Enter the {label.lower()}",
                "invalid": f"{label} must be a time, like 10:30pm or 22:30",
            },
        )

    def to_python(self, value: str | time | None) -> time | None:
        """The time; however it was spaced and whichever case it was typed in."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class WindowForm(forms.Form):
    """A supplier announces maintenance."""

    note = forms.CharField(
        label="What is done",
        max_length=200,
        help_text="Everybody sees this. For example, moving to a new data centre",
        error_messages={"required": "Say what is done"},
    )
    starts_on = registry_forms.DateField(
        label="First day", error_messages={"required": "Enter the first day"}
    )
    starts_at = ClockField(label="Start time")
    ends_on = registry_forms.DateField(
        label="Day it ends", error_messages={"required": "Enter the day it ends"}
    )
    ends_at = ClockField(label="End time")
    weekly = forms.TypedChoiceField(
        label="How often",
        choices=[("once", "Once"), ("weekly", "Every week, until it is cancelled")],
        coerce=lambda value: value == "weekly",
        widget=forms.RadioSelect,
        error_messages={"required": "Select how often"},
    )

    def asked(self) -> dict:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return {
            "starts": datetime.combine(data["starts_on"], data["starts_at"]),
            "ends": datetime.combine(data["ends_on"], data["ends_at"]),
            "weekly": data["weekly"],
            "note": data["note"],
        }


def add_refusal(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a service's refusal at the field that it names, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
