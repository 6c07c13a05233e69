"""F7: from a clone to the first page, without caches, and what `make install` takes of it.

Clones the current commit into a temporary folder, runs `make run` there on a free port with a
state folder of its own, waits for its address and asks for the first page, which must come with
status 200. With `--tests` it also times `make test` in the clone.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FIRST_PAGE_SECONDS = 60
TESTS_SECONDS = 600
ADDRESSES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "MAKEFLAGS", "MAKELEVEL")


def main() -> int:
    """Print the figures; 0 whatever they are, 1 when nothing could be measured."""
    shared = "/var/tmp" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="first-page-", dir=shared))
    folder.chmod(0o755)
    try:
        return _measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path) -> int:
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    environment |= {
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CACHE": "1",
        "PORT": str(port),
        "SIMULATE_PORT": str(_free_ports(10)),
        "STATE_DIR": str(folder / "state"),
    }
    clone = folder / "clone"
    begun = time.monotonic()
    subprocess.run(["git", "clone", "-q", str(PROJECT), str(clone)], check=True)
    subprocess.run(["make", "install"], cwd=clone, env=environment, check=True, stdout=sys.stderr)
    installed = time.monotonic() - begun
    server = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        status = _first_page(port) if _announced(server) else 0
        took = time.monotonic() - begun
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.communicate(timeout=60)
    if status != 200:
        print(f"the first page answered {status}", file=sys.stderr)
        return 1
    what = "clone to first page, no cache"
    _print(what, took, FIRST_PAGE_SECONDS, f"of which clone and install {installed:.1f} s")
    if "--tests" in sys.argv:
        begun = time.monotonic()
        done = subprocess.run(["make", "test"], cwd=clone, env=environment, stdout=sys.stderr)
        _print("make test", time.monotonic() - begun, TESTS_SECONDS, f"exit {done.returncode}")
    return 0


def _announced(server: subprocess.Popen) -> bool:
    """Wait until the address is printed: before that a page could lack the data."""
    for line in server.stdout:
        print(line, end="", file=sys.stderr)
        if "stops with Ctrl-C" in line:
            return True
    return False


def _first_page(port: int) -> int:
    """The status of the page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def _print(what: str, seconds: float, limit: int, note: str) -> None:
    figure = {"id": "F7", "what": what, "value": round(seconds, 1), "unit": "s", "limit": limit}
    print(json.dumps(figure | {"met": seconds <= limit, "note": note}), flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _free_ports(count: int) -> int:
    """The first of `count` consecutive ports that are free now."""
    for first in range(20000, 30000, count):
        taken = [port for port in range(first, first + count) if not _is_free(port)]
        if not taken:
            return first
    raise OSError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())
