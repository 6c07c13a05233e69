"""Evidence in the API: machines' reports, with a supplier's token or by a signed-in member."""

from registry.evidence.api.reports import EvidenceViewSet

__all__ = ["EvidenceViewSet"]
