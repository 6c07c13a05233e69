"""The client's outfit as the settings ask for it. The client itself reads no settings."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from registry.common.errors import RuleBroken
from registry.probes.client import Limits, Outfit, Visitor
from registry.probes.client.contexts import holds_certificates
from registry.probes.rules.addresses import Network, parse_networks
from registry.probes.rules.months import Keeping


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


@lru_cache(maxsize=4)
def visitor(kit: Outfit) -> Visitor:
    """The process's own visitor for an outfit: its TLS contexts are made once."""
    return Visitor(kit)


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    try:
        return parse_networks(texts)
    except ValueError as error:
        raise BadOutfit(f"This is not a network: {error}.") from error
