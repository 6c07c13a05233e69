"""What suppliers fill in."""

from django import forms

from registry.catalogue.models import Product
from registry.common import forms as registry_forms
from registry.common.formatting import last_day
from registry.evidence.forms.shared import after
from registry.evidence.models import Submission
from registry.evidence.rules import filetypes, validity
from registry.evidence.selectors import Needed
from registry.evidence.services import Answers
from registry.standards.enums import Form, Level
from registry.standards.models import Criterion


class StartForm(forms.Form):
    """Which product the evidence is for, and what it is."""

    product = forms.ModelChoiceField(
        Product.objects.none(),
        to_field_name="ref",
        empty_label="Choose a product",
        error_messages={
            "required": "Select a product",
            "invalid_choice": "Select a product from the list",
        },
    )
    form = forms.ChoiceField(
        label="Form of evidence",
        error_messages={"required": "Select the form of evidence"},
    )

    def __init__(self, *args, products, criteria: list[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products
        accepted = set.intersection(*(set(each.proofs) for each in criteria)) if criteria else None
        forms_offered = [one for one in Form if accepted is None or one.value in accepted]
        choices = sorted(((one.value, one.label) for one in forms_offered), key=lambda c: c[1])
        if accepted:
            self.fields["form"].widget = forms.RadioSelect()
            self.fields["form"].help_text = "These are accepted for what you are proving."
            if len(choices) == 1:
                self.initial.setdefault("form", choices[0][0])
        else:
            choices.insert(0, ("", "Choose a form"))
            self.fields["form"].widget = forms.Select()
        self.fields["form"].choices = choices


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class AnswersForm(forms.Form):
    """What a submission says. Nothing is required to save a draft."""

    criteria = forms.TypedMultipleChoiceField(
        label="What does it prove?",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose what the evidence proves from the list"},
    )
    release = forms.CharField(
        label="Product release",
        required=False,
        max_length=80,
        help_text="If the evidence is for one release only. For example, 4.2",
        widget=forms.TextInput(attrs={"width": 10}),
    )
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
    exclusions = forms.CharField(
        label="What it does not cover",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sites, modules or interfaces that the issuer left out",
    )
    link = forms.CharField(
        label="Public link to the evidence",
        required=False,
        max_length=500,
        widget=forms.URLInput(),
    )
    file = forms.FileField(
        label="Attach files",
        required=False,
        widget=FilesInput(attrs={"multiple": True}),
        help_text=f"{filetypes.ACCEPTED_WORDS}, up to 20 MB each",
    )

    def __init__(self, *args, submission: Submission, offered: list[Needed], **kwargs):
        self.offered = offered
        kwargs.setdefault("initial", _initial(submission))
        super().__init__(*args, **kwargs)
        criteria = self.fields["criteria"]
        criteria.choices = [(need.criterion.pk, _name(need.criterion)) for need in offered]
        criteria.option_hints = {str(need.criterion.pk): _hint(need) for need in offered}
        chosen = {criterion.version.standard.code for criterion in submission.criteria.all()}
        codes = chosen or {need.criterion.version.standard.code for need in offered}
        self.fields["valid_until"].help_text = _lasting(submission.form, codes)

    def clean_file(self):
        """The files are judged by the service, one by one."""
        return None

    @property
    def answers(self) -> Answers:
        """The cleaned answers as the service takes them."""
        given = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "file"}
        given["valid_until"] = after(given["valid_until"])
        return Answers(**given)


def _initial(submission: Submission) -> dict:
    kept = ("release", "issuer", "reference", "issued_on", "exclusions", "link")
    valid = submission.valid
    return {name: getattr(submission, name) for name in kept} | {
        "criteria": [criterion.pk for criterion in submission.criteria.all()],
        "valid_from": valid and valid.lower,
        "valid_until": last_day(valid and valid.upper),
    }


def _name(criterion: Criterion) -> str:
    version = criterion.version
    return f"{version.standard.code} {version.version}: {criterion.code}"


def _hint(need: Needed) -> str:
    level = "" if need.criterion.level == Level.MUST else " Recommended, not required."
    return f"{need.criterion.text}{level}"


def _lasting(form: str, codes: set[str]) -> str:
    known = validity.in_words(form=form, standards=codes)
    if not known:
        return "Leave empty if it has no end"
    return f"Leave empty for what is usual: it lasts {'; or '.join(known)}"
