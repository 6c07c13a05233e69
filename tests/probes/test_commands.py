"""`simulate` and `probe`, end to end, as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.probes.simulation import SimulatedEndpoint
from registry.probes.simulation.behaviours import SERVERS
from registry.probes.simulation.control import Control, NotRunning

# What criteria ask is read from the register.
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, **options) -> tuple[int, str]:
    """A command's exit code and output, in this process."""
    out = StringIO()
    try:
        call_command("probe", *arguments, stdout=out, **options)
    except SystemExit as stopped:
        return stopped.code, out.getvalue()
    return 0, out.getvalue()


def ask(endpoint, *arguments, **options):
    """Probe a simulated endpoint as a supplier would."""
    networks = ("--allow-network", "127.0.0.0/8", "--ca", str(endpoint.ca_file))
    return run(endpoint.url, *networks, *arguments, **options)


@pytest.mark.parametrize(
    ("behaviour", "code", "words"),
    [
        ("conformant", 0, "TLS 1.3 was negotiated."),
        ("legacy", 0, "TLS 1.1 is still accepted besides."),
        ("stu3", 1, "expected R4; found 3.0.2 (STU3)"),
        ("expired", 1, "The certificate has expired."),
        ("tls10", 1, "The server speaks nothing newer than TLS 1.0."),
        ("invalid", 1, "/kind: This describes a specification, not a running server."),
        ("no-statement", 2, "Gateways hide discovery paths"),
        ("unauthorised", 2, "asks for a token"),
        ("dead", 2, "connection refused"),
    ],
)
def test_the_exit_code_says_how_it_went(authority, behaviour, code, words):
    with SimulatedEndpoint(behaviour, folder=authority.folder) as endpoint:
        answered, text = ask(endpoint, "--profile", "fhir-r4")

    assert (answered, words in text) == (code, True), text


@pytest.mark.parametrize(
    ("behaviour", "profile", "path", "code", "words"),
    [
        ("conformant", "web", "/", 0, "The statement is there and in date."),
        ("invalid", "web", "/", 1, "Expires is malformed: it is no date and time of RFC 3339."),
        ("invalid", "web", "/", 1, "strict-transport-security: The header is not sent."),
        ("invalid", "web", "/", 1, "No version of WCAG is named."),
        ("no-statement", "web", "/", 1, "Nothing is published here."),
        ("unauthorised", "web", "/", 2, "asks for a token"),
        ("conformant", "openapi", "/openapi.json", 0, "The document is complete."),
        ("invalid", "openapi", "/openapi.json", 1, "/servers/1/url: A server is not reached"),
        ("no-statement", "openapi", "/openapi.json", 1, "Nothing is published here."),
    ],
)
def test_sites_and_described_apis_are_probed_too(authority, behaviour, profile, path, code, words):
    with SimulatedEndpoint(behaviour, folder=authority.folder, path=path) as endpoint:
        answered, text = ask(endpoint, "--profile", profile)

    assert (answered, words in text) == (code, True), text


def test_a_slow_server_is_given_up(authority, settings):
    settings.PROBE_DEADLINE_SECONDS = 1.0
    with SimulatedEndpoint("slow", folder=authority.folder) as endpoint:
        code, text = ask(endpoint)
    assert (code, "no whole answer within 1 s" in text) == (2, True)


def test_json_is_the_whole_visit(simulated):
    code, text = ask(simulated, "--profile", "fhir-r4", "--json")

    visit = json.loads(text)
    assert code == 0
    assert (visit["outcome"], visit["profile"], visit["url"]) == (
        "answered",
        "fhir-r4",
        simulated.url,
    )
    assert visit["tls"]["version"] == "TLSv1.3"
    assert visit["tls"]["chain"][0]["subject"] == "CN=localhost"
    assert visit["captures"]["metadata"]["status"] == 200
    assert len(visit["captures"]["metadata"]["sha256"]) == 64
    assert {finding["result"] for finding in visit["findings"]} == {"pass"}
    assert set(visit["findings"][0]) == {
        *("check", "version", "result", "message", "expected", "actual", "where"),
        *("params", "known_end", "points"),
    }


def test_without_a_register_the_checks_are_asked_by_their_defaults(simulated):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE standards_criterion RENAME TO not_migrated_yet")
    said = StringIO()
    code, text = ask(simulated, "--profile", "fhir-r4", "--json", stderr=said)

    assert (code, len(json.loads(text)["findings"])) == (0, 6)
    assert "The register cannot be read" in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_what_a_worker_stores(simulated, probe, now, authority):
    from registry.probes.models import Probe
    from tests import factories

    simulated.switch("invalid")
    factories.make_endpoint(factories.make_product(), simulated.url)
    probe(now)
    _, text = ask(simulated, "--profile", "fhir-r4", "--json")

    def facts(findings):
        return [{**finding, "known_end": None, "actual": ""} for finding in findings]

    assert facts(json.loads(text)["findings"]) == facts(Probe.objects.get().findings)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://example.org/"], "The URL must start with https://."),
        (["https://127.0.0.1/"], "public addresses only: 127.0.0.1 is not a public address"),
        (["https://x.test/", "--allow-network", "lots"], "This is not a network"),
        (["https://x.test/", "--ca", "/nowhere.pem"], "There is no file of certificates at"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, words):
    with pytest.raises(CommandError, match=words) as refused:
        call_command("probe", *arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_a_name_of_a_private_address_is_refused_in_words(monkeypatch):
    from registry.probes.client import resolve

    monkeypatch.setattr(
        resolve, "_getaddrinfo", lambda host, port: [(2, 1, 6, "", ("10.0.0.5", port))]
    )
    with pytest.raises(CommandError, match="rebind.example: the name leads to no public address"):
        call_command("probe", "https://rebind.example/")


# The simulation


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that are free now."""
    for base in range(20000 + os.getpid() % 20000, 60000, count):
        try:
            for offset in range(count):
                with socket.socket() as each:
                    each.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")


@pytest.fixture
def simulation(tmp_path):
    """A running `manage.py simulate` with a state folder of its own."""
    base = free_ports(len(SERVERS))
    environment = os.environ | {"STATE_DIR": str(tmp_path), "SIMULATE_PORT": str(base)}
    command = [sys.executable, str(ROOT / "manage.py"), "simulate"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        for line in process.stdout:
            if line.startswith("flapping"):
                break
        yield base, tmp_path, process, environment
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.stdout.close()


def probe_port(base: int, index: int, folder: Path) -> int:
    return run(
        f"https://localhost:{base + index}/aldermoor/r4",
        "--profile=fhir-r4",
        "--allow-network=127.0.0.0/8",
        f"--ca={folder / 'simulate' / 'ca.pem'}",
    )[0]


def test_a_running_simulation_behaves_and_can_be_switched(simulation, settings):
    base, folder, process, environment = simulation
    codes = [probe_port(base, index, folder) for index in range(len(SERVERS)) if index != 6]
    #        conformant, stu3, expired, tls10, no statement, invalid, dead, flapping
    assert codes == [0, 1, 1, 1, 2, 1, 2, 0]
    assert probe_port(base, 8, folder) == 1, "flapping fails at every second turn"

    settings.STATE_DIR = folder
    said = StringIO()
    call_command("simulate", "--switch", "conformant", "tls10", stdout=said)
    assert said.getvalue() == "conformant now behaves as tls10.\n"
    assert probe_port(base, 0, folder) == 1
    call_command("simulate", "--switch", "conformant", "dead", stdout=said)
    assert probe_port(base, 0, folder) == 2
    call_command("simulate", "--switch", "conformant", "conformant", stdout=said)
    assert probe_port(base, 0, folder) == 0

    with pytest.raises(CommandError, match="running already"):
        call_command("simulate", "--base-port", str(base), stdout=said)


def test_nothing_is_switched_where_nothing_runs(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    with pytest.raises(CommandError, match="Nothing was switched: no simulation is running"):
        call_command("simulate", "--switch", "conformant", "tls10")
    with pytest.raises(CommandError, match="No server is called “nobody”"):
        call_command("simulate", "--switch", "nobody", "tls10")
    with pytest.raises(CommandError, match="There is no behaviour “odd”"):
        call_command("simulate", "--switch", "conformant", "odd")
    with pytest.raises(NotRunning):
        Control(tmp_path).switch("conformant", SERVERS[0])


def test_a_port_that_is_taken_is_said_in_words(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    with taken, pytest.raises(CommandError, match="cannot be taken .* --base-port"):
        call_command("simulate", "--base-port", port, stdout=StringIO())


def test_certificates_are_made_once(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    started = time.monotonic()
    call_command("simulate", "--prepare", stdout=StringIO())
    first = (tmp_path / "simulate" / "ca.pem").read_bytes()
    call_command("simulate", "--prepare", stdout=StringIO())
    assert (tmp_path / "simulate" / "ca.pem").read_bytes() == first
    assert time.monotonic() - started < 20
    assert (tmp_path / "simulate" / "good.pem").stat().st_mode & 0o077 == 0
