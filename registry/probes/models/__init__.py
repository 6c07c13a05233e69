"""Endpoints, what was seen at them, what it means, and when they are left alone."""

from registry.probes.models.control import HostControl
from registry.probes.models.endpoints import Endpoint
from registry.probes.models.hosts import Ask, Host, Pause
from registry.probes.models.prechecks import Precheck
from registry.probes.models.states import CheckSpell, CheckState
from registry.probes.models.visits import CaptureBody, OlderTlsRefusal, Probe
from registry.probes.models.windows import MaintenanceWindow, Occurrence

__all__ = [
    "Ask",
    "CaptureBody",
    "CheckSpell",
    "CheckState",
    "Endpoint",
    "Host",
    "HostControl",
    "MaintenanceWindow",
    "Occurrence",
    "OlderTlsRefusal",
    "Pause",
    "Precheck",
    "Probe",
]
