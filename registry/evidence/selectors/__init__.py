"""Questions about evidence: what a product may prove, what awaits assessment, what is public."""

from registry.evidence.selectors.beside import (
    SameFile,
    decided_before,
    interests_of,
    interests_seen_by,
    proved_otherwise,
    same_files,
    suppliers_to_declare,
)
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
    file_for,
    message_file_for,
    needs_second_assessor,
    on_the_same_desk,
    problems_of,
    published,
    sent_together,
    standard_codes,
    submission_for,
    thread,
)
from registry.evidence.selectors.questionnaire import (
    Answered,
    answered,
    findings_of,
    previous_questionnaire,
)
from registry.evidence.selectors.queue import assessment_queue, queue_page, with_page

__all__ = [
    "Answered",
    "Needed",
    "SameFile",
    "Wanted",
    "answered",
    "assessment_queue",
    "claimed",
    "wanted",
    "decided_before",
    "file_for",
    "findings_of",
    "interests_of",
    "interests_seen_by",
    "message_file_for",
    "needs_second_assessor",
    "on_the_same_desk",
    "previous_questionnaire",
    "problems_of",
    "products_of",
    "provable_criteria",
    "provable_of",
    "proved_otherwise",
    "published",
    "queue_page",
    "same_files",
    "sent_together",
    "standard_codes",
    "submission_for",
    "submissions_of",
    "suppliers_to_declare",
    "thread",
    "under_way",
    "with_page",
]
