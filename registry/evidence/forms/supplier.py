"""What suppliers fill in."""

from collections.abc import Sequence

from django import forms

from registry.common import forms as registry_forms
from registry.common.formatting import last_day
from registry.evidence.forms.shared import after, product_field
from registry.evidence.models import AlsoFor, Submission
from registry.evidence.rules import filetypes, validity
from registry.evidence.selectors import Wanted, claimed
from registry.evidence.services import Answers
from registry.standards.enums import Form

_RELEASE = "If the evidence is for one release only. For example, 4.2"


class StartForm(forms.Form):
    """Which product the evidence is for, and what it is."""

    product = product_field()
    form = forms.ChoiceField(
        label="Form of evidence",
        error_messages={"required": "Select the form of evidence"},
    )

    def __init__(self, *args, products, wanted: Wanted, **kwargs):
        super().__init__(*args, **kwargs)
        # With several products in mind, the draft is for all of them.
        if len(wanted.products) > 1:
            del self.fields["product"]
        else:
            self.fields["product"].queryset = products
        accepted = [set(criterion.proofs) for criterion in wanted.criteria]
        self._offer(set.intersection(*accepted) if accepted else set(Form.values), bool(accepted))

    def _offer(self, accepted: set[str], named: bool) -> None:
        choices = sorted(((one.value, one.label) for one in Form if one in accepted), key=_label)
        if named:
            self.fields["form"].widget = forms.RadioSelect()
            self.fields["form"].help_text = "These are accepted for what you are proving."
            if len(choices) == 1:
                self.initial.setdefault("form", choices[0][0])
        else:
            choices.insert(0, ("", "Choose a form"))
            self.fields["form"].widget = forms.Select()
        self.fields["form"].choices = choices


def _label(choice: tuple[str, str]) -> str:
    return choice[1]


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. The service judges each, so the form lets them pass."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list:
        """What was sent."""
        return list(data or [])


class AboutForm(forms.Form):
    """What a submission says of the evidence. Nothing is required to save a draft."""

    issuer = forms.CharField(
        label="Who issued it?",
        required=False,
        max_length=200,
        help_text="The certification body, test house or person. It is published with the decision",
    )
    reference = forms.CharField(
        label="Certificate or report reference",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"width": 20}),
    )
    issued_on = registry_forms.DateField(label="Issue date", required=False)
    valid_from = registry_forms.DateField(
        label="First valid day", required=False, help_text="Leave empty if it is the issue date"
    )
    valid_until = registry_forms.DateField(label="Last valid day", required=False)
    release = forms.CharField(
        label="Product release",
        required=False,
        max_length=80,
        help_text=_RELEASE,
        widget=forms.TextInput(attrs={"width": 10}),
    )
    exclusions = forms.CharField(
        label="What it does not cover",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sites, modules or interfaces that the issuer left out",
    )

    def __init__(self, *args, submission: Submission, others: Sequence[AlsoFor], **kwargs):
        self._others = others
        kwargs.setdefault("initial", _initial(submission, others))
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].help_text = _lasting(submission)
        if others:
            self.fields["release"].label = f"Release of {submission.product.name}"
        for also in others:
            self.fields[_release_of(also)] = forms.CharField(
                label=f"Release of {also.product.name}",
                required=False,
                max_length=80,
                widget=forms.TextInput(attrs={"width": 10}),
            )

    @property
    def releases(self) -> list[forms.BoundField]:
        """The release of each product it is for."""
        return [self["release"], *(self[_release_of(also)] for also in self._others)]

    @property
    def answers(self) -> Answers:
        """The cleaned answers as the service takes them."""
        given = dict(self.cleaned_data)
        releases = {also.product_id: given.pop(_release_of(also)) for also in self._others}
        given["valid_until"] = after(given["valid_until"])
        return Answers(**given, releases=releases)


def _release_of(also: AlsoFor) -> str:
    return f"release_{also.product_id}"


def _initial(submission: Submission, others: Sequence[AlsoFor]) -> dict:
    kept = ("release", "issuer", "reference", "issued_on", "exclusions")
    valid = submission.valid
    return (
        {name: getattr(submission, name) for name in kept}
        | {"valid_from": valid and valid.lower, "valid_until": last_day(valid and valid.upper)}
        | {_release_of(also): also.release for also in others}
    )


def _lasting(submission: Submission) -> str:
    known = validity.in_words(form=submission.form, standards=claimed(submission).standards)
    if not known:
        return "Leave empty if it has no end"
    return f"Leave empty for what is usual: it lasts {'; or '.join(known)}"


class AttachForm(forms.Form):
    """The evidence itself: files, or where it is published."""

    file = FilesField(
        label="Attach files",
        required=False,
        help_text=f"{filetypes.ACCEPTED_WORDS}, up to 20 MB each",
    )
    links = forms.CharField(
        label="Public links to the evidence",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Web addresses, one on each line",
    )

    def __init__(self, *args, submission: Submission, **kwargs):
        kwargs.setdefault("initial", {"links": "\n".join(submission.links)})
        super().__init__(*args, **kwargs)

    def clean_links(self) -> list[str]:
        return self.cleaned_data["links"].split()
