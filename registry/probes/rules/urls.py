"""Which URLs may be probed, before any name is resolved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from registry.probes.rules.addresses import Address, Network, literal_address, refusal

MAX_URL_LENGTH = 500
HTTPS_PORT = 443
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# Halves of surrogate pairs are what Python makes of bytes that are no UTF-8.
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\x9f\\\s\ud800-\udfff]")
_LOOPBACK_NAME = "localhost"
_ORIGIN = re.compile(r"[^/]*//[^/?#]*")


class UrlRefused(ValueError):
    """The URL may not be probed; the message says why, in words fit for a page."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, safe to put into a request. `host` is ASCII and lower case."""

    url: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The `Host` header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == HTTPS_PORT else f"{name}:{self.port}"

    @property
    def origin(self) -> tuple[str, int]:
        """What a connection can be shared for."""
        return (self.host, self.port)


def parse_target(url: str, *, allowed: Sequence[Network] = ()) -> Target:
    """Take `url` apart. `UrlRefused` unless it is plain https to a host that may be public.

    A literal address is judged here; a name is judged again when it has been resolved.
    """
    if len(url) > MAX_URL_LENGTH:
        raise UrlRefused(f"The URL is longer than {MAX_URL_LENGTH} characters.")
    if _FORBIDDEN_CHARACTERS.search(url):
        raise UrlRefused("The URL contains a space, a backslash or a control character.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UrlRefused(f"This is not a URL: {error}.") from error
    if parts.scheme != "https":
        raise UrlRefused("The URL must start with https://.")
    if "@" in parts.netloc:
        raise UrlRefused("The URL must not contain a user name or a password.")
    if not parts.hostname:
        raise UrlRefused("The URL names no host.")
    if port == 0:
        raise UrlRefused("Port 0 cannot be connected to.")
    host = _ascii_host(parts.hostname)
    address = _address_of(host, allowed)
    path = _request_path(parts.path, parts.query)
    return Target(url.partition("#")[0], host, port or HTTPS_PORT, path, address)


def sibling_target(target: Target, url: str, *, allowed: Sequence[Network] = ()) -> Target:
    """`parse_target(url)`, for less where `url` is at the origin of a `target` judged already."""
    origin = _ORIGIN.match(target.url)[0]
    rest = url[len(origin) :]
    if not (rest.startswith("/") and url.startswith(origin) and len(url) <= MAX_URL_LENGTH):
        return parse_target(url, allowed=allowed)
    if _FORBIDDEN_CHARACTERS.search(url):
        return parse_target(url, allowed=allowed)
    whole = url.partition("#")[0]
    path = _ascii_path(whole[len(origin) :])
    return Target(whole, target.host, target.port, path, target.address)


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL that was judged, in lower case: where TLS is spoken."""
    return _ORIGIN.match(url)[0].lower()


def authority_of(url: str) -> str:
    """Host, and port where it is unusual, of a registered URL; empty of one that has none.

    What `Target.authority` says, without judging the address: of what is registered already.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS_PORT
        host = _ascii_host(parts.hostname or "")
    except (ValueError, UrlRefused):
        return ""
    return Target(url, host, port, "/", None).authority if host else ""


def parse_authority(text: str, *, allowed: Sequence[Network] = ()) -> str:
    """The authority that a person typed as "host", "host:port" or a whole address.

    `UrlRefused` unless it could be probed.
    """
    text = text.strip()
    return parse_target(text if "://" in text else f"https://{text}", allowed=allowed).authority


def redirect_target(base: str, location: str, *, allowed: Sequence[Network] = ()) -> Target:
    """The target of a redirect, under the same rules as any URL."""
    try:
        url = urljoin(base, location)
    except ValueError as error:
        raise UrlRefused(f"The redirect leads to no URL: {error}.") from error
    return parse_target(url, allowed=allowed)


def _ascii_host(host: str) -> str:
    if ":" in host:
        return host
    try:
        text = host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise UrlRefused(f"“{host}” is not a host name.") from error
    return text.lower().rstrip(".")


def _address_of(host: str, allowed: Sequence[Network]) -> Address | None:
    try:
        address = literal_address(host)
    except ValueError as error:
        raise UrlRefused(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    if address is None:
        if not all(_LABEL.fullmatch(label) for label in host.split(".")):
            raise UrlRefused(f"“{host}” is not a host name.")
        if host == _LOOPBACK_NAME or host.endswith("." + _LOOPBACK_NAME):
            _refuse(literal_address("127.0.0.1"), allowed)
        return None
    _refuse(address, allowed)
    return address


def _refuse(address: Address, allowed: Sequence[Network]) -> None:
    why = refusal(address, allowed)
    if why:
        raise UrlRefused(f"The registry probes public addresses only: {why}.")


def _request_path(path: str, query: str) -> str:
    """The request's target, ASCII: other characters are percent-encoded as UTF-8."""
    return _ascii_path((path or "/") + (f"?{query}" if query else ""))


def _ascii_path(raw: str) -> str:
    if raw.isascii():
        return raw
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in raw)
