"""The algebra of compliance for one pair on one day, in plain Python, and its explanation.

timeline.sql says the same of sets; tests/compliance holds the two together.
"""

from registry.compliance.rules.closeness import Distance
from registry.compliance.rules.explaining import Explanation, as_held, explain
from registry.compliance.rules.facts import (
    CheckSpellFact,
    CriterionFact,
    EndpointFact,
    ExcuseFact,
    PairFacts,
    ProofFact,
    RequirementFact,
    VersionFact,
)
from registry.compliance.rules.forecast import Forecast, Turn, forecast
from registry.compliance.rules.reasons import Kind, Link, Reason
from registry.compliance.rules.remedies import Remedy, Task, public_facts, remedy
from registry.compliance.rules.statuses import (
    boundaries,
    excused,
    met_by,
    proved,
    required,
    status_on,
    verdict_on,
)
from registry.compliance.rules.stays import TO_BLAME, Stay, Term, stay
from registry.compliance.rules.steps import Move, Step, taken

__all__ = [
    "CheckSpellFact",
    "CriterionFact",
    "Distance",
    "EndpointFact",
    "ExcuseFact",
    "Explanation",
    "Forecast",
    "Kind",
    "Link",
    "Move",
    "PairFacts",
    "ProofFact",
    "Reason",
    "Remedy",
    "RequirementFact",
    "Stay",
    "TO_BLAME",
    "Term",
    "Turn",
    "Step",
    "Task",
    "VersionFact",
    "as_held",
    "boundaries",
    "excused",
    "explain",
    "forecast",
    "met_by",
    "proved",
    "public_facts",
    "remedy",
    "required",
    "status_on",
    "stay",
    "taken",
    "verdict_on",
]
