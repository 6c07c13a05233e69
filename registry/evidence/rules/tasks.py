"""The pages of a draft, each a task, and what is answered on which."""

from collections.abc import Sequence

from registry.evidence.rules.completeness import Problem

# The name of each page's address, in order, and the fields that are answered on it.
PAGES = {
    "evidence_proves": ("criteria",),
    "evidence_about": ("issuer", "reference", "issued_on", "valid_from", "valid_until", "release"),
    "questionnaire": ("questionnaire",),
    "evidence_attach": ("file", "links"),
}


def page_of(field: str) -> str:
    """The page on which a field is answered; the list of tasks for one that has no page."""
    return next((page for page, fields in PAGES.items() if field in fields), "evidence_edit")


def next_page(problems: Sequence[Problem]) -> str:
    """The first page with something to mend; the one that sends when there is none."""
    pages = {page_of(problem.field) for problem in problems}
    return next((page for page in (*PAGES, "evidence_edit") if page in pages), "evidence_check")
