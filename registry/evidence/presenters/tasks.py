"""A draft as a list of tasks: what is done, and what is still to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.evidence.models import Submission
from registry.evidence.rules.completeness import LOOKED_UP, OF_ONE_PRODUCT, Problem
from registry.evidence.rules.tasks import PAGES
from registry.standards.enums import Form


@dataclass(frozen=True)
class Task:
    """One page of a draft: `page` is the name of its address."""

    page: str
    title: str
    hint: str
    problems: tuple[Problem, ...]

    @property
    def done(self) -> bool:
        """Whether nothing of it keeps the draft from being sent."""
        return not self.problems


def tasks(draft: Submission, problems: Sequence[Problem]) -> list[Task]:
    """The tasks in order, each with what is missing or wrong."""
    several = draft.form not in OF_ONE_PRODUCT
    titles = {
        "evidence_proves": (
            "What it proves",
            "Products and requirements" if several else "Requirements",
        ),
        "evidence_about": ("About the evidence", "Issuer, reference, dates, exclusions"),
        "questionnaire": ("The questionnaire", "Section by section, with its evidence"),
        "evidence_attach": (
            "Files and links",
            "Not needed where a reference can be looked up" if draft.form in LOOKED_UP else "",
        ),
    }
    return [
        Task(page, *titles[page], tuple(each for each in problems if each.field in fields))
        for page, fields in PAGES.items()
        if page != "questionnaire" or draft.form == Form.QUESTIONNAIRE
    ]
