"""One TLS connection: OpenSSL over memory, octets carried by the event loop."""

import asyncio
from ipaddress import ip_address

from OpenSSL import SSL

from registry.probes.client.certificates import facts_of
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.hostnames import matches
from registry.probes.rules.observation import ChainProblem, TlsFacts, Trouble

_CHUNK = 64 * 1024
# Octets received ahead of what was asked for, at which we stop reading from the socket.
_AHEAD = 512 * 1024


class TlsStream(asyncio.Protocol):
    """Reads and writes plain octets. Used by one task at a time."""

    def __init__(self, context: SSL.Context, host: str):
        self._host = host
        self._problems: list[ChainProblem] = []
        self._tls = SSL.Connection(context, None)
        self._tls.set_app_data(self._problems)
        self._tls.set_connect_state()
        if not _is_address(host):
            self._tls.set_tlsext_host_name(host.encode("ascii"))
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future | None = None
        self._ended = False
        self._ahead = 0

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._tls.bio_write(data)
        self._ahead += len(data)
        if self._ahead > _AHEAD:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = True
        self._wake()

    # What the client calls.

    async def handshake(self) -> None:
        """Complete the handshake. `RequestTrouble` when the server does not agree to one."""
        while True:
            try:
                self._tls.do_handshake()
                self._flush()
                return
            except SSL.WantReadError:
                self._flush()
                if not await self._more():
                    raise RequestTrouble(
                        Trouble.TLS, "the server closed the connection during the handshake"
                    ) from None
            except SSL.Error as error:
                self._flush()
                raise RequestTrouble(Trouble.TLS, _in_words(error)) from error

    def write(self, data: bytes) -> None:
        """Send plain octets; a request is small, so nothing waits."""
        self._tls.sendall(data)
        self._flush()

    async def read(self) -> bytes:
        """Some plain octets; empty when the server has ended."""
        while True:
            try:
                return self._tls.recv(_CHUNK)
            except SSL.WantReadError:
                self._flush()
                if not await self._more():
                    return b""
            except (SSL.ZeroReturnError, SSL.SysCallError):
                return b""
            except SSL.Error as error:
                raise RequestTrouble(Trouble.TLS, _in_words(error)) from error

    def facts(self) -> TlsFacts:
        """What the completed handshake showed."""
        chain = self._tls.get_peer_cert_chain(as_cryptography=True) or []
        facts = tuple(facts_of(certificate) for certificate in chain)
        return TlsFacts(
            version=self._tls.get_protocol_version_name(),
            cipher=self._tls.get_cipher_name() or "",
            chain=facts,
            problems=tuple(self._problems),
            name_matches=bool(facts) and matches(self._host, facts[0].names),
        )

    @property
    def version(self) -> str:
        """OpenSSL's name of the version agreed."""
        return self._tls.get_protocol_version_name()

    def close(self) -> None:
        """Say goodbye if that needs no waiting, and drop the connection."""
        if self._transport is None:
            return
        if not self._ended:
            try:
                self._tls.shutdown()
                self._flush()
            except SSL.Error:
                # The handshake was not complete: there is nobody to say goodbye to.
                pass
        self._transport.abort()

    def _flush(self) -> None:
        while True:
            try:
                data = self._tls.bio_read(_CHUNK)
            except SSL.WantReadError:
                return
            self._transport.write(data)

    async def _more(self) -> bool:
        """Wait for octets from the network; false when there will be none."""
        if self._ended:
            return False
        if self._ahead > _AHEAD:
            self._transport.resume_reading()
        self._ahead = 0
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        return True

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _in_words(error: SSL.Error) -> str:
    """OpenSSL's own reasons, without its library names."""
    queue = error.args[0] if error.args and isinstance(error.args[0], list) else []
    reasons = [entry[2] for entry in queue if len(entry) > 2 and entry[2]]
    return "; ".join(reasons) or "the handshake failed"
