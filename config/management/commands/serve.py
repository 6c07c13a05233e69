"""`manage.py serve`: the whole registry on this machine, under one supervisor."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from config.embedded import EmbeddedServerError
from config.embedded.places import own_folder, running_as_root
from config.embedded.processes import FileLock
from config.embedded.servers import held
from config.supervisor import Program, Supervisor
from config.supervisor.supervisor import Stopped

HOST = "127.0.0.1"
PYTHON = sys.executable
READY_SECONDS = 60


class Command(BaseCommand):
    """What `make run` runs. The servers are up already: manage.py starts them for every command."""

    help = (
        "Migrate, seed and run web, worker, beat and simulated endpoints until Ctrl-C. "
        "PORT chooses the port, STATE_DIR where data and logs are kept."
    )
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--workers", type=int, default=2, help="processes of the queue's worker"
        )
        parser.add_argument("--no-seed", action="store_true", help="leave the data as they are")

    def handle(self, *args, **options) -> None:
        self.state = Path(settings.STATE_DIR)
        self.logs = self.state / "logs"
        own_folder(self.state, 0o711 if running_as_root() else 0o700)
        self.logs.mkdir(exist_ok=True)
        port = port_chosen()
        refuse_taken_port(port)
        lock = FileLock(self.state / "serve.lock")
        if not lock.acquire(wait=False):
            raise CommandError(f"The registry is running already with its state in {self.state}.")
        try:
            with Supervisor(self.say, self._tend) as supervisor:
                self._bring_up(supervisor, port, options)
                supervisor.watch()
        except Stopped:
            self.say("stopping")
        finally:
            lock.release()

    def say(self, line: str) -> None:
        """One line of progress, at once, also into a pipe."""
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _tend(self) -> None:
        try:
            for kind in held().renew():
                self.say(f"{kind} was gone and is started again")
        except EmbeddedServerError as error:
            self.say(str(error))  # tried again at the next look

    def _bring_up(self, supervisor: Supervisor, port: int, options: dict) -> None:
        self.say("migrating the database")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        self.environment = {"SITE_URL": settings.SITE_URL}
        if settings.DEMONSTRATION:
            self._simulate(supervisor)
        programs = commands(port, options["workers"], self.state)
        self._start(supervisor, "web", programs)  # it loads while we seed
        if not options["no_seed"]:
            self._seed()
        connections.close_all()  # the processes have connections of their own
        self._start(supervisor, "worker", programs)
        self._start(supervisor, "beat", programs)
        self._wait_for_pages(supervisor, port)
        self._summary(port)

    def _start(self, supervisor: Supervisor, name: str, programs: dict[str, list[str]]) -> None:
        self.say(f"starting {name}")
        log = self.logs / f"{name}.log"
        supervisor.start(Program(name, programs[name], log, self.environment))

    def _simulate(self, supervisor: Supervisor) -> None:
        """Start the demonstration's endpoints, and let the other programs near them."""
        call_command("simulate", "--prepare", stdout=StringIO())
        self._start(supervisor, "simulate", {"simulate": [PYTHON, "manage.py", "simulate"]})
        self.environment |= {
            "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
            "PROBE_EXTRA_CA": str(self.state / "simulate" / "ca.pem"),
        }

    def _seed(self) -> None:
        if "seed" not in get_commands():
            return
        self.say("seeding")
        arguments = [] if settings.DEMONSTRATION else ["--reference-only"]
        call_command("seed", *arguments, stdout=self.stdout)

    def _wait_for_pages(self, supervisor: Supervisor, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        supervisor.watch(until=lambda: answers(port) or time.monotonic() > deadline)
        if not answers(port):
            log = self.logs / "web.log"
            lines = log.read_text(errors="replace").splitlines()[-15:]
            raise CommandError("\n".join([f"No page after {READY_SECONDS} s; from {log}:", *lines]))

    def _summary(self, port: int) -> None:
        self.stdout.write(
            f"\nThe registry is at http://{HOST}:{port}/ and stops with Ctrl-C.\n"
            f"  state  {self.state}\n"
            f"  logs   {self.logs}\n"
        )
        for lease in held().leases:
            self.stdout.write(f"  {lease.server.kind:<6} {lease.server.socket}")
        self.stdout.flush()


def commands(port: int, workers: int, state: Path) -> dict[str, list[str]]:
    """The command line of each long-running process, by its name."""
    celery = [PYTHON, "-m", "celery", "--app", "config.celery:app"]
    schedule = state / "beat"
    schedule.mkdir(exist_ok=True)
    web = [PYTHON, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{HOST}:{port}"]
    return {
        "web": [*web, "--preload", "--workers=2", "--threads=4", "--access-logfile=-"],
        "worker": [*celery, "worker", f"--concurrency={workers}", "--loglevel=INFO"],
        "beat": [*celery, "beat", f"--schedule={schedule / 'schedule'}", "--pidfile="],
    }


def refuse_taken_port(port: int) -> None:
    """CommandError if something listens on the port already, or if we may not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {HOST} cannot be used: {error.strerror}. "
                f"Choose another, for example: PORT={port + 1} make run"
            ) from error


def answers(port: int) -> bool:
    """Whether the web process answers a request, with whatever page."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def port_chosen() -> int:
    """PORT, or 8000. CommandError if it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)
