"""The commands people type: what serves, and what works by itself."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from django.core.management.base import CommandError

from config.embedded import places
from config.management.commands import serve
from tests.stack.conftest import alone, processes_about, wait_until


def _manage(*arguments, state, **more):
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=places.PROJECT,
        env=alone(state, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _free_ports(count):
    """The first of `count` consecutive ports that nobody listens on."""
    for first in range(20000 + os.getpid() % 1000 * 10, 60000, count):
        try:
            for port in range(first, first + count):
                serve.refuse_taken_port(port)
        except CommandError:
            continue
        return first
    raise OSError("no free ports")


def test_help_needs_no_server(state):
    done = _manage("help", state=state / "none")
    text, _ = done.communicate(timeout=60)
    assert done.returncode == 0
    assert {"serve", "seed", "simulate", "enrol"} <= set(text.split())
    assert not (state / "none").exists()


def test_a_taken_port_is_said_and_nothing_is_left(state):
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _manage("serve", state=state, PORT=str(port))
        text, _ = done.communicate(timeout=60)
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in text
    assert f"PORT={port + 1} make run" in text
    assert processes_about(state) == []


@pytest.mark.parametrize("port", ["http", "-1", "99999"])
def test_a_port_that_is_none_is_said(port, monkeypatch):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="PORT must be a number"):
        serve.refuse_taken_port(serve.port_chosen())


@pytest.mark.slow
def test_everything_runs_and_everything_stops(state):
    """What `make run` does, from nothing to Ctrl-C, and again with the data that are there."""
    ports = _free_ports(11)
    chosen = {"PORT": str(ports), "SIMULATE_PORT": str(ports + 1)}
    running = _manage("serve", state=state, **chosen)
    try:
        text = _until(running, "stops with Ctrl-C")
        assert f"http://127.0.0.1:{ports}/" in text
        assert "case.officer@" in text
        with urllib.request.urlopen(f"http://127.0.0.1:{ports}/products/", timeout=60) as page:
            assert page.status == 200
        worker = state / "logs" / "worker.log"
        assert wait_until(lambda: "ready." in worker.read_text(), 60)

        other = _manage("serve", state=state, PORT=str(ports + 10))
        refusal, _ = other.communicate(timeout=60)
        assert "is running already" in refusal
        joined = _manage("showmigrations", "catalogue", state=state)
        assert "[X] 0001_initial" in joined.communicate(timeout=60)[0]
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 0
    assert processes_about(state) == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{ports}/", timeout=5)


def _until(process, words):
    """The output up to a line with `words`."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("".join(lines))
