"""One TLS connection: OpenSSL on a socket that never blocks, the event loop to wait with."""

import asyncio
import contextlib
import socket
from functools import lru_cache
from ipaddress import ip_address

from OpenSSL import SSL

from registry.probes.client.certificates import facts_of_chain
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.addresses import Address
from registry.probes.rules.hostnames import matches
from registry.probes.rules.observation import ChainProblem, TlsFacts, Trouble

# OpenSSL hands out one record (16 KiB) at a time, however much room it is given.
_RECORD = 16 * 1024
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_EOF = "unexpected eof while reading"


class TlsStream:
    """Reads and writes plain octets. Used by one task at a time.

    OpenSSL reads the socket itself and only as much as was asked for: a server that sends
    more than that fills its own kernel's buffers, not our memory.
    """

    def __init__(self, context: SSL.Context, host: str):
        self._context, self._host = context, host
        self._problems: list[ChainProblem] = []
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None
        self._tls: SSL.Connection | None = None
        self._broken = False

    async def connect(self, address: Address, port: int) -> None:
        """Open the socket. `OSError` when nobody answers there."""
        self._socket = socket.socket(_FAMILIES[address.version], socket.SOCK_STREAM)
        self._socket.setblocking(False)
        await self._loop.sock_connect(self._socket, (str(address), port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def handshake(self) -> None:
        """Complete the handshake. `RequestTrouble` when the server does not agree to one."""
        self._tls = SSL.Connection(self._context, self._socket)
        self._tls.set_app_data(self._problems)
        self._tls.set_connect_state()
        if not _is_address(self._host):
            self._tls.set_tlsext_host_name(self._host.encode("ascii"))
        while True:
            try:
                self._tls.do_handshake()
                return
            except SSL.WantReadError:
                await self._wait()
            except SSL.Error as error:
                raise RequestTrouble(Trouble.TLS, _why_not(error)) from error

    def write(self, data: bytes) -> None:
        """Send plain octets; a request is small, so nothing waits."""
        try:
            self._tls.sendall(data)
        except SSL.Error:
            # The server has hung up: whoever reads next is told so.
            self._broken = True

    async def read(self) -> bytes:
        """Some plain octets; empty when the server has ended."""
        while not self._broken:
            try:
                return self._tls.recv(_RECORD)
            except SSL.WantReadError:
                await self._wait()
            except (SSL.ZeroReturnError, SSL.SysCallError):
                return b""
            except SSL.Error as error:
                words = _in_words(error)
                if words == _EOF:
                    return b""
                raise RequestTrouble(Trouble.TLS, words) from error
        return b""

    def facts(self) -> TlsFacts:
        """What the completed handshake showed."""
        facts = facts_of_chain(self._tls.get_peer_cert_chain() or [])
        return TlsFacts(
            version=self._tls.get_protocol_version_name(),
            cipher=self._tls.get_cipher_name() or "",
            chain=facts,
            problems=tuple(self._problems),
            name_matches=bool(facts) and _speaks_for(facts[0].names, self._host),
        )

    @property
    def version(self) -> str:
        """OpenSSL's name of the version agreed."""
        return self._tls.get_protocol_version_name()

    def close(self) -> None:
        """Say goodbye if that needs no waiting, and drop the connection."""
        if self._socket is None:
            return
        self._loop.remove_reader(self._socket.fileno())
        if self._tls is not None and not self._broken:
            # Where the handshake was not complete, or the server has gone, nobody is greeted.
            with contextlib.suppress(SSL.Error):
                self._tls.shutdown()
        self._socket.close()
        self._socket = None

    async def _wait(self) -> None:
        """Until there is something to read, be it the end."""
        waiter = self._loop.create_future()
        descriptor = self._socket.fileno()
        self._loop.add_reader(descriptor, _wake, self._loop, descriptor, waiter)
        await waiter


def _wake(loop: asyncio.AbstractEventLoop, descriptor: int, waiter: asyncio.Future) -> None:
    # Watched once: an answer that nobody reads at the moment must not spin the loop.
    loop.remove_reader(descriptor)
    if not waiter.done():
        waiter.set_result(None)


@lru_cache(maxsize=4096)
def _speaks_for(names: tuple[str, ...], host: str) -> bool:
    return matches(host, names)


def _is_address(host: str) -> bool:
    if not host[-1:].isdigit() and ":" not in host:
        return False
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _why_not(error: SSL.Error) -> str:
    """Why a handshake failed."""
    words = _in_words(error)
    if isinstance(error, SSL.ZeroReturnError | SSL.SysCallError) or words == _EOF:
        return "the server closed the connection during the handshake"
    return words


def _in_words(error: SSL.Error) -> str:
    """OpenSSL's own reasons, without its library names."""
    queue = error.args[0] if error.args and isinstance(error.args[0], list) else []
    reasons = [entry[2] for entry in queue if len(entry) > 2 and entry[2]]
    return "; ".join(reasons) or "the handshake failed"
