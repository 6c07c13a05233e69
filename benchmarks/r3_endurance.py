"""R3: kill whatever probes, again and again, and see that nothing is lost or done twice.

Fills a database of its own with `--endpoints` endpoints (one product in ten is about to fail: two
failures of the last day are on record and its server speaks TLS 1.0 only), starts a worker and a
beat, and kills one program after the other with SIGKILL: the worker, one of its processes, the
beat, Valkey, PostgreSQL. What a supervisor would start again is started again. When every endpoint
was visited and nothing is owed any more, the books are compared: one visit a due time, one turn a
check, one case a failing product, an audit chain that is whole. The endpoints are real TLS servers
on loopback, and the run is bounded.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from config.embedded import ensure_servers  # noqa: E402

CHECK = "tls.version"
LONGEST = 1500
# The quick retry after a first failure comes 13 minutes later at the earliest: visits nearer to
# each other than this are of one due time.
APART = timedelta(minutes=12)
VICTIMS = ("worker", "process of the worker", "beat", "valkey", "postgres")
CELERY = (sys.executable, "-m", "celery", "--app", "config.celery:app")
_SERVER = """
import sys, time
from pathlib import Path
from registry.probes.simulation import SimulatedEndpoint
with SimulatedEndpoint(sys.argv[1], folder=Path(sys.argv[2])) as endpoint:
    print(endpoint.url, flush=True)
    time.sleep(3600)
"""


def main() -> int:
    """Print the figures, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pause", type=float, default=6.0, help="most seconds between two kills")
    parser.add_argument("--claim", type=int, default=60, help="seconds a claim stands")
    parser.add_argument("--seed", type=int, default=20180917)
    sizes = parser.parse_args()
    # Where the database's account may look, which is not everybody's folder of temporary files.
    with tempfile.TemporaryDirectory(prefix="endurance-", dir="/var/tmp") as folder:  # noqa: S108
        Path(folder).chmod(0o755)
        _fit_out(Path(folder), sizes.claim)
        # Not a throw-away database: those forget what they promised when they are killed.
        with ensure_servers() as servers, _simulated(Path(folder)) as urls:
            import django

            django.setup()
            return _endure(sizes, Path(folder), servers.state, urls)


def _fit_out(folder: Path, claim: int) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "LOCAL": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATE_DIR": str(folder / "state"),
        "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PROBE_EXTRA_CA": str(folder / "ca.pem"),
        # A dead worker's endpoints are free again after this, so that the run ends in minutes.
        "PROBE_CLAIM_SECONDS": str(claim),
    }


@contextmanager
def _simulated(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a conformant server and of one with TLS 1.0 only."""
    servers = []
    try:
        for behaviour in ("conformant", "tls10"):
            command = [sys.executable, "-c", _SERVER, behaviour, str(folder)]
            servers.append(
                subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
            )
            # One after the other: the first makes the certificates for both.
            servers[-1].url = servers[-1].stdout.readline().strip()
        yield tuple(server.url for server in servers)
    finally:
        for server in servers:
            server.terminate()
            server.wait()


class Programs:
    """The worker and the beat, started again whenever they are found dead."""

    def __init__(self, folder: Path, state: Path):
        self._state = state
        self._commands = {
            "worker": [*CELERY, "worker", "--concurrency=2", "--loglevel=CRITICAL"],
            "beat": [*CELERY, "beat", f"--schedule={folder / 'schedule'}", "--pidfile="],
        }
        self._running: dict[str, subprocess.Popen] = {}

    def tend(self) -> None:
        """Start what does not run."""
        for name, command in self._commands.items():
            if name not in self._running or self._running[name].poll() is not None:
                self._running[name] = subprocess.Popen(
                    command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )

    def kill(self, victim: str) -> None:
        """Kill it, once it is there: it may be about to be started again, on a busy machine."""
        for _ in range(600):
            self.tend()
            with suppress(OSError, ValueError, IndexError):
                os.kill(self._pid(victim), signal.SIGKILL)
                return
            time.sleep(0.2)
        raise SystemExit(f"there was no {victim} to kill for two minutes")

    def _pid(self, victim: str) -> int:
        if victim == "postgres":
            pid_file = self._state / "postgres" / "data" / "postmaster.pid"
            return int(pid_file.read_text().split()[0])
        if victim == "valkey":
            return _children_of("valkey-server", str(self._state))[0]
        if victim == "process of the worker":
            return random.choice(_children(self._running["worker"].pid))  # noqa: S311
        return self._running[victim].pid

    def end(self) -> None:
        """Stop both, whatever state they are in."""
        for program in self._running.values():
            for child in (*_children(program.pid), program.pid):
                with suppress(OSError):
                    os.kill(child, signal.SIGKILL)
            program.wait()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _children_of(program: str, folder: str) -> list[int]:
    """Processes of `program` whose command line names `folder`."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = line.read_text().replace("\0", " ")
            if program in words.split(" ", 1)[0] and folder in words:
                found.append(int(line.parent.name))
    return found


def _endure(sizes: argparse.Namespace, folder: Path, state: Path, urls: tuple[str, str]) -> int:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    failing = _fill(sizes.endpoints, *urls)
    programs = Programs(folder, state)
    chosen = random.Random(sizes.seed)  # noqa: S311 - which program is killed next
    killed: dict[str, int] = dict.fromkeys(VICTIMS, 0)
    started = time.monotonic()
    try:
        programs.tend()
        # Each as often as the others, in no order that anything could get used to.
        victims = [VICTIMS[number % len(VICTIMS)] for number in range(sizes.kills)]
        for victim in chosen.sample(victims, len(victims)):
            _rest(programs, chosen.uniform(0.3, 1) * sizes.pause)
            programs.kill(victim)
            killed[victim] += 1
        while (left := _asked(_left)) and time.monotonic() - started < LONGEST:
            _rest(programs, 2)
        took = time.monotonic() - started
    finally:
        programs.end()
    from procurement.phaseout.tasks import flag_due

    # What a whole day's beats would do, twice.
    for _ in range(2):
        flag_due()
    return _figures(sizes, took, killed, left, failing)


def _rest(programs: Programs, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        programs.tend()
        time.sleep(0.2)


def _asked(question: Callable[[], int]) -> int:
    """The answer of the database, waited for while it is being started again."""
    from django.db import DatabaseError, InterfaceError, connection

    for _ in range(300):
        try:
            return question()
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.2)
    raise SystemExit("the database did not come back within a minute")


def _left() -> int:
    """Endpoints that nobody visited yet, and products whose refresh is owed."""
    from registry.compliance.models import RefreshOwed
    from registry.probes.models import Endpoint

    unvisited = Endpoint.objects.filter(last_probed_at=None).count()
    return unvisited + RefreshOwed.objects.count()


def _fill(endpoints: int, good: str, bad: str) -> int:
    """Ten endpoints a product, ten products a failing one; gives how many are failing."""
    from registry.probes.models import CheckSpell, CheckState, Endpoint
    from tests import factories

    now = datetime.now(UTC)
    standard = factories.make_standard("RFC8996", required=(date(2024, 1, 1), None))
    factories.make_criterion(
        factories.make_version(standard, "2021"), "TLS", proofs=(), check_id=CHECK
    )
    failing = 0
    for number in range(0, endpoints, 10):
        product = factories.make_product(f"product-{number}")
        fails = number % 100 == 0
        failing += fails
        made = [
            factories.make_endpoint(product, f"{bad if fails else good}/{number + place}")
            for place in range(min(10, endpoints - number))
        ]
        Endpoint.objects.filter(pk__in=[row.pk for row in made]).update(
            host=f"host{number}.example"
        )
        if not fails:
            continue
        for row in made:
            CheckSpell.objects.create(
                endpoint=row, check_id=CHECK, result="pass", period=row.in_service
            )
            CheckState.objects.create(
                endpoint=row,
                check_id=CHECK,
                result="pass",
                since=row.in_service.lower,
                last_conclusive_at=now - timedelta(hours=6),
                failing_since=now - timedelta(hours=25),
                failures=2,
                recent="PFF",
            )
    return failing


# Every pair of visits to one endpoint that are of one due time.
_TWICE = """
    SELECT count(*) FROM (
        SELECT at - lag(at) OVER (PARTITION BY endpoint_id ORDER BY at) AS pause
        FROM probes_probe WHERE scheduled
    ) AS visits WHERE pause < %s
"""
# Endpoints of which no turn is told, or more than the one that there was to find.
_TURNS = """
    SELECT count(*) FROM probes_endpoint AS e
    WHERE 1 <> (
        SELECT count(*) FROM audit_event AS a
        WHERE a.action = 'probes.turned' AND a.subject = 'probes.endpoint:' || e.id
    )
"""


def _figures(sizes, took: float, killed: dict[str, int], left: int, failing: int) -> int:
    from django.db import connection

    from procurement.phaseout.models import Case
    from registry.audit.selectors import first_break
    from registry.probes.models import Endpoint

    def number(statement: str, *given) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return cursor.fetchone()[0]

    deaths = ", ".join(f"{count} × {victim}" for victim, count in killed.items())
    size = f"{sizes.endpoints} endpoints, {took:.0f} s, {sum(killed.values())} killed: {deaths}"
    unseen = Endpoint.objects.filter(probes=None).count()
    cases = Case.objects.count()
    several = Case.objects.count() - Case.objects.values("product").distinct().count()
    found = [
        ("endpoints nobody visited, or owed refreshes", unseen + left, size),
        ("visits stored twice for one due time", number(_TWICE, APART), ""),
        ("endpoints whose turn was lost or told twice", number(_TURNS), ""),
        ("cases missing or too many", abs(cases - failing) + several, f"{cases} cases"),
        ("breaks in the audit chain", int(first_break() is not None), ""),
    ]
    for what, count, note in found:
        figure = {"id": "R3", "what": what, "value": count, "unit": "", "limit": 0}
        print(json.dumps(figure | {"met": count == 0, "note": note}), flush=True)
    return int(any(count for _, count, _ in found))


if __name__ == "__main__":
    sys.exit(main())
