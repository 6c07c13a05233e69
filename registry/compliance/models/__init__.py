"""What the register holds of who meets what, how that changed, and what is still to be computed."""

from registry.compliance.models.changes import Change, Revision, VerdictChange
from registry.compliance.models.owing import RefreshOwed, RefreshRun
from registry.compliance.models.spells import Dispensation, Spell, Stretch, VerdictSpell

__all__ = [
    "Change",
    "Dispensation",
    "RefreshOwed",
    "RefreshRun",
    "Revision",
    "Spell",
    "Stretch",
    "VerdictChange",
    "VerdictSpell",
]
