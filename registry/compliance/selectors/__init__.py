"""Questions about who meets what, on which day, as known at which moment."""

from registry.compliance.selectors.phase_out import DuePair, backlog, due_for_phase_out
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
    "PairTimeline",
    "SpellFact",
    "backlog",
    "compliant_throughout",
    "computed_timelines",
    "due_for_phase_out",
    "next_not_met",
    "timelines",
    "verdicts",
    "with_verdict",
]
