"""tls.version and tls.certificate, both ways."""

from datetime import timedelta

import pytest

from registry.probes.rules.hostnames import matches
from registry.probes.rules.observation import ChainProblem, LegacyFacts
from registry.probes.rules.results import Result
from tests.probes.seeing import NOON, ask, certificate, tls, visit

PASS, FAIL, WARN, UNKNOWN = Result.PASS, Result.FAIL, Result.WARN, Result.UNKNOWN


@pytest.mark.parametrize(
    ("version", "minimum", "result"),
    [
        ("TLSv1.3", "1.2", PASS),
        ("TLSv1.2", "1.2", PASS),
        ("TLSv1.3", "1.3", PASS),
        ("TLSv1.2", "1.3", FAIL),
    ],
)
def test_the_version_negotiated_is_held_against_the_minimum(version, minimum, result):
    seen = visit(tls_facts=tls(version=version))
    assert ask("tls.version", seen, minimum=minimum).result is result


def test_a_server_that_speaks_only_old_tls_fails_with_what_it_speaks():
    finding = ask("tls.version", visit(legacy=LegacyFacts(asked=True, accepted="TLSv1")))
    assert (finding.result, finding.expected, finding.actual, finding.where) == (
        FAIL,
        "TLS 1.2 or newer",
        "TLS 1.0",
        "handshake",
    )


def test_old_tls_besides_is_a_remark_or_a_failure_as_asked():
    seen = visit(tls_facts=tls(), legacy=LegacyFacts(asked=True, accepted="TLSv1.1"))
    assert ask("tls.version", seen).result is WARN
    assert ask("tls.version", seen, refuse_legacy=True).result is FAIL


def test_what_was_not_asked_about_old_tls_changes_nothing():
    seen = visit(tls_facts=tls(), legacy=LegacyFacts(asked=False))
    assert ask("tls.version", seen, refuse_legacy=True).result is PASS


def test_no_connection_is_unknown():
    assert ask("tls.version", visit()).result is UNKNOWN
    assert ask("tls.certificate", visit()).result is UNKNOWN


def test_a_good_certificate_passes_and_its_end_is_known():
    finding = ask("tls.certificate", visit(tls_facts=tls()))
    assert (finding.result, finding.known_end) == (PASS, NOON + timedelta(days=100))


def test_the_chain_ends_with_the_first_of_it_and_a_root_does_not_count():
    chain = (
        certificate(),
        certificate(subject="CN=Middle", not_after=NOON + timedelta(days=50)),
        certificate(subject="CN=Root", issuer="CN=Root", not_after=NOON + timedelta(days=40)),
    )
    finding = ask("tls.certificate", visit(tls_facts=tls(chain=chain)))
    assert finding.known_end == NOON + timedelta(days=50)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("expired", "has expired"),
        ("not_yet_valid", "not valid yet"),
        ("self_signed", "signed by itself"),
        ("self_signed_in_chain", "authority that is not trusted"),
        ("no_issuer", "chain is incomplete"),
        ("weak_key", "too short"),
        ("error_26", "does not verify"),
    ],
)
def test_a_chain_that_does_not_verify_fails_and_has_no_known_end(code, words):
    problem = ChainProblem(code, 0, "OpenSSL's words", certificate())
    finding = ask("tls.certificate", visit(tls_facts=tls(problems=(problem,))))
    assert finding.result is FAIL
    assert words in finding.message
    assert finding.known_end is None
    assert finding.where == "certificate 0"


def test_a_certificate_for_another_host_fails():
    finding = ask("tls.certificate", visit(tls_facts=tls(name_matches=False)))
    assert (finding.result, finding.expected) == (FAIL, "fhir.example.test")


@pytest.mark.parametrize(
    ("days", "params", "result"),
    [
        (22, {}, PASS),
        (20, {}, WARN),
        (20, {"remark_days": 10}, PASS),
        (20, {"days_left": 30}, FAIL),
        (40, {"days_left": 30}, PASS),
    ],
)
def test_days_left(days, params, result):
    chain = (certificate(not_after=NOON + timedelta(days=days)),)
    assert ask("tls.certificate", visit(tls_facts=tls(chain=chain)), **params).result is result


def test_a_broken_signature_fails_except_on_a_root():
    broken = tls(chain=(certificate(signature="sha1"),))
    assert ask("tls.certificate", visit(tls_facts=broken)).result is FAIL
    root = certificate(subject="CN=Root", issuer="CN=Root", signature="sha1")
    assert ask("tls.certificate", visit(tls_facts=tls(chain=(certificate(), root)))).result is PASS


@pytest.mark.parametrize(
    ("host", "names", "fits"),
    [
        ("fhir.example.test", ["fhir.example.test"], True),
        ("FHIR.Example.test.", ["fhir.example.test"], True),
        ("fhir.example.test", ["*.example.test"], True),
        ("a.fhir.example.test", ["*.example.test"], False),
        ("example.test", ["*.example.test"], False),
        ("example.test", ["*.test"], False),
        ("fhir.example.test", ["f*.example.test"], False),
        ("fhir.example.test", [], False),
        ("127.0.0.1", ["127.0.0.1"], True),
        ("127.0.0.1", ["*.0.0.1"], False),
        ("::1", ["0:0:0:0:0:0:0:1"], True),
    ],
)
def test_whom_a_certificate_speaks_for(host, names, fits):
    assert matches(host, names) is fits
