"""R2: whatever a server does becomes a recorded outcome, in time, at the cost of nobody else."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.probes.checks import judge
from registry.probes.client import Job, Limits, Outfit, Visitor, visit_all
from registry.probes.rules.addresses import parse_networks
from registry.probes.rules.observation import Trouble
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Result
from registry.probes.simulation import SimulatedEndpoint
from registry.probes.simulation.statements import r4_statement
from tests.probes import hostile
from tests.probes.hostile import HostileServer, answering, redirecting
from tests.probes.test_addresses import recorded

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DEADLINE = 1.5
LIMITS = Limits(visit=DEADLINE, body_bytes=1024 * 1024)
METADATA = CaptureName.METADATA


@pytest.fixture(scope="module")
def visitor(authority) -> Visitor:
    return Visitor(
        Outfit(
            allowed=parse_networks(["127.0.0.0/8"]),
            ca_files=(str(authority.ca_file),),
            limits=LIMITS,
        )
    )


@pytest.fixture
def visit(visitor, authority):
    """Visit a hostile server; the deadline is kept whatever it does."""

    def run(script, profile=Profile.FHIR_R4):
        with HostileServer(script, authority.server_file("good")) as server:
            started = time.monotonic()
            seen = asyncio.run(visitor.visit(server.url, profile, at=NOW))
            assert time.monotonic() - started < DEADLINE + 1
        return seen

    return run


def results(seen) -> dict[str, Result]:
    return {finding.check: finding.result for finding in judge(seen)}


@pytest.mark.parametrize(
    ("script", "trouble", "words"),
    [
        (hostile.gzip_bomb, Trouble.TOO_LARGE, "body over 1048576 octets"),
        (hostile.endless_body, Trouble.TOO_LARGE, "body over 1048576 octets"),
        (hostile.endless_chunks, Trouble.TOO_LARGE, "body over 1048576 octets"),
        (hostile.slow_drip, Trouble.DEADLINE, "no whole answer within 1.5 s"),
        (hostile.silent, Trouble.DEADLINE, "no whole answer within 1.5 s"),
        (hostile.endless_headers, Trouble.TOO_LARGE, "header"),
        (hostile.one_long_header, Trouble.TOO_LARGE, "headers over 65536 octets"),
        (hostile.many_headers, Trouble.TOO_LARGE, "more than 200 headers"),
        (hostile.endless_interim, Trouble.TOO_LARGE, "headers over 65536 octets"),
        (hostile.reset_in_body, Trouble.CLOSED, "closed the connection in mid-answer"),
        (hostile.reset_at_once, Trouble.CLOSED, "closed the connection in mid-answer"),
        (hostile.closed_in_body, Trouble.CLOSED, "closed the connection in mid-answer"),
        (hostile.not_http, Trouble.PROTOCOL, "not HTTP/1.1"),
        (hostile.two_lengths, Trouble.PROTOCOL, "not HTTP/1.1"),
        (hostile.upgrade, Trouble.PROTOCOL, "not HTTP/1.1"),
        (hostile.redirect_loop, Trouble.REDIRECT, "more than 5 redirects"),
        (redirecting("http://127.0.0.1/"), Trouble.REDIRECT, "must start with https://"),
        (redirecting("file:///etc/passwd"), Trouble.REDIRECT, "must start with https://"),
        (redirecting("https://10.0.0.1/"), Trouble.REDIRECT, "public addresses only"),
        (redirecting("https://[::ffff:10.0.0.1]/"), Trouble.REDIRECT, "public addresses only"),
        (redirecting("https://a:b@example.org/"), Trouble.REDIRECT, "user name"),
        (redirecting("//0x7f000001/"), Trouble.REDIRECT, "unusual notation"),
        (answering(b"x", "Content-Encoding: br"), Trouble.PROTOCOL, "not asked for: br"),
        (answering(b"junk", "Content-Encoding: gzip"), Trouble.PROTOCOL, "is broken"),
        (
            answering(gzip.compress(b"{}" * 99)[:-20], "Content-Encoding: gzip"),
            Trouble.PROTOCOL,
            "cut short",
        ),
        (hostile.speaks_plain_http, Trouble.TLS, ""),
        (hostile.never_shakes_hands, Trouble.DEADLINE, "no whole answer"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_it_becomes_a_recorded_outcome_that_says_nothing_of_the_product(
    visit, script, trouble, words
):
    seen = visit(script)
    exchange = seen.exchanges[METADATA]

    assert (exchange.trouble, words in exchange.detail) == (trouble, True), exchange.detail
    found = results(seen)
    assert found["fhir.statement"] is Result.UNKNOWN
    assert found["fhir.reachable"] is Result.UNKNOWN
    assert Result.ERROR not in found.values()


def test_a_redirect_to_a_place_that_is_not_public_is_not_followed(visit):
    with recorded() as attempts:
        visit(redirecting("https://10.0.0.1/"))
    asked = {address[0] for event, address in attempts if event == "socket.connect"}
    assert asked == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("body", "statement"),
    [
        (b"[" * 10_000 + b"]" * 10_000, Result.FAIL),
        (b'{"resourceType":"CapabilityStatement","x":NaN}', Result.FAIL),
        (b'{"kind":"instance","kind":"requirements"}', Result.FAIL),
        ('{"resourceType":"CapabilityStatement","name":"é"}'.encode("latin-1"), Result.FAIL),
        (b"", Result.FAIL),
        (b"[]", Result.FAIL),
        (b"9" * 5000, Result.FAIL),
        (b'{"n":' + b"9" * 5000 + b"}", Result.FAIL),
        (b"<html><body>Welcome</body></html>", Result.FAIL),
        (b"<!doctype html><title>Sign in</title><form></form>", Result.UNKNOWN),
    ],
)
def test_a_nasty_body_is_judged_and_breaks_nothing(visit, body, statement):
    found = results(visit(answering(body)))

    assert found["fhir.statement"] is statement
    assert found["tls.version"] is Result.PASS
    assert Result.ERROR not in found.values()


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found",
                                    "429 Too Many Requests", "500 Oops", "503 Busy"])  # fmt: skip
def test_a_refusal_or_an_outage_is_not_a_failure(visit, status):
    found = results(visit(answering(b"no", status=status)))

    assert Result.FAIL not in found.values()
    assert found["fhir.statement"] is Result.UNKNOWN


def test_retry_after_is_read_in_seconds_and_capped(visit):
    seen = visit(answering(b"", "Retry-After: 120", status="503 Busy"))
    assert seen.retry_after == 120
    seen = visit(answering(b"", "Retry-After: 99999999", status="429 Slow down"))
    assert seen.retry_after == LIMITS.longest_retry_after
    seen = visit(answering(b"", "Retry-After: soon", status="429 Slow down"))
    assert seen.retry_after is None


def test_a_kept_connection_that_was_closed_is_made_again(visit):
    seen = visit(hostile.forgets_kept_connections(r4_statement()))

    assert [exchange.status for exchange in seen.exchanges.values()] == [200, 200]


def test_a_compressed_body_is_read(visit):
    seen = visit(answering(gzip.compress(r4_statement()), "Content-Encoding: gzip"))

    assert seen.exchanges[METADATA].body == r4_statement()
    assert seen.exchanges[METADATA].received < len(r4_statement())


def test_a_relative_redirect_is_followed_and_recorded(visit):
    def script(client):
        while request := client.request():
            if b" /moved" in request:
                client.answer(r4_statement())
            else:
                client.answer(b"", "Location: ../moved", status="308 Moved")

    exchange = visit(script).exchanges[METADATA]

    assert exchange.status == 200
    assert exchange.hops == ((308, "../moved"),)
    assert exchange.final_url.endswith("/moved")


@pytest.mark.parametrize(
    ("behaviour", "certificate", "words", "statement"),
    [
        ("expired", Result.FAIL, "has expired", Result.PASS),
        ("not-yet-valid", Result.FAIL, "not valid yet", Result.PASS),
        ("wrong-host", Result.FAIL, "another host", Result.UNKNOWN),
        ("self-signed", Result.FAIL, "signed by itself", Result.UNKNOWN),
        ("conformant", Result.PASS, "names the host", Result.PASS),
    ],
)
def test_a_certificate_is_recorded_also_when_it_does_not_verify(
    visitor, authority, behaviour, certificate, words, statement
):
    with SimulatedEndpoint(behaviour, folder=authority.folder) as endpoint:
        seen = asyncio.run(visitor.visit(endpoint.url, Profile.FHIR_R4, at=NOW))

    found = {finding.check: finding for finding in judge(seen)}
    assert found["tls.certificate"].result is certificate
    assert words in found["tls.certificate"].message
    assert found["fhir.statement"].result is statement
    assert seen.tls.chain[0].not_after > seen.tls.chain[0].not_before


def test_an_authority_that_is_not_trusted_fails(authority):
    visitor = Visitor(Outfit(allowed=parse_networks(["127.0.0.0/8"]), limits=LIMITS))
    with SimulatedEndpoint("conformant", folder=authority.folder) as endpoint:
        seen = asyncio.run(visitor.visit(endpoint.url, Profile.FHIR_R4, at=NOW))

    found = {finding.check: finding for finding in judge(seen)}
    assert found["tls.certificate"].result is Result.FAIL
    assert "not trusted" in found["tls.certificate"].message


@pytest.mark.parametrize(
    ("behaviour", "result", "words"),
    [
        ("tls10", Result.FAIL, "nothing newer than TLS 1.0"),
        ("legacy", Result.WARN, "TLS 1.1 is still accepted besides"),
        ("conformant", Result.PASS, "TLS 1.3 was negotiated"),
        ("dead", Result.UNKNOWN, "No encrypted connection"),
    ],
)
def test_the_second_handshake_shows_what_is_still_accepted(
    visitor, authority, behaviour, result, words
):
    with SimulatedEndpoint(behaviour, folder=authority.folder) as endpoint:
        seen = asyncio.run(visitor.visit(endpoint.url, Profile.FHIR_R4, at=NOW))

    found = {finding.check: finding for finding in judge(seen)}
    assert (found["tls.version"].result, words in found["tls.version"].message) == (result, True)


ALL = [
    hostile.gzip_bomb,
    hostile.endless_body,
    hostile.slow_drip,
    hostile.endless_headers,
    hostile.reset_in_body,
    hostile.redirect_loop,
    hostile.not_http,
    hostile.never_shakes_hands,
]


def test_neighbours_in_the_batch_are_unharmed(visitor, authority):
    pem = authority.server_file("good")
    with ExitStack() as stack:
        bad = [stack.enter_context(HostileServer(script, pem)) for script in ALL]
        good = stack.enter_context(SimulatedEndpoint("conformant", folder=authority.folder))
        jobs = [
            Job(server.port, server.url, f"host-{server.port}", Profile.FHIR_R4) for server in bad
        ]
        jobs += [Job(f"good {n}", good.url, f"good-{n}", Profile.FHIR_R4) for n in range(8)]
        seen = {job.key: visit for job, visit in asyncio.run(visit_all(visitor, jobs, at=NOW))}

    assert len(seen) == len(jobs)
    for number in range(8):
        assert set(results(seen[f"good {number}"]).values()) == {Result.PASS}
    for server in bad:
        assert seen[server.port].exchanges[METADATA].trouble is not Trouble.NONE


def test_a_visit_that_breaks_in_our_own_code_is_our_error_and_harms_no_neighbour(
    visitor, simulated
):
    class Broken:
        async def open(self, target, address):
            raise RuntimeError("a defect of ours")

    broken = Visitor(visitor.outfit, transport=Broken())
    seen = asyncio.run(broken.visit(simulated.url, Profile.FHIR_R4, at=NOW))

    assert seen.exchanges[METADATA].trouble is Trouble.OURS
    assert Result.FAIL not in results(seen).values()


def test_one_host_is_visited_a_few_at_a_time_and_left_alone_when_it_asks(authority, visitor):
    with HostileServer(
        answering(b"", "Retry-After: 600", status="429 Slow down"), authority.server_file("good")
    ) as server:
        jobs = [Job(n, server.url, "one-host", Profile.SMART) for n in range(6)]
        seen = asyncio.run(visit_all(visitor, jobs, at=NOW))

    troubles = [visit.exchanges[CaptureName.SMART_CONFIGURATION].trouble for _, visit in seen]
    # One was on its way when the host asked, or two where the host took longer than the pause;
    # the others were not sent, and nothing is said of them.
    assert len(seen) in (1, 2)
    assert troubles == [Trouble.NONE] * len(seen)
    # Each visit: one connection, and the question about old TLS.
    assert server.connections == 2 * len(seen)


_WORKER = """
import asyncio, json, resource, sys
from datetime import UTC, datetime
from registry.probes.client import Job, Limits, Outfit, Visitor, visit_all
from registry.probes.rules.addresses import parse_networks
from registry.probes.rules.profiles import Profile
ca, good, *bad = sys.argv[1:]
visitor = Visitor(Outfit(allowed=parse_networks(["127.0.0.0/8"]), ca_files=(ca,),
                         limits=Limits(visit=3.0)))
def run(urls):
    jobs = [Job(n, url, f"host-{n}", Profile.FHIR_R4) for n, url in enumerate(urls)]
    asyncio.run(visit_all(visitor, jobs, at=datetime.now(UTC)))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = run([good] * 3)
print(json.dumps([before, run(bad)]))
"""


def test_a_worker_grows_by_less_than_fifty_megabytes(authority):
    """With the limits of production: eight bombs and endless bodies at once."""
    pem = authority.server_file("good")
    with ExitStack() as stack:
        good = stack.enter_context(SimulatedEndpoint("conformant", folder=authority.folder))
        scripts = [hostile.gzip_bomb, hostile.endless_body, hostile.endless_headers] * 2
        bad = [stack.enter_context(HostileServer(script, pem)).url for script in scripts]
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own script
            [sys.executable, "-c", _WORKER, str(authority.ca_file), good.url, *bad],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=Path(__file__).resolve().parents[2],
            check=True,
        )
    before, after = json.loads(done.stdout)
    assert after - before < 50
