"""Questions about who meets what, on which day, as known at which moment."""

from registry.compliance.rules import Explanation
from registry.compliance.selectors.burn_down import Week, burn_down
from registry.compliance.selectors.changes import (
    changes_of,
    changes_since,
    revisions,
    standards_that_changed,
)
from registry.compliance.selectors.explanations import explain, explain_many
from registry.compliance.selectors.facts import facts_of
from registry.compliance.selectors.forecast import (
    Outlook,
    first_lapse,
    outlooks,
    soonest_first,
    stopping_before,
)
from registry.compliance.selectors.lines import verdict_lines
from registry.compliance.selectors.owed import Owed, owed, owed_of, standings
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
from registry.compliance.selectors.stays import compliant_until, stays
from registry.compliance.selectors.timelines import (
    PairTimeline,
    SpellFact,
    computed_timelines,
    timeline_of,
    timelines,
)
from registry.compliance.selectors.verdicts import (
    compliant_throughout,
    verdicts,
    with_verdict,
)

__all__ = [
    "DuePair",
    "Failing",
    "Explanation",
    "Outlook",
    "Owed",
    "PairTimeline",
    "SpellFact",
    "Week",
    "backlog",
    "burn_down",
    "causes_owed",
    "changes_of",
    "changes_since",
    "compliant_throughout",
    "compliant_until",
    "computed_timelines",
    "due_for_phase_out",
    "explain",
    "explain_many",
    "facts_of",
    "failing_products",
    "finished_runs",
    "first_lapse",
    "outlooks",
    "owed",
    "owed_of",
    "soonest_first",
    "standings",
    "stays",
    "stopping_before",
    "owed_among",
    "progress",
    "progress_of",
    "revisions",
    "standards_that_changed",
    "timeline_of",
    "timelines",
    "unfinished_runs",
    "verdict_lines",
    "verdicts",
    "with_verdict",
]
