"""The addresses of the database and the broker: those given, or embedded servers' own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import environ

from config.embedded import places
from config.embedded.leases import Lease
from config.embedded.postgres import Postgres

VARIABLES = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}


class Servers:
    """What ensure_servers gives: addresses, and the leases behind the embedded ones."""

    def __init__(self, state: Path, leases: list[Lease]) -> None:
        self.state = state
        self.leases = leases

    @property
    def database_url(self) -> str:
        """The address Django uses."""
        return os.environ["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        """The address redis-py uses; see the settings for Celery's form of it."""
        return os.environ["REDIS_URL"]

    @property
    def started(self) -> list[str]:
        """The servers this process started, rather than joined or was given."""
        return [lease.server.kind for lease in self.leases if lease.started]

    def psql_environment(self) -> dict[str, str]:
        """Variables that let psql find the embedded database; none where it is another."""
        found: dict[str, str] = {}
        for lease in self.leases:
            if isinstance(lease.server, Postgres):
                found = lease.server.psql_environment()
        return found

    def renew(self) -> list[str]:
        """Bring back embedded servers whose keeper was killed; names those it had to."""
        return [lease.server.kind for lease in self.leases if lease.renew()]


_held: list[Servers] = []


def held() -> Servers:
    """The servers of the block we are in; LookupError outside of one."""
    if not _held:
        raise LookupError("no block of ensure_servers is open")
    return _held[-1]


def read_env_file(path: Path = places.PROJECT / ".env") -> None:
    """Take settings from .env for what the environment does not say itself."""
    if path.is_file():
        environ.Env.read_env(path)


def local_unless_told() -> None:
    """Without SECRET_KEY this is somebody's own machine; the settings ask LOCAL to know.

    Only manage.py and the tests do this: a web server started by itself refuses instead.
    """
    if not os.environ.get("SECRET_KEY"):
        os.environ.setdefault("LOCAL", "true")
        os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")


@contextmanager
def ensure_servers(
    *, throw_away: bool = False, say: Callable[[str], None] = lambda line: None
) -> Iterator[Servers]:
    """Have a database and a broker for the length of the block, and their addresses in os.environ.

    DATABASE_URL and REDIS_URL are used where set. For what is not set, the running embedded server
    of STATE_DIR is joined, or started; `throw_away` starts a new one in a folder of its own that is
    removed afterwards. Raises EmbeddedServerError where that cannot be.
    """
    for kind, variable in VARIABLES.items():
        if os.environ.get(variable):
            say(f"{kind}: as {variable} says")
    missing = [kind for kind, variable in VARIABLES.items() if not os.environ.get(variable)]
    fresh = throw_away and missing
    state = places.throw_away_folder() if fresh else places.state_folder()
    before = dict(os.environ)
    os.environ["STATE_DIR"] = str(state)
    leases: list[Lease] = []
    try:
        for kind in missing:
            lease = Lease(kind, state, throw_away=throw_away)
            lease.take()
            leases.append(lease)
            os.environ[VARIABLES[kind]] = lease.server.url
            say(f"{kind}: {'started' if lease.started else 'joined'}, {lease.server.socket}")
        _held.append(Servers(state, leases))
        yield _held[-1]
    finally:
        _held.clear()
        for name in ("STATE_DIR", *VARIABLES.values()):
            _restore(name, before)
        _give_back(leases)
        if fresh:
            shutil.rmtree(state, ignore_errors=True)


def _restore(name: str, before: dict[str, str]) -> None:
    if name in before:
        os.environ[name] = before[name]
    else:
        os.environ.pop(name, None)


def _give_back(leases: list[Lease]) -> None:
    for lease in leases:
        lease.users.release()  # both first, so that both servers stop at once
    for lease in leases:
        lease.give_back()
