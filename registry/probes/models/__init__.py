"""Endpoints, what was seen at them, and what it means."""

from registry.probes.models.control import HostControl
from registry.probes.models.endpoints import Endpoint
from registry.probes.models.prechecks import Precheck
from registry.probes.models.states import CheckSpell, CheckState
from registry.probes.models.visits import CaptureBody, OlderTlsRefusal, Probe

__all__ = [
    "CaptureBody",
    "CheckSpell",
    "CheckState",
    "Endpoint",
    "OlderTlsRefusal",
    "Precheck",
    "HostControl",
    "Probe",
]
