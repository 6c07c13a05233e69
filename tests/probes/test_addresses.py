"""R1: hostile URLs are refused, and nothing is connected to.

Every attempt of this process to connect, or to ask a name server, is recorded by an audit
hook of the interpreter itself, so no code of ours can connect unseen.
"""

import asyncio
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from registry.probes.client import Outfit, Visitor
from registry.probes.rules.addresses import parse_networks, refusal
from registry.probes.rules.observation import Trouble
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.urls import Target, UrlRefused, parse_target

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_attempts: list[tuple] | None = None


def _hook(event: str, arguments: tuple) -> None:
    if _attempts is not None and event in ("socket.connect", "socket.getaddrinfo"):
        _attempts.append((event, arguments[1] if event == "socket.connect" else arguments[0]))


sys.addaudithook(_hook)


@contextmanager
def recorded():
    """The list of every attempt to connect or to resolve."""
    global _attempts  # noqa: PLW0603 - an audit hook cannot be removed, only told to be quiet
    _attempts = []
    try:
        yield _attempts
    finally:
        _attempts = None


REFUSED = [
    # not public
    "https://127.0.0.1/",
    "https://127.255.255.254/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://api.localhost/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://0.0.0.0/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://198.51.100.7/",
    "https://203.0.113.9/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    # not public, IPv6, and addresses that carry another inside
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a00:1::]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[fd00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[100::1]/",
    "https://[5f00::1]/",
    # addresses in disguise
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://10.0x000001/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127.0.0.1./",
    "https://134744072/",
    # credentials and other schemes
    "https://user@example.org/",
    "https://user:password@example.org/",
    "https://example.org@127.0.0.1/",
    "http://example.org/",
    "HTTP://example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "",
    # malformed
    "https://",
    "https:///metadata",
    "https://exa mple.org/",
    "https://example.org\\@127.0.0.1/",
    "https://example.org/\r\nHost: evil",
    "https://example.org:0/",
    "https://example.org:65536/",
    "https://example.org:port/",
    "https://-example.org/",
    "https://exa_mple.org/",
    "https://[::1/",
    "https://%31%32%37.0.0.1/",
    "https://example.org/" + "a" * 500,
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_hostile_url_is_refused_before_anything_is_asked_of_the_network(url):
    with recorded() as attempts:
        seen = asyncio.run(Visitor(Outfit()).visit(url, Profile.FHIR_R4, at=NOW))

    assert seen.exchanges[CaptureName.METADATA].trouble is Trouble.FORBIDDEN
    assert attempts == []
    with pytest.raises(UrlRefused):
        parse_target(url)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::"],
        ["8.8.8.8", "10.0.0.5"],
        ["2606:4700::1111", "::1"],
    ],
)
def test_a_name_with_any_address_that_is_not_public_is_not_connected_to(addresses):
    async def lookup(host, port):
        return [ip_address(text) for text in addresses]

    visitor = Visitor(Outfit(), lookup=lookup)
    with recorded() as attempts:
        seen = asyncio.run(visitor.visit("https://rebind.example/", Profile.FHIR_R4, at=NOW))

    assert seen.exchanges[CaptureName.METADATA].trouble is Trouble.FORBIDDEN
    assert attempts == []


def test_a_name_that_changes_its_answer_is_asked_once(simulated, authority):
    """Rebinding: the second answer would be another address; nobody asks for it."""
    asked = []

    async def lookup(host, port):
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "10.0.0.5")]

    outfit = Outfit(allowed=parse_networks(["127.0.0.0/8"]), ca_files=(str(authority.ca_file),))
    url = simulated.url.replace("127.0.0.1", "localhost")
    with recorded() as attempts:
        seen = asyncio.run(Visitor(outfit, lookup=lookup).visit(url, Profile.FHIR_R4, at=NOW))

    assert seen.exchanges[CaptureName.METADATA].status == 200
    assert asked == ["localhost"]
    assert {address[0] for event, address in attempts if event == "socket.connect"} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://fhir.example.org", "fhir.example.org", 443, "/"),
        ("https://FHIR.Example.org./r4?x=1#y", "fhir.example.org", 443, "/r4?x=1"),
        ("https://fhir.example.org:8443/r4", "fhir.example.org", 8443, "/r4"),
        ("https://8.8.8.8/r4", "8.8.8.8", 443, "/r4"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/"),
        ("https://bücher.example/ü", "xn--bcher-kva.example", 443, "/%C3%BC"),
        ("https://1and1.example/", "1and1.example", 443, "/"),
    ],
)
def test_an_honest_url_is_taken_apart(url, host, port, path):
    target = parse_target(url)
    assert (target.host, target.port, target.path) == (host, port, path)


def test_the_host_header_names_the_port_only_when_it_is_unusual():
    def authority_of(url: str) -> str:
        target: Target = parse_target(url)
        return target.authority

    assert authority_of("https://fhir.example.org/") == "fhir.example.org"
    assert authority_of("https://fhir.example.org:8443/") == "fhir.example.org:8443"
    assert authority_of("https://[2606:4700::1111]:8443/") == "[2606:4700::1111]:8443"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("10.0.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("64:ff9b::808:808", "NAT64"),
        ("2001::1", "Teredo"),
        ("fe80::1", "link-local"),
        ("4000::1", "not global unicast"),
    ],
)
def test_a_refusal_says_why(address, why):
    assert refusal(ip_address(address)).endswith(f"({why})")


def test_what_is_allowed_by_name_is_allowed_and_nothing_beside_it():
    allowed = parse_networks(["127.0.0.0/8", "fd00:1::/32"])

    assert refusal(ip_address("127.0.0.1"), allowed) == ""
    assert refusal(ip_address("fd00:1::5"), allowed) == ""
    assert refusal(ip_address("10.0.0.1"), allowed) != ""
    assert refusal(ip_address("::ffff:127.0.0.1"), allowed) != ""
    assert refusal(ip_address("8.8.8.8")) == ""
