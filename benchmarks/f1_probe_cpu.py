"""F1: what one whole steady-state check of an endpoint costs a worker, in CPU time.

A check is all of it: two GETs (a statement of 60 KB and a SMART configuration) over one TLS
connection, the question about older TLS over a second one, certificate facts, every check,
and the store of a batch, spells included. The endpoints are on a simulated server in a process
of its own; each round visits all of them once more. The peer is Prometheus blackbox_exporter,
which makes a single GET of the same statement; its CPU time is read from the kernel. Both run
in turn, five rounds, and the median of the ratios counts.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from config.embedded import ensure_servers  # noqa: E402

LIMIT = 1.0
NOW = datetime.now(UTC)
PEER = "prometheus-blackbox-exporter"
INSTALL = f"the peer is missing: apt-get install {PEER}"
_SERVER = """
import sys, time
from pathlib import Path
from registry.probes.simulation import SimulatedEndpoint
with SimulatedEndpoint("conformant", folder=Path(sys.argv[1])) as endpoint:
    print(endpoint.url, flush=True)
    time.sleep(3600)
"""


def main() -> int:
    """Print the figure as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"LOCAL": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with tempfile.TemporaryDirectory() as folder, ensure_servers(throw_away=True):
        import django

        django.setup()
        with _simulated(Path(folder)) as url, _peer(Path(folder), url) as peer:
            print(json.dumps(_figure(Path(folder), url, peer, options)))
    return 0


def _figure(folder: Path, url: str, peer, options: argparse.Namespace) -> dict:
    worker = _worker(folder, url, options.endpoints)
    worker(0)  # the first round fills caches and turns every spell
    ours, ratios = [], []
    for number in range(1, options.rounds + 1):
        ours.append(worker(number))
        if peer:
            ratios.append(ours[-1] / peer(options.endpoints))
    cost = f"{1000 * statistics.median(ours):.2f} ms of CPU a check"
    spread = f"; ratios {min(ratios):.2f} to {max(ratios):.2f}" if ratios else f"; {INSTALL}"
    ratio = statistics.median(ratios) if ratios else None
    return {
        "id": "F1",
        "what": "a steady-state check of an endpoint, worker CPU",
        "value": round(ratio, 3) if ratio else None,
        "unit": "× blackbox_exporter's single GET",
        "limit": LIMIT,
        "met": ratio <= LIMIT if ratio else None,
        "note": cost + spread,
    }


@contextmanager
def _simulated(folder: Path):
    """A simulated server in a process of its own; gives its address."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def _worker(folder: Path, url: str, endpoints: int):
    """Gives a function of the round's number that returns CPU seconds a check."""
    from django.core.management import call_command

    from registry.probes.models import Endpoint
    from registry.probes.outfitting import outfit, visitor
    from registry.probes.services.claiming import claim_due
    from registry.probes.services.visiting import visit_batch
    from tests import factories

    call_command("migrate", verbosity=0)
    product = factories.make_product()
    for number in range(endpoints):
        made = factories.make_endpoint(product, f"{url}/{number}")
        Endpoint.objects.filter(pk=made.pk).update(host=f"host{number}.example")
    kit = visitor(outfit(networks=["127.0.0.0/8"], ca_files=[str(folder / "ca.pem")]))

    def run(number: int) -> float:
        at = NOW + timedelta(hours=6.6 * number)
        started, stored = time.process_time(), 0
        for batch in claim_due(now=at):
            done = visit_batch(visitor=kit, ids=batch.ids, claim=batch.claim, now=at)
            stored += done.stored
        if stored != endpoints:
            raise SystemExit(f"{stored} of {endpoints} visits were stored")
        return (time.process_time() - started) / endpoints

    return run


@contextmanager
def _peer(folder: Path, url: str):
    """Gives a function that probes so many times and returns CPU seconds a probe, or `None`."""
    program = os.environ.get("BLACKBOX_EXPORTER") or shutil.which(PEER)
    if not program:
        yield None
        return
    module = {"prober": "http", "timeout": "10s", "http": {"tls_config": {}}}
    module["http"]["tls_config"]["ca_file"] = str(folder / "ca.pem")
    config = folder / "blackbox.json"
    config.write_text(json.dumps({"modules": {"get": module}}))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    exporter = subprocess.Popen(
        [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}"],
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/probe?module=get&target={url}/metadata"
    try:
        _wait(address)
        yield lambda count: _cost_of_peer(exporter.pid, address, count)
    finally:
        exporter.terminate()
        exporter.wait()


def _cost_of_peer(pid: int, address: str, count: int) -> float:
    before = _cpu_of(pid)
    for _ in range(count):
        with urllib.request.urlopen(address, timeout=15) as answer:
            if b"probe_success 1" not in answer.read():
                raise SystemExit("the peer's probe did not succeed")
    return (_cpu_of(pid) - before) / count


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=15).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the peer does not start")


def _cpu_of(pid: int) -> float:
    """User and system seconds of a process, children left out (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
