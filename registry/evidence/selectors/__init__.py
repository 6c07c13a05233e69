"""Questions about evidence: what a product may prove, what awaits assessment, what is public."""

from registry.evidence.selectors.files import (
    infected,
    person,
    scanner_is_configured,
    scans_backlog,
    unreleased,
)
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
from registry.evidence.selectors.queue import FOR_EVER, NEVER, assessment_queue
from registry.evidence.selectors.reports import (
    criteria_named,
    no_reports,
    own_reports,
    product_named,
    report_before,
    reports_of,
    unproved,
)

__all__ = [
    "FOR_EVER",
    "NEVER",
    "Needed",
    "assessment_queue",
    "claimed",
    "criteria_by_id",
    "criteria_named",
    "decided_before",
    "file_for",
    "infected",
    "no_reports",
    "own_reports",
    "product_named",
    "reports_of",
    "needs_second_assessor",
    "person",
    "problems_of",
    "products_of",
    "provable_criteria",
    "published",
    "report_before",
    "scanner_is_configured",
    "scans_backlog",
    "standard_codes",
    "submission_for",
    "submissions_of",
    "under_way",
    "unproved",
    "unreleased",
]
