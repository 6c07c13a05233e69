"""Which addresses a worker may connect to: public ones, and those allowed by name.

After IANA's special-purpose address registries (RFC 6890 and its updates). Addresses that
carry another address inside (IPv4-mapped, NAT64, 6to4, Teredo) are refused whole: no honest
name resolves to one, and each is a way round the list.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_V4 = [
    (IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
_REFUSED_V6 = [
    (IPv6Network(network), why)
    for network, why in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("100::/64", "discard-only"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
]
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# A last label that starts like a number makes the whole host a number to some resolvers.
_NUMERIC_LABEL = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)$")


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks from text; `ValueError` names the one that is not a network."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_listed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether `address` lies in any of `networks`."""
    return any(address.version == net.version and address in net for net in networks)


def refusal(address: Address, allowed: Sequence[Network] = ()) -> str:
    """Why a worker may not connect to `address`; empty when it may."""
    if is_listed(address, allowed):
        return ""
    refused = _REFUSED_V4 if address.version == 4 else _REFUSED_V6
    for network, why in refused:
        if address in network:
            return f"{address} is not a public address ({why})"
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return f"{address} is not a public address (not global unicast)"
    return ""


def literal_address(host: str) -> Address | None:
    """The address that `host` writes out, or `None` when it is a name.

    `ValueError` for the notations that hide an address: octal, decimal, hexadecimal,
    shortened, or with a zone.
    """
    if ":" in host:
        if "%" in host:
            raise ValueError("an address may not name a network interface")
        return IPv6Address(host)
    if not _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return None
    try:
        return ip_address(host)
    except ValueError as error:
        raise ValueError(
            f"“{host}” is an address in an unusual notation; write four decimal numbers"
        ) from error
