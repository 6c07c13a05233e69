"""The one guarded way out to addresses that strangers typed.

`visit` looks at one endpoint, `visit_all` at a batch. Everything else is behind them.
"""

from registry.probes.client.batch import Job, visit_all
from registry.probes.client.limits import Limits, Outfit
from registry.probes.client.transport import OpenSslTransport, Transport
from registry.probes.client.visit import Visitor

__all__ = ["Job", "Limits", "OpenSslTransport", "Outfit", "Transport", "Visitor", "visit_all"]
