"""Questions about who meets what, on which day, as known at which moment."""

from registry.compliance.rules import Explanation
from registry.compliance.selectors.explanations import explain, explain_many
from registry.compliance.selectors.facts import facts_of
from registry.compliance.selectors.owed import Owed, owed
from registry.compliance.selectors.phase_out import DuePair, backlog, due_for_phase_out
from registry.compliance.selectors.timelines import (
    PairTimeline,
    SpellFact,
    computed_timelines,
    timeline_of,
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
    "Explanation",
    "Owed",
    "PairTimeline",
    "SpellFact",
    "backlog",
    "compliant_throughout",
    "computed_timelines",
    "due_for_phase_out",
    "explain",
    "explain_many",
    "facts_of",
    "next_not_met",
    "owed",
    "timeline_of",
    "timelines",
    "verdicts",
    "with_verdict",
]
