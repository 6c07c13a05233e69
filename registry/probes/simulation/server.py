"""A small HTTPS server whose behaviour can be changed while it runs."""

import asyncio
import logging
import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from registry.probes.simulation.behaviours import Behaviour, Reply, reply, server_context

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
_MAX_REQUEST = 64 * 1024
_HANDSHAKE_SECONDS = 10.0


class SimulatedServer:
    """Listens on one port of loopback; `behaviour` is read anew at every connection.

    So are `tokens`, what proves control of the host, at every request.

    While it is dead it does not listen, so that a connection is refused.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        behaviour: Callable[[], Behaviour],
        tokens: Callable[[], Sequence[str]] = tuple,
    ):
        self._folder, self._behaviour, self._tokens = folder, behaviour, tokens
        self.port = port
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task] = set()
        self.turns: defaultdict[str, int] = defaultdict(int)

    async def start(self) -> None:
        """Take the port. `OSError` when it is taken."""
        self._listen()
        await self.settle()

    async def settle(self) -> None:
        """Listen, or stop listening, as the behaviour asks."""
        dead = self._behaviour() is Behaviour.DEAD
        if dead and self._listener:
            await self._stop_listening()
        elif not dead and self._listener is None:
            self._listen()

    async def stop(self) -> None:
        """Close the port and every connection."""
        await self._stop_listening()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        try:
            listener.bind((HOST, self.port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._accepting = self._spawn(self._accept(listener))

    async def _stop_listening(self) -> None:
        if self._listener is None:
            return
        self._accepting.cancel()
        await asyncio.gather(self._accepting, return_exceptions=True)
        self._listener.close()
        self._listener = None

    def _spawn(self, coroutine) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            self._spawn(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        behaviour = self._behaviour()
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_MAX_REQUEST)
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol,
                connection,
                ssl=server_context(self._folder, behaviour),
                ssl_handshake_timeout=_HANDSHAKE_SECONDS,
            )
        except (ssl.SSLError, OSError) as error:
            logger.debug("no handshake on port %d: %s", self.port, error)
            connection.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._converse(reader, writer, behaviour)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            logger.debug("conversation on port %d ended: %s", self.port, error)
        finally:
            transport.abort()

    async def _converse(self, reader, writer, behaviour: Behaviour) -> None:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            path = _path(request)
            answer = reply(
                behaviour,
                path,
                base=f"https://{HOST}:{self.port}",
                turn=self.turns[path],
                tokens=self._tokens(),
            )
            self.turns[path] += 1
            if answer.delay:
                await asyncio.sleep(answer.delay)
            writer.write(_octets(answer))
            await writer.drain()


def _path(request: bytes) -> str:
    line = request.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    return (line[1] if len(line) > 1 else "/").partition("?")[0]


def _octets(answer: Reply) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    head = (
        f"HTTP/1.1 {answer.status}\r\n"
        f"Content-Type: {answer.content_type}\r\n"
        f"Content-Length: {len(answer.body)}\r\n"
        f"Server: simulation\r\n{more}\r\n"
    )
    return head.encode() + answer.body
