"""The one guarded way out to addresses that strangers typed.

`visit` looks at one endpoint, `visit_all` at a batch, `watch` at a few that somebody waits for,
`look_all` for proofs that suppliers control their hosts. Everything else is behind them.
"""

from registry.probes.client.batch import Job, visit_all
from registry.probes.client.limits import Limits, Outfit
from registry.probes.client.proving import ProofJob, look_all
from registry.probes.client.transport import OpenSslTransport, Transport
from registry.probes.client.visit import Visitor
from registry.probes.client.watching import Event, watch

__all__ = [
    "Event",
    "Job",
    "Limits",
    "OpenSslTransport",
    "Outfit",
    "ProofJob",
    "Transport",
    "Visitor",
    "look_all",
    "visit_all",
    "watch",
]
