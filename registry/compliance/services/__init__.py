"""Writes of the compliance room."""

from registry.compliance.services.answering import answer_changed_facts
from registry.compliance.services.dispensations import grant_dispensation
from registry.compliance.services.owing import Batch, owe_refresh, refresh_owed
from registry.compliance.services.previewing import Preview, SupposedProof, preview
from registry.compliance.services.refreshing import RefreshOutcome, refresh
from registry.compliance.services.shortening import ShorteningRefused, shorten_dispensation
from registry.compliance.services.stretching import renew_stretches
from registry.compliance.services.supposing import hypothetical, suppose

__all__ = [
    "Batch",
    "Preview",
    "RefreshOutcome",
    "ShorteningRefused",
    "SupposedProof",
    "answer_changed_facts",
    "grant_dispensation",
    "hypothetical",
    "owe_refresh",
    "preview",
    "refresh",
    "refresh_owed",
    "shorten_dispensation",
    "suppose",
    "renew_stretches",
]
