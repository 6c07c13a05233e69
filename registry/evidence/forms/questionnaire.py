"""One section of a questionnaire, as a form made from its data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.core.files.uploadedfile import UploadedFile

from registry.common import forms as registry_forms
from registry.evidence.forms.supplier import FilesField
from registry.evidence.models import EvidenceFile
from registry.evidence.rules import filetypes
from registry.evidence.rules.questionnaire import Detail, Option, Question, Reply, wrong_with
from registry.evidence.rules.questionnaire.replies import LONGEST
from registry.evidence.services import AnswersRefused

_EVIDENCE = ("files", "upload", "link")


@dataclass(frozen=True)
class Asked:
    """A question as the page draws it: the names of the fields, those of an option beside it."""

    question: Question
    name: str
    extras: Mapping[str, Sequence[str]]


def field_name(code: str, part: str = "answer") -> str:
    """The name of the field for a part of the answer to a question."""
    stem = code.lower().replace(".", "-")
    return stem if part == "answer" else f"{stem}-{part}"


class SectionForm(forms.Form):
    """The questions of a section. Nothing is required to save what was answered so far."""

    def __init__(
        self,
        *args,
        questions: Sequence[Question],
        replies: Mapping[str, Reply],
        attached: Mapping[str, EvidenceFile],
        known: Mapping[str, str],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.attached = attached
        for question in questions:
            reply = replies.get(question.code) or Reply(known.get(question.prefill, ""))
            self._add(question.code, "answer", _answer_field(question), reply.answer)
            for option in question.options:
                self._add_option(question, option, reply)

    def _add(self, code: str, part: str, field: forms.Field, initial) -> None:
        name = field_name(code, part)
        self.fields[name] = field
        self.initial.setdefault(name, initial)

    def _add_option(self, question: Question, option: Option, reply: Reply) -> None:
        for detail in option.details:
            typed = reply.details.get(detail.name, "")
            self._add(question.code, detail.name, _detail_field(detail), typed)
        if not option.evidence:
            return
        if self.attached:
            self._add(question.code, "files", _files_field(self.attached), list(reply.files))
        self._add(question.code, "upload", _upload_field(option), None)
        self._add(question.code, "link", _link_field(), reply.link)

    @property
    def asked(self) -> list[Asked]:
        """The questions with the names of their fields, for the page."""
        return [
            Asked(
                question=each,
                name=field_name(each.code),
                extras={o.value: self._extras(each, o) for o in each.options},
            )
            for each in self.questions
        ]

    @property
    def groups(self) -> list[list[Asked]]:
        """The questions as the printed form groups them, in its order."""
        return [list(each) for _, each in groupby(self.asked, lambda one: one.question.group)]

    def _extras(self, question: Question, option: Option) -> list[str]:
        parts = [detail.name for detail in option.details]
        parts += _EVIDENCE if option.evidence else ()
        names = [field_name(question.code, part) for part in parts]
        return [name for name in names if name in self.fields]

    def clean(self):
        """What belongs to an option that was not chosen is neither wrong nor kept."""
        cleaned = super().clean()
        for each in self.asked:
            chosen = cleaned.get(each.name, "")
            for value, names in each.extras.items():
                for name in names if value != chosen else ():
                    self.errors.pop(name, None)
            reply = self._reply(each.question)
            for part, words in wrong_with(each.question, reply).items():
                self.add_error(field_name(each.question.code, part), words)
        return cleaned

    def _reply(self, question: Question) -> Reply:
        def typed(part: str):
            return self.cleaned_data.get(field_name(question.code, part)) or ""

        answer = typed("answer").strip()
        option = question.option(answer)
        if option is None:
            return Reply(answer)
        details = {each.name: str(typed(each.name)).strip() for each in option.details}
        if not option.evidence:
            return Reply(answer, details)
        return Reply(answer, details, tuple(typed("files") or ()), typed("link").strip())

    @property
    def replies(self) -> dict[str, Reply]:
        """The cleaned answers by code."""
        return {each.code: self._reply(each) for each in self.questions}

    @property
    def uploads(self) -> dict[str, list[UploadedFile]]:
        """New files by code; those of an option that was not chosen are not taken."""
        found = {}
        for each in self.asked:
            names = each.extras.get(self.cleaned_data.get(each.name, ""), ())
            name = field_name(each.question.code, "upload")
            if name in names and self.files.getlist(name):
                found[each.question.code] = self.files.getlist(name)
        return found

    def add_refusal(self, refusal: AnswersRefused) -> None:
        """Show what the service refuses beside the fields it is about."""
        for (code, part), words in refusal.problems.items():
            self.add_error(field_name(code, part), words)


def _answer_field(question: Question) -> forms.Field:
    label = f"{question.code} {question.text}"
    given = {"label": label, "help_text": question.hint, "required": False}
    if question.kind == "choice":
        choices = [(each.value, each.label) for each in question.options]
        wrong = {"invalid_choice": "Select one of the answers"}
        return forms.ChoiceField(
            **given, choices=choices, widget=forms.RadioSelect, error_messages=wrong
        )
    longest = LONGEST[question.kind]
    widget = {
        "prose": forms.Textarea(attrs={"rows": 4}),
        "link": forms.URLInput(),
        "percentage": forms.TextInput(attrs={"width": 5, "inputmode": "decimal"}),
        "release": forms.TextInput(attrs={"width": 10}),
    }.get(question.kind, forms.TextInput())
    return forms.CharField(**given, max_length=longest, widget=widget)


def _detail_field(detail: Detail) -> forms.Field:
    given = {"label": detail.label, "help_text": detail.hint, "required": False}
    if detail.kind == "date":
        return registry_forms.DateField(**given)
    if detail.kind == "number":
        widget = forms.TextInput(attrs={"width": 5, "inputmode": "decimal"})
        return forms.CharField(**given, max_length=LONGEST["number"], widget=widget)
    width = forms.TextInput(attrs={"width": 20})
    return forms.CharField(**given, max_length=LONGEST["line"], widget=width)


def _files_field(attached: Mapping[str, EvidenceFile]) -> forms.Field:
    return forms.MultipleChoiceField(
        label="Use files that are attached already",
        required=False,
        choices=[(sha256, file.name) for sha256, file in attached.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the files that are attached"},
    )


def _upload_field(option: Option) -> forms.Field:
    return FilesField(
        label=f"Attach: {option.evidence[:1].lower()}{option.evidence[1:]}",
        required=False,
        help_text=f"{filetypes.ACCEPTED_WORDS}, up to 20 MB each",
    )


def _link_field() -> forms.Field:
    return forms.CharField(
        label="Or give a public link",
        required=False,
        max_length=LONGEST["link"],
        widget=forms.URLInput(),
    )
