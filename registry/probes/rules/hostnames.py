"""Whether a certificate speaks for a host: RFC 9525 (subject alternative names only)."""

from collections.abc import Iterable
from ipaddress import ip_address


def matches(host: str, names: Iterable[str]) -> bool:
    """Whether any of `names` (DNS names and addresses of a certificate) covers `host`.

    A wildcard stands for exactly one whole left-most label, never for a top-level name.
    """
    wanted = host.lower().rstrip(".")
    address = _address(wanted)
    return any(_covers(name.lower().rstrip("."), wanted, address) for name in names)


def _covers(name: str, wanted: str, address) -> bool:
    if address is not None:
        return _address(name) == address
    if not name.startswith("*."):
        return name == wanted
    first, _, rest = wanted.partition(".")
    return bool(first) and rest == name[2:] and "." in rest


def _address(text: str):
    try:
        return ip_address(text)
    except ValueError:
        return None
