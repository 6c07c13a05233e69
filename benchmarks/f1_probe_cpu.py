"""F1: what one whole check of an endpoint costs a worker, in CPU time.

A check is all of it: two GETs (a statement of 60 KB and a SMART configuration) over one TLS
connection, certificate facts, every check, and the store of a batch, spells included. Three
kinds of check, each of as many endpoints:

- steady: the endpoint answers as it did before. Older TLS is asked about once a day and server;
- changed: both bodies differ from all before, so each is read, judged and kept;
- asking: as steady, but the server is asked about older TLS, over a second connection, at each
  visit (without a limit: it happens once a day and server).

The endpoints are on simulated servers in a process of its own; each round visits all of them
once more, a little more than the profile's six hours later. The peer is Prometheus
blackbox_exporter, which makes a single GET of the same statement; its CPU time is read from the
kernel. All run in turn, five rounds, and the median of the ratios counts.
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

# By kind of check: what it is, and the limit of the ratio.
KINDS = {
    "steady": ("a steady-state check of an endpoint, worker CPU", 1.0),
    "changed": ("a check of an endpoint whose bodies all changed, worker CPU", 1.5),
    "asking": ("a steady-state check that asks about older TLS as well, worker CPU", None),
}
NOW = datetime.now(UTC)
# Longer than six hours with all of their jitter.
BETWEEN = timedelta(hours=6.6)
PEER = "prometheus-blackbox-exporter"
INSTALL = f"the peer is missing: apt-get install {PEER}"
_SERVER = """
import sys, time
from pathlib import Path
from registry.probes.simulation import SimulatedEndpoint
folder = Path(sys.argv[1])
with (
    SimulatedEndpoint("conformant", folder=folder) as steady,
    SimulatedEndpoint("changing", folder=folder) as changed,
    SimulatedEndpoint("conformant", folder=folder) as asking,
):
    print(steady.url, changed.url, asking.url, flush=True)
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
        with _simulated(Path(folder)) as urls, _peer(Path(folder), urls["steady"]) as peer:
            for figure in _figures(Path(folder), urls, peer, options):
                print(json.dumps(figure))
    return 0


def _figures(folder: Path, urls: dict[str, str], peer, options: argparse.Namespace) -> list[dict]:
    worker = _worker(folder, urls, options.endpoints)
    costs = {kind: [] for kind in KINDS}
    peers = []
    for kind in KINDS:
        worker(kind, 0)  # the first round fills caches and turns every spell
    for number in range(1, options.rounds + 1):
        for kind in KINDS:
            costs[kind].append(worker(kind, number))
        if peer:
            peers.append(peer(options.endpoints))
    return [_figure(kind, costs[kind], peers) for kind in KINDS]


def _figure(kind: str, ours: list[float], peers: list[float]) -> dict:
    what, limit = KINDS[kind]
    note = f"{1000 * statistics.median(ours):.2f} ms of CPU a check"
    figure = {"id": "F1", "what": what, "value": None, "limit": limit, "met": None}
    if not peers:
        return figure | {"note": f"{note}; {INSTALL}"}
    ratios = [one / other for one, other in zip(ours, peers, strict=True)]
    ratio = statistics.median(ratios)
    note += f", the peer {1000 * statistics.median(peers):.2f}"
    return figure | {
        "value": round(ratio, 3),
        "unit": "× blackbox_exporter's single GET",
        "met": None if limit is None else ratio <= limit,
        "note": f"{note}; ratios {min(ratios):.2f} to {max(ratios):.2f}",
    }


@contextmanager
def _simulated(folder: Path):
    """The simulated servers in a process of their own; gives their addresses by kind of check."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield dict(zip(KINDS, server.stdout.readline().split(), strict=True))
    finally:
        server.terminate()
        server.wait()


def _worker(folder: Path, urls: dict[str, str], endpoints: int):
    """Gives a function of kind and number of the round that returns CPU seconds a check."""
    from django.core.management import call_command

    from registry.probes.models import Endpoint, OlderTlsRefusal
    from registry.probes.outfitting import outfit, visitor
    from registry.probes.services.claiming import claim_due
    from registry.probes.services.visiting import visit_batch
    from tests import factories

    call_command("migrate", verbosity=0)
    for kind, url in urls.items():
        product = factories.make_product(kind)
        for number in range(endpoints):
            made = factories.make_endpoint(product, f"{url}/{number}")
            Endpoint.objects.filter(pk=made.pk).update(
                host=f"{kind}{number}.example", control="unproved", due_at=NOW
            )
    kit = visitor(outfit(networks=["127.0.0.0/8"], ca_files=[str(folder / "ca.pem")]))

    def run(kind: str, number: int) -> float:
        at = NOW + BETWEEN * number
        if kind == "asking":
            OlderTlsRefusal.objects.filter(pk__in=_origins(urls[kind])).delete()
        chosen = Endpoint.objects.filter(product__ref=kind)
        chosen.update(control="vouched")
        started, stored = time.process_time(), 0
        for batch in claim_due(now=at):
            done = visit_batch(visitor=kit, ids=batch.ids, claim=batch.claim, now=at)
            stored += done.stored
        spent = time.process_time() - started
        chosen.update(control="unproved")
        if stored != endpoints:
            raise SystemExit(f"{stored} of {endpoints} visits were stored")
        return spent / endpoints

    return run


def _origins(url: str) -> list[str]:
    from registry.probes.rules.urls import origin_of

    return [origin_of(url)]


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
