"""Writes of the compliance room."""

from registry.compliance.services.refreshing import RefreshOutcome, refresh

__all__ = ["RefreshOutcome", "refresh"]
