"""Questions about who meets what, on which day, as known at which moment."""

from registry.compliance.rules import Explanation
from registry.compliance.selectors.changes import (
    changes_of,
    changes_since,
    revisions,
    standards_that_changed,
)
from registry.compliance.selectors.explanations import explain, explain_many
from registry.compliance.selectors.facts import facts_of
from registry.compliance.selectors.owed import Owed, owed
from registry.compliance.selectors.phase_out import DuePair, backlog, due_for_phase_out
from registry.compliance.selectors.runs import (
    Failing,
    causes_owed,
    failing_products,
    finished_runs,
    owed_among,
    progress,
    progress_of,
    unfinished_runs,
)
from registry.compliance.selectors.timelines import (
    PairTimeline,
    SpellFact,
    computed_timelines,
    timelines,
)
from registry.compliance.selectors.verdicts import (
    compliant_throughout,
    next_not_met,
    verdicts,
    with_verdict,
)

__all__ = [
    "DuePair",
    "Failing",
    "Explanation",
    "Owed",
    "PairTimeline",
    "SpellFact",
    "backlog",
    "causes_owed",
    "changes_of",
    "changes_since",
    "compliant_throughout",
    "computed_timelines",
    "due_for_phase_out",
    "explain",
    "explain_many",
    "facts_of",
    "failing_products",
    "finished_runs",
    "next_not_met",
    "owed",
    "owed_among",
    "progress",
    "progress_of",
    "revisions",
    "standards_that_changed",
    "timelines",
    "unfinished_runs",
    "verdicts",
    "with_verdict",
]
