"""What proves control of a host and what does not, and what a hostile host or resolver can do."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import dns.rcode
import pytest

from registry.common.errors import RuleBroken
from registry.probes.client import Limits, Outfit, ProofJob, Visitor, look_all
from registry.probes.client.records import txt_records
from registry.probes.outfitting import name_servers
from registry.probes.rules.addresses import parse_networks
from registry.probes.rules.observation import Fetched, Trouble
from registry.probes.rules.proofs import (
    MAX_FILE_BYTES,
    judge_file,
    judge_records,
    record_name,
)
from registry.probes.rules.reproof import GRACE, LOST_LONG, Proof, Standing, after_check
from registry.probes.rules.urls import authority_of
from tests.probes import hostile
from tests.probes.hostile import HostileServer, answering, redirecting
from tests.probes.name_server import SILENT, NameServer
from tests.probes.test_addresses import REFUSED, recorded

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOKEN = "3f9a" * 10
DEADLINE = 1.5
TEXT = "Content-Type: text/plain"


# The file


@pytest.mark.parametrize(
    ("body", "content_type", "proves"),
    [
        (TOKEN, "text/plain", True),
        (f"# ours\r\n  {TOKEN}\t\r\n", "text/plain; charset=utf-8", True),
        (f"\ufeff{TOKEN}\n", "", True),
        (f"another\n{TOKEN}\n", "application/octet-stream", True),
        (f"x{TOKEN}", "text/plain", False),
        (f"{TOKEN}0", "text/plain", False),
        (f"our token is {TOKEN}", "text/plain", False),
        (f"pcr-token={TOKEN}", "text/plain", False),
        (f"{TOKEN[:20]}\n{TOKEN[20:]}", "text/plain", False),
        (f"a\u2028{TOKEN}\u2028b", "text/plain", False),
        (TOKEN.upper(), "text/plain", False),
        (f"<!doctype html>\n{TOKEN}\n", "text/plain", False),
        (f"Not found\n{TOKEN}\n", "Text/HTML; charset=utf-8", False),
        (f"<p>{TOKEN}</p>", "text/html", False),
        ("b" * 40, "text/plain", False),
        ("", "text/plain", False),
    ],
)
def test_only_the_token_on_a_line_of_its_own_in_a_text_proves(body, content_type, proves):
    fetched = Fetched(status=200, content_type=content_type, body=body.encode())
    assert judge_file(fetched, token=TOKEN).proves is proves


@pytest.mark.parametrize("status", [201, 204, 301, 401, 404, 500])
def test_an_answer_that_is_no_success_proves_nothing(status):
    look = judge_file(Fetched(status=status, body=TOKEN.encode()), token=TOKEN)
    assert (look.proves, f"HTTP status {status}" in look.words) == (False, True)


def test_what_goes_wrong_is_told_in_words_of_a_length_that_can_be_kept():
    for trouble in Trouble:
        if trouble is not Trouble.NONE:
            look = judge_file(Fetched(trouble, "\0\x1b" + "x" * 900), token=TOKEN)
            assert not look.proves
            assert look.words.isprintable()
            assert len(look.words) <= 300
            assert look.ours is (trouble is Trouble.OURS)


@pytest.fixture(scope="module")
def visitor(authority) -> Visitor:
    limits = Limits(visit=DEADLINE, body_bytes=MAX_FILE_BYTES)
    return Visitor(
        Outfit(
            allowed=parse_networks(["127.0.0.0/8"]),
            ca_files=(str(authority.ca_file),),
            limits=limits,
        )
    )


@pytest.fixture
def look(visitor, authority):
    """Look for a proof at a hostile server; the deadline is kept whatever it does."""

    def run(script, certificate="good"):
        with HostileServer(script, authority.server_file(certificate)) as server:
            job = ProofJob(1, f"127.0.0.1:{server.port}", TOKEN)
            started = time.monotonic()
            ((_, found),) = asyncio.run(look_all(visitor, [job], servers=()))
            assert time.monotonic() - started < DEADLINE + 1
        return found.file

    return run


def test_the_file_is_read_from_a_real_server(look):
    found = look(answering(TOKEN.encode(), TEXT))
    assert (found.proves, found.words) == (True, "The token stands in the file.")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (hostile.gzip_bomb, "too long for this file: body over 4096 octets"),
        (hostile.endless_body, "too long for this file: body over 4096 octets"),
        (hostile.endless_chunks, "too long for this file"),
        (answering(b"\n" * 4096 + TOKEN.encode(), TEXT), "too long for this file"),
        (hostile.slow_drip, "could not be read: no whole answer within 1.5 s"),
        (hostile.silent, "could not be read: no whole answer within 1.5 s"),
        (hostile.endless_headers, "too long for this file: header"),
        (hostile.reset_in_body, "could not be read: the server closed the connection"),
        (hostile.not_http, "could not be read: not HTTP/1.1"),
        (hostile.speaks_plain_http, "could not be read"),
        (hostile.redirect_loop, "led us elsewhere: more than 5 redirects"),
        (redirecting("https://example.org/token"), "led us elsewhere: a redirect to example.org"),
        (redirecting("https://127.0.0.1/token"), "led us elsewhere: a redirect to 127.0.0.1"),
        (redirecting("//localhost/token"), "led us elsewhere: a redirect to localhost"),
        (redirecting("http://127.0.0.1/token"), "do not connect there"),
        (redirecting("https://10.0.0.1/"), "do not connect there"),
        (redirecting("file:///etc/passwd"), "do not connect there"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_hostile_server_ends_in_words_within_the_deadline(look, script, words):
    with recorded() as attempts:
        found = look(script)

    assert (found.proves, words in found.words) == (False, True), found.words
    assert {place[0] for event, place in attempts if event == "socket.connect"} == {"127.0.0.1"}


@pytest.mark.parametrize("certificate", ["self-signed", "expired", "not-yet-valid", "wrong-host"])
def test_a_certificate_that_does_not_verify_proves_nothing_and_is_not_asked(look, certificate):
    asked = []

    def script(client):
        while request := client.request():
            asked.append(request)
            client.answer(TOKEN.encode(), TEXT)

    found = look(script, certificate)

    assert not found.proves
    assert found.words.startswith("The certificate does not verify:")
    assert "or use the DNS" in found.words
    assert asked == []


def test_a_redirect_within_the_address_is_followed(look):
    def script(client):
        while request := client.request():
            if b" /here.txt " in request:
                client.answer(TOKEN.encode(), TEXT)
            else:
                client.answer(b"", "Location: /here.txt", status="301 Moved Permanently")

    assert look(script).proves


# The authorities of the URLs that are refused; one is refused for its path alone.
HOSTILE = {url.removeprefix("https://").split("/")[0] for url in REFUSED if url[:8] == "https://"}
HOSTILE -= {"example.org"}


@pytest.mark.parametrize("authority", sorted(HOSTILE))
def test_a_hostile_address_is_connected_to_by_nobody(authority):
    """Even if it had got into a row; that it does not is told in test_control_people.py."""
    job = ProofJob(1, authority, TOKEN)
    with NameServer() as resolver, recorded() as attempts:
        ((_, found),) = asyncio.run(look_all(Visitor(Outfit()), [job], servers=(resolver.place,)))
        place = resolver.place

    assert (found.file.proves, found.dns.proves) == (False, False)
    assert found.file.words.startswith("We do not connect there")
    assert {where for event, where in attempts if event == "socket.connect"} <= {place}
    assert [where for event, where in attempts if event == "socket.getaddrinfo"] == []


# The DNS


@pytest.fixture
def resolver():
    with NameServer() as server:
        yield server


def ask(resolver, name="_x.aldermoor.example", deadline=0.5):
    return asyncio.run(txt_records(name, servers=(resolver.place,), deadline=deadline))


def test_every_record_is_read_and_its_parts_are_one_text(resolver):
    resolver.say("_x.aldermoor.example", b"v=spf1 -all", (b"pcr-", b"token=", TOKEN.encode()))

    assert sorted(ask(resolver).texts) == [f"pcr-token={TOKEN}", "v=spf1 -all"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (dns.rcode.NXDOMAIN, "There is no such name in the DNS."),
        (dns.rcode.NOERROR, "The name is in the DNS, but it has no TXT record."),
        (dns.rcode.SERVFAIL, "The name servers of the domain answered with an error."),
        (dns.rcode.REFUSED, "The name servers of the domain answered with an error."),
        (SILENT, "The DNS did not answer within 0.5 seconds."),
    ],
)
def test_no_such_name_no_record_an_error_and_silence_are_told_apart(resolver, how, words):
    resolver.fail("_x.aldermoor.example", how)
    started = time.monotonic()

    answer = ask(resolver)

    assert (answer.texts, answer.why_not, answer.ours) == ((), words, False)
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("name", ["a..example", "x" * 64 + ".example", "y." * 130 + "example"])
def test_a_name_that_the_dns_cannot_hold_is_asked_of_nobody(resolver, name):
    assert "malformed" in ask(resolver, name).why_not
    assert resolver.asked == []


@pytest.mark.parametrize(
    ("texts", "proves"),
    [
        ([f"pcr-token={TOKEN}"], True),
        (["v=spf1 -all", f" pcr-token={TOKEN} "], True),
        ([TOKEN], False),
        ([f"pcr-token={TOKEN}x"], False),
        ([f"pcr-token=other pcr-token={TOKEN}"], False),
        ([f"pcr-token={'b' * 40}"], False),
        ([], False),
    ],
)
def test_only_the_whole_record_proves(texts, proves):
    assert judge_records(texts, token=TOKEN).proves is proves


def test_an_address_has_no_record_and_a_port_has_that_of_its_host():
    assert record_name("fhir.example:8443") == record_name("fhir.example")
    assert record_name("fhir.example") == "_procurement-compliance-registry.fhir.example"
    assert (record_name("192.0.2.1:8443"), record_name("[2001:db8::1]:8443")) == ("", "")
    assert record_name("x." * 125 + "example") == ""


# Settings and addresses


def test_resolvers_are_addresses_with_or_without_a_port(settings):
    settings.PROBE_DNS_SERVERS = ["9.9.9.9", "127.0.0.1:5353", "2620:fe::fe", "[2620:fe::fe]:54"]
    assert name_servers() == (
        ("9.9.9.9", 53),
        ("127.0.0.1", 5353),
        ("2620:fe::fe", 53),
        ("2620:fe::fe", 54),
    )
    for wrong in ("dns.example", "9.9.9.9:port", ""):
        settings.PROBE_DNS_SERVERS = [wrong]
        with pytest.raises(RuleBroken, match="is no resolver"):
            name_servers()


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://fhir.example/r4", "fhir.example"),
        ("https://FHIR.example.:443/r4", "fhir.example"),
        ("https://fhir.example:8443", "fhir.example:8443"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://[2001:DB8::1]:8443/", "[2001:db8::1]:8443"),
        ("https:///r4", ""),
        ("https://fhir.example:port/", ""),
    ],
)
def test_the_authority_of_an_address(url, authority):
    assert authority_of(url) == authority


# Growing old


def stand(before, *, days, proves=False, chance=0.5):
    return after_check(before, proves=proves, asked_at=NOW, at=NOW + days * DAY, chance=chance)


def test_a_proof_is_looked_for_weekly_then_daily_then_lost_and_comes_back_at_once():
    proved = stand(Standing(Proof.WAITING, None, None), days=0, proves=True)
    assert proved == Standing(Proof.PROVED, None, NOW + 7 * DAY)
    missing = stand(proved, days=7)
    assert missing == Standing(Proof.MISSING, NOW + 7 * DAY, NOW + 8 * DAY)
    assert stand(missing, days=20.9).proof is Proof.MISSING
    assert stand(missing, days=20.9).due_at == NOW + 7 * DAY + GRACE
    lost = stand(missing, days=21)
    assert lost == Standing(Proof.LOST, NOW + 7 * DAY, NOW + 22 * DAY)
    assert stand(lost, days=21 + LOST_LONG.days).due_at == NOW + (28 + LOST_LONG.days) * DAY
    for before in (missing, lost):
        assert stand(before, days=30, proves=True) == Standing(Proof.PROVED, None, NOW + 37 * DAY)


def test_proofs_found_together_do_not_stay_together():
    waiting = Standing(Proof.WAITING, None, None)
    due = [stand(waiting, days=0, proves=True, chance=c).due_at for c in (0, 0.999)]
    assert timedelta(hours=30) < due[1] - due[0] < timedelta(hours=34)
