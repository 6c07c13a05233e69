"""Two sets of answers side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.evidence.rules.questionnaire.replies import Reply
from registry.evidence.rules.questionnaire.shape import Question, Questionnaire

_NOTHING = Reply()


@dataclass(frozen=True)
class Difference:
    """What was answered to one question before and is now."""

    question: Question
    before: Reply
    after: Reply

    @property
    def differs(self) -> bool:
        """Whether anything of the answer is another."""
        return self.before != self.after


def compare(
    form: Questionnaire, before: Mapping[str, Reply], after: Mapping[str, Reply]
) -> list[Difference]:
    """Each question of `form` that either answers, in the form's order."""
    rows = [
        Difference(each, before.get(each.code, _NOTHING), after.get(each.code, _NOTHING))
        for each in form.questions
    ]
    return [row for row in rows if row.before or row.after]
