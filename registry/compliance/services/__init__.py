"""Writes of the compliance room."""

from registry.compliance.services.answering import answer_changed_facts
from registry.compliance.services.dispensations import grant_dispensation
from registry.compliance.services.owing import owe_refresh, refresh_owed
from registry.compliance.services.refreshing import RefreshOutcome, refresh
from registry.compliance.services.stretching import renew_stretches

__all__ = [
    "RefreshOutcome",
    "answer_changed_facts",
    "grant_dispensation",
    "owe_refresh",
    "refresh",
    "refresh_owed",
    "renew_stretches",
]
