"""What assessors fill in."""

from collections.abc import Sequence

from django import forms

from registry.common import forms as registry_forms
from registry.evidence.models import Submission


class AcceptForm(forms.Form):
    """The days an assessor accepts, and why."""

    valid_from = registry_forms.DateField(
        label="First valid day", error_messages={"required": "Enter the first valid day"}
    )
    valid_until = registry_forms.DateField(
        label="Last valid day", required=False, help_text="Leave empty if it has no end"
    )
    reason = forms.CharField(
        label="Reason for accepting",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Published with the decision. Do not quote what the supplier sent in confidence",
        error_messages={"required": "Enter the reason for accepting"},
    )

    def __init__(self, *args, submission: Submission, others: Sequence[Submission] = (), **kwargs):
        super().__init__(*args, **kwargs)
        _also(self, others)
        criteria = list(submission.criteria.all())
        for criterion in criteria if len(criteria) > 1 else ():
            self.fields[f"out_{criterion.pk}"] = forms.CharField(
                label=f"Leave out {criterion}, because",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def left_out(self) -> dict[int, str]:
        """Criteria (primary keys) that it is not accepted for: those with a reason."""
        return {
            int(name.removeprefix("out_")): reason
            for name, reason in self.cleaned_data.items()
            if name.startswith("out_") and reason
        }

    @property
    def out_fields(self) -> list[forms.BoundField]:
        """The field of each criterion that can be left out."""
        return [bound for bound in self if bound.name.startswith("out_")]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "Last valid day must not be before the first")
        return cleaned


class ReturnForm(forms.Form):
    """Why evidence does not do, and what would."""

    reason = forms.CharField(
        label="Reason for returning",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The supplier reads this. It is not published",
        error_messages={"required": "Enter the reason for returning"},
    )
    what_would_do = forms.CharField(
        label="What would do instead",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter what would do instead"},
    )

    def __init__(self, *args, others: Sequence[Submission] = (), **kwargs):
        super().__init__(*args, **kwargs)
        _also(self, others)


def _also(form: forms.Form, others: Sequence[Submission]) -> None:
    """Offer to decide the same on what was sent at once and is on the same desk."""
    if not others:
        return
    form.fields["also"] = forms.TypedMultipleChoiceField(
        label="Decide the same for",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.pk, f"{each.product.name}, {each.ref}") for each in others],
        error_messages={"invalid_choice": "Choose from what was sent at once with this"},
    )


class RevokeForm(forms.Form):
    """From which day accepted evidence proves nothing, and why."""

    revoked_from = registry_forms.DateField(
        label="First day on which it proves nothing",
        error_messages={"required": "Enter the day from which it is revoked"},
    )
    reason = forms.CharField(
        label="Reason for revoking",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Published with the decision",
        error_messages={"required": "Enter the reason for revoking"},
    )
