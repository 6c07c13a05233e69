"""The client's outfit as the settings ask for it. The client itself reads no settings."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings

from registry.common.errors import RuleBroken
from registry.probes.client import Limits, Outfit, Visitor
from registry.probes.client.contexts import holds_certificates
from registry.probes.rules.addresses import Network, parse_networks
from registry.probes.rules.months import Keeping
from registry.probes.rules.proofs import MAX_FILE_BYTES

# Seconds for the file that proves control of a host.
PROOF_DEADLINE_SECONDS = 10.0


class BadOutfit(RuleBroken):
    """A network or a file of certificates that cannot be used."""


def allowed_networks() -> tuple[Network, ...]:
    """The networks that are not public and yet may be probed (PROBE_ALLOWED_NETWORKS)."""
    return _networks(settings.PROBE_ALLOWED_NETWORKS)


def outfit(*, networks: Iterable[str] = (), ca_files: Iterable[str] = ()) -> Outfit:
    """What the settings say, with further networks and files of trusted certificates."""
    files = [name for name in (settings.PROBE_EXTRA_CA, *ca_files) if name]
    for name in files:
        if not Path(name).is_file():
            raise BadOutfit(f"There is no file of certificates at {name}.")
        if not holds_certificates(name):
            raise BadOutfit(f"No certificate can be read from {name}: it must be a PEM file.")
    return Outfit(
        user_agent=user_agent(),
        allowed=allowed_networks() + _networks(networks),
        ca_files=tuple(files),
        limits=Limits(
            visit=getattr(settings, "PROBE_DEADLINE_SECONDS", Limits.visit),
        ),
    )


def proving_outfit() -> Outfit:
    """What looks for proofs of control wears: a file is short, and soon there."""
    kit = outfit()
    wait = min(kit.limits.visit, PROOF_DEADLINE_SECONDS)
    return replace(kit, limits=replace(kit.limits, visit=wait, body_bytes=MAX_FILE_BYTES))


def name_servers() -> tuple[tuple[str, int], ...]:
    """The resolvers that are asked for proofs (PROBE_DNS_SERVERS); empty is the system's."""
    return tuple(_name_server(text) for text in settings.PROBE_DNS_SERVERS)


def _name_server(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":")
    if _is_address(text.strip("[]")):
        return text.strip("[]"), 53
    if colon and _is_address(address.strip("[]")) and port.isascii() and port.isdigit():
        return address.strip("[]"), int(port)
    raise BadOutfit(
        f"“{text}” is no resolver: PROBE_DNS_SERVERS takes addresses, such as 9.9.9.9 or "
        "[2620:fe::fe]:53."
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def keeping() -> Keeping:
    """For how long visits are kept (PROBE_KEEP_DAYS, PROBE_KEEP_FAILURE_DAYS)."""
    try:
        return Keeping(settings.PROBE_KEEP_DAYS, settings.PROBE_KEEP_FAILURE_DAYS)
    except ValueError as error:
        raise BadOutfit(f"Visits cannot be kept so: {error}.") from error


def prechecks_kept_for() -> int:
    """For how many days pre-checks are kept (PRECHECK_KEEP_DAYS)."""
    return settings.PRECHECK_KEEP_DAYS


def user_agent() -> str:
    """Names the service and where its owner can be met, as polite visitors do."""
    return f"ProcurementComplianceRegistry/1 (+{settings.SITE_URL.rstrip('/')}/about-probing/)"


@lru_cache(maxsize=8)
def visitor(kit: Outfit) -> Visitor:
    """The process's own visitor for an outfit: its TLS contexts are made once."""
    return Visitor(kit)


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    try:
        return parse_networks(texts)
    except ValueError as error:
        raise BadOutfit(f"This is not a network: {error}.") from error
