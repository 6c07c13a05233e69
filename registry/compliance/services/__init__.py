"""Writes of the compliance room."""

from registry.compliance.services.answering import facts_changed, refreshed_once
from registry.compliance.services.dispensations import grant_dispensation
from registry.compliance.services.owing import owe_refresh, refresh_owed
from registry.compliance.services.refreshing import RefreshOutcome, refresh

__all__ = [
    "RefreshOutcome",
    "facts_changed",
    "grant_dispensation",
    "owe_refresh",
    "refresh",
    "refresh_owed",
    "refreshed_once",
]
