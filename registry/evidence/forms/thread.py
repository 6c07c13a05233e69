"""What is written in a thread."""

from django import forms
from django.conf import settings

from registry.evidence.forms.supplier import FilesField
from registry.evidence.rules import filetypes


class _MessageForm(forms.Form):
    file = FilesField(
        label="Attach files",
        required=False,
        help_text=f"{filetypes.ACCEPTED_WORDS}, up to 20 MB each",
    )
    field_order = ("text", "file")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.widget.attrs["maxlength"] = text.max_length = settings.EVIDENCE_MESSAGE_LETTERS


class QuestionForm(_MessageForm):
    """What the assessor asks."""

    text = forms.CharField(
        label="Question to the supplier",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The supplier and the national team read this. It cannot be changed once sent",
        error_messages={"required": "Enter what you want to ask"},
    )


class AnswerForm(_MessageForm):
    """What the supplier answers."""

    text = forms.CharField(
        label="Your answer",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The national team reads this. It cannot be changed once sent",
        error_messages={"required": "Enter your answer"},
    )
