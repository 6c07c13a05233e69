"""The narrow interface between a visit and the network, and its OpenSSL implementation.

To replace the transport, write another `Transport`: a visit uses nothing else.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Protocol

from registry.probes.client.contexts import legacy_context, main_context
from registry.probes.client.http import Answer, AnswerReader
from registry.probes.client.limits import Limits, Outfit
from registry.probes.client.stream import TlsStream
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.addresses import Address
from registry.probes.rules.observation import LegacyFacts, TlsFacts, Trouble
from registry.probes.rules.urls import Target


class Connection(Protocol):
    """An open connection to one origin. `connect_seconds` and `tls_seconds` say what it took."""

    tls: TlsFacts
    connect_seconds: float
    tls_seconds: float

    async def get(self, target: Target, headers: dict[str, str]) -> Answer:
        """One GET. `RequestTrouble` when it brings no whole answer."""

    @property
    def usable(self) -> bool:
        """Whether another GET may be sent."""

    @property
    def first_byte_at(self) -> float | None:
        """The loop's time when the last answer began."""

    def close(self) -> None:
        """Drop the connection."""


class Transport(Protocol):
    """Opens connections to addresses that were judged already."""

    async def open(
        self, target: Target, address: Address, *, connected: Callable[[], None] | None = None
    ) -> Connection:
        """Connect and complete a handshake. `RequestTrouble` when that fails.

        `connected`, which is given only where somebody waits, is called between the two.
        """

    async def ask_legacy(self, target: Target, address: Address) -> LegacyFacts:
        """Whether TLS 1.0 or 1.1 is still accepted. Never raises `RequestTrouble`."""


class OpenSslTransport:
    """TLS by OpenSSL over memory, carried by asyncio's own sockets."""

    def __init__(self, outfit: Outfit):
        self._limits = outfit.limits
        self._context = main_context(outfit.ca_files)

    async def open(
        self, target: Target, address: Address, *, connected: Callable[[], None] | None = None
    ) -> "OpenSslConnection":
        loop = asyncio.get_running_loop()
        started = loop.time()
        stream = TlsStream(self._context, target.host)
        try:
            await self._connect(stream, target, address)
            there = loop.time()
            if connected:
                connected()
            await stream.handshake()
            facts = stream.facts()
        except BaseException:
            stream.close()
            raise
        done = loop.time()
        return OpenSslConnection(stream, facts, self._limits, there - started, done - there)

    async def ask_legacy(self, target: Target, address: Address) -> LegacyFacts:
        stream = TlsStream(legacy_context(), target.host)
        try:
            await self._connect(stream, target, address)
            await stream.handshake()
            return LegacyFacts(asked=True, accepted=stream.version)
        except RequestTrouble as trouble:
            # A refused handshake is an answer; a connection that was not made is none.
            return LegacyFacts(asked=trouble.trouble is Trouble.TLS, detail=trouble.detail)
        finally:
            stream.close()

    async def _connect(self, stream: TlsStream, target: Target, address: Address) -> None:
        where = f"{address} port {target.port}"
        try:
            async with asyncio.timeout(self._limits.connect):
                await stream.connect(address, target.port)
        except TimeoutError as error:
            raise RequestTrouble(
                Trouble.CONNECT, f"{where}: no connection within {self._limits.connect:g} s"
            ) from error
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno else str(error)
            raise RequestTrouble(Trouble.CONNECT, f"{where}: {reason}") from error


class OpenSslConnection:
    """A `Connection` over one `TlsStream`."""

    def __init__(
        self,
        stream: TlsStream,
        tls: TlsFacts,
        limits: Limits,
        connect_seconds: float,
        tls_seconds: float,
    ):
        self.tls = tls
        self.connect_seconds = connect_seconds
        self.tls_seconds = tls_seconds
        self.first_byte_at: float | None = None
        self.usable = True
        self._stream = stream
        self._limits = limits
        self._asked = 0

    async def get(self, target: Target, headers: dict[str, str]) -> Answer:
        loop = asyncio.get_running_loop()
        reader = AnswerReader(self._limits)
        self._asked += 1
        self.usable = False
        self._stream.write(_request(target, headers))
        while not reader.complete:
            data = await self._stream.read()
            if data and not reader.begun:
                self.first_byte_at = loop.time()
            if not data and not reader.begun and self._asked > 1:
                raise StaleConnection
            reader.feed(data)
        answer = reader.answer()
        self.usable = answer.reusable
        return answer

    def close(self) -> None:
        self.usable = False
        self._stream.close()


class StaleConnection(Exception):
    """The server closed a kept connection before it took the request: ask on a new one."""


def _request(target: Target, headers: dict[str, str]) -> bytes:
    lines = [f"GET {target.path} HTTP/1.1", f"Host: {target.authority}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
