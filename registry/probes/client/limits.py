"""What a visit may cost, and how the visitor presents itself."""

from dataclasses import dataclass

from registry.probes.rules.addresses import Network


@dataclass(frozen=True)
class Limits:
    """Seconds and octets. A limit that is reached ends the request, never the batch."""

    visit: float = 20.0
    connect: float = 5.0
    header_bytes: int = 64 * 1024
    body_bytes: int = 5 * 1024 * 1024
    redirects: int = 5
    # How many addresses of a name are tried, one after the other.
    addresses: int = 3
    # Politeness inside a batch: visits to one host at once, and the pause between them.
    per_host: int = 2
    host_pause: float = 0.2
    in_flight: int = 100
    # A batch begins no visit later than this after its beginning: it is over soon after, whoever
    # is slow in it, and its other hosts are visited again.
    batch: float = 25.0
    # A longer `Retry-After` is not waited for in the batch; the host's row remembers it.
    longest_wait: float = 5.0
    # Whatever a server asks, it is asked again within this time.
    longest_retry_after: int = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Outfit:
    """How the visitor is fitted out: passed in explicitly, never read from settings here.

    `allowed` are networks that are not public and yet may be connected to (development and
    tests). `ca_files` are PEM files trusted besides the system's store.
    """

    user_agent: str = "ProcurementComplianceRegistry/1"
    allowed: tuple[Network, ...] = ()
    ca_files: tuple[str, ...] = ()
    limits: Limits = Limits()
