"""Real TLS servers on loopback that behave, well or badly, as endpoints in the field do."""

from registry.probes.simulation.behaviours import Behaviour
from registry.probes.simulation.endpoint import SimulatedEndpoint

__all__ = ["Behaviour", "SimulatedEndpoint"]
