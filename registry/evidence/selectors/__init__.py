"""Questions about evidence: what a product may prove, what awaits assessment, what is public."""

from registry.evidence.selectors.lists import submissions_of, under_way
from registry.evidence.selectors.needed import (
    Needed,
    Wanted,
    products_of,
    provable_criteria,
    provable_of,
    wanted,
)
from registry.evidence.selectors.one import (
    claimed,
    decided_before,
    file_for,
    needs_second_assessor,
    problems_of,
    published,
    sent_together,
    standard_codes,
    submission_for,
)
from registry.evidence.selectors.questionnaire import (
    Answered,
    answered,
    findings_of,
    previous_questionnaire,
)
from registry.evidence.selectors.queue import FOR_EVER, NEVER, assessment_queue

__all__ = [
    "FOR_EVER",
    "NEVER",
    "Answered",
    "Needed",
    "Wanted",
    "answered",
    "assessment_queue",
    "claimed",
    "wanted",
    "decided_before",
    "file_for",
    "findings_of",
    "needs_second_assessor",
    "previous_questionnaire",
    "problems_of",
    "products_of",
    "provable_criteria",
    "provable_of",
    "published",
    "sent_together",
    "standard_codes",
    "submission_for",
    "submissions_of",
    "under_way",
]
