"""One simulated endpoint in this process, for tests: a server in a thread of its own."""

import asyncio
import tempfile
import threading
from pathlib import Path

from registry.probes.simulation.authority import Authority
from registry.probes.simulation.behaviours import Behaviour
from registry.probes.simulation.server import HOST, SimulatedServer

_SECONDS = 10


class SimulatedEndpoint:
    """`with SimulatedEndpoint(behaviour="conformant") as endpoint:` – then `.url`, `.switch()`.

    `folder` keeps the certificates; without one they are made anew, which takes some
    milliseconds. `port` 0 takes a free one.
    """

    def __init__(
        self,
        behaviour: str = "conformant",
        *,
        folder: Path | None = None,
        path: str = "/r4",
        port: int = 0,
    ):
        self._behaviour = Behaviour(behaviour)
        self._own = None if folder else tempfile.TemporaryDirectory(prefix="simulation-")
        self._authority = Authority(folder or Path(self._own.name)).ensure()
        self._path = path
        self._loop = asyncio.new_event_loop()
        self._tokens: tuple[str, ...] = ()
        self._server = SimulatedServer(
            self._authority.folder, port, lambda: self._behaviour, lambda: self._tokens
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "SimulatedEndpoint":
        self._thread.start()
        self._run(self._server.start())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()
        if self._own:
            self._own.cleanup()

    @property
    def url(self) -> str:
        """The endpoint's address, by a literal address of loopback."""
        return f"https://{HOST}:{self._server.port}{self._path}"

    @property
    def ca_file(self) -> Path:
        """The authority to trust."""
        return self._authority.ca_file

    def switch(self, behaviour: str) -> None:
        """Behave so from the next connection on."""
        self._behaviour = Behaviour(behaviour)
        self._run(self._server.settle())

    def publish(self, *tokens: str) -> None:
        """Prove control of the host to whoever looks for one of these tokens, and no other."""
        self._tokens = tokens

    def _run(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_SECONDS)
