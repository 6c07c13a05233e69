"""Questions about evidence: what a product may prove, what awaits assessment, what is public."""

from registry.evidence.selectors.lists import submissions_of, under_way
from registry.evidence.selectors.needed import (
    Needed,
    criteria_by_id,
    products_of,
    provable_criteria,
)
from registry.evidence.selectors.one import (
    claimed,
    decided_before,
    file_for,
    needs_second_assessor,
    problems_of,
    published,
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
    "answered",
    "assessment_queue",
    "claimed",
    "criteria_by_id",
    "decided_before",
    "file_for",
    "findings_of",
    "needs_second_assessor",
    "previous_questionnaire",
    "problems_of",
    "products_of",
    "provable_criteria",
    "published",
    "standard_codes",
    "submission_for",
    "submissions_of",
    "under_way",
]
