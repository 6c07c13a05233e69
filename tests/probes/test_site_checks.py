"""What a web site and a described API are asked, both ways and each inconclusive way."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.probes.rules.accessibility import last_review, months_later, wcag_versions, words_of
from registry.probes.rules.observation import Trouble
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Result
from registry.probes.rules.security_txt import instant, read_security_txt
from tests.probes.seeing import NOON, ask, visit

PASS, FAIL, WARN, UNKNOWN = Result.PASS, Result.FAIL, Result.WARN, Result.UNKNOWN
LOGIN = b"<html><title>Sign in</title><form></form></html>"
HSTS = "strict-transport-security"
CAPTURES = {
    "http.hsts": "root",
    "http.security_txt": "security_txt",
    "accessibility.statement": "accessibility_statement",
    "openapi.document": "openapi",
}


@pytest.mark.parametrize("check", CAPTURES)
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_who_refuses_us_says_nothing(check, status):
    seen = visit(**{CAPTURES[check]: b""}, status=status)
    assert ask(check, seen).result is UNKNOWN


@pytest.mark.parametrize("check", CAPTURES)
@pytest.mark.parametrize("trouble", [each for each in Trouble if each])
def test_what_cannot_be_reached_is_unknown(check, trouble):
    assert ask(check, visit(**{CAPTURES[check]: b""}, trouble=trouble)).result is UNKNOWN


@pytest.mark.parametrize("check", ["http.security_txt", "openapi.document"])
@pytest.mark.parametrize(("status", "result"), [(404, FAIL), (410, FAIL), (302, FAIL)])
def test_what_a_site_does_not_have_fails(check, status, result):
    finding = ask(check, visit(**{CAPTURES[check]: b""}, status=status))
    assert (finding.result, finding.where, finding.actual) == (result, "status", str(status))


@pytest.mark.parametrize("check", ["http.security_txt", "openapi.document"])
def test_a_page_in_front_is_unknown_and_another_page_fails(check):
    assert ask(check, visit(**{CAPTURES[check]: LOGIN})).result is UNKNOWN
    finding = ask(check, visit(**{CAPTURES[check]: b"<html>Welcome</html>"}))
    assert (finding.result, finding.actual) == (FAIL, "HTML")


@pytest.mark.parametrize(
    ("header", "params", "result", "words"),
    [
        ("max-age=31536000", {}, PASS, ""),
        ('MAX-AGE="31536000" ; includeSubDomains; preload;', {}, PASS, ""),
        ("max-age=31536000; includeSubDomains", {"subdomains": True}, PASS, ""),
        ("max-age=31536000", {"subdomains": True}, FAIL, "Subdomains are not included"),
        ("max-age=300", {}, FAIL, "too short"),
        ("max-age=86400", {"days": 1}, PASS, ""),
        ("max-age=0", {}, FAIL, "forget"),
        ("includeSubDomains", {}, FAIL, "no max-age"),
        ("max-age=-1", {}, FAIL, "no max-age"),
        ("max-age=a year", {}, FAIL, "malformed"),
        ("max-age=1; max-age=2", {}, FAIL, "twice"),
        ("", {}, FAIL, "no max-age"),
        (None, {}, FAIL, "not sent"),
        ("max-age=31536000, max-age=31536000", {}, WARN, "more than once"),
    ],
)
def test_hsts(header, params, result, words):
    headers = {} if header is None else {HSTS: header}
    finding = ask("http.hsts", visit(root=LOGIN, headers=headers), **params)
    assert (finding.result, words in finding.message) == (result, True), finding.message
    assert finding.where == HSTS


def test_hsts_counts_under_any_status_but_not_from_another_host():
    header = {HSTS: "max-age=31536000"}
    assert ask("http.hsts", visit(root=b"", headers=header, status=403)).result is PASS
    elsewhere = visit(root=b"", headers=header, final_url="https://sign-in.example.test/")
    assert ask("http.hsts", elsewhere).result is UNKNOWN


CONTACT, EXPIRES = b"Contact: mailto:s@example.test\n", b"Expires: 2026-12-01T00:00:00Z\n"


@pytest.mark.parametrize(
    ("body", "result", "where", "words"),
    [
        (CONTACT + EXPIRES, PASS, "Expires", ""),
        (b"\xef\xbb\xbf# ours\r\n\r\ncontact: tel:+44-1\r\nEXPIRES: 2026-12-01t00:00:00+01:00",
         PASS, "Expires", ""),
        (CONTACT, FAIL, "Expires", "missing"),
        (EXPIRES, FAIL, "Contact", "missing"),
        (CONTACT + EXPIRES * 2, FAIL, "Expires", "more than once"),
        # As www.nhs.uk had it in July 2026.
        (CONTACT + b"Expires: 2030-01-01:12:00:00.000Z", FAIL, "Expires", "malformed"),
        (CONTACT + b"Expires: 2026-12-01", FAIL, "Expires", "malformed"),
        (CONTACT + b"Expires: 2026-13-01T00:00:00Z", FAIL, "Expires", "malformed"),
        (CONTACT + b"Expires: 2026-07-01T12:00:00Z", FAIL, "Expires", "expired"),
        (CONTACT + b"Expires: 2030-01-01T00:00:00Z", WARN, "Expires", "more than a year"),
        (b"Contact: s@example.test\n" + EXPIRES, FAIL, "Contact", "no such URI"),
        (b"Contact: http://example.test/\n" + EXPIRES, FAIL, "Contact", "no such URI"),
        (CONTACT + EXPIRES + b"Preferred-Languages: en\n" * 2, FAIL, "Preferred-Languages", ""),
        (CONTACT + EXPIRES + b"Hello there\n", WARN, "line 3", "neither"),
        (CONTACT + EXPIRES + b"\xff", FAIL, "body", "UTF-8"),
        (b"", FAIL, "Expires", "missing"),
    ],
)  # fmt: skip
def test_security_txt(body, result, where, words):
    finding = ask("http.security_txt", visit(security_txt=body))
    assert (finding.result, finding.where) == (result, where), finding.message
    assert words in finding.message


def test_a_security_txt_is_known_to_end_and_should_be_plain_text():
    finding = ask("http.security_txt", visit(security_txt=CONTACT + EXPIRES))
    assert finding.known_end == datetime(2026, 12, 1, tzinfo=UTC)
    html = {"content-type": "text/html; charset=utf-8"}
    finding = ask("http.security_txt", visit(security_txt=CONTACT + EXPIRES, headers=html))
    assert (finding.result, finding.where) == (WARN, "content-type")


def test_a_signed_security_txt_is_read_without_its_signature():
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nContact: mailto:s@example.test\n"
        "- Expires: 2026-12-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\n\niQ=\n"
        "-----END PGP SIGNATURE-----\n"
    )
    assert ask("http.security_txt", visit(security_txt=signed.encode())).result is PASS


@given(st.text())
def test_no_text_breaks_the_reader_of_security_txt(text):
    for _, value in read_security_txt(text).fields:
        assert instant(value) is None or value


def page(words: str) -> bytes:
    return f"<html><h1>Accessibility statement</h1><a>Log in</a><p>{words}</p></html>".encode()


GOOD = "Partly compliant with WCAG 2.2 AA. Last reviewed on 3 June 2026."


@pytest.mark.parametrize(
    ("words", "params", "result", "message"),
    [
        (GOOD, {}, PASS, ""),
        ("Web Content Accessibility Guidelines (WCAG) 2.1. Updated June 2026", {}, PASS, ""),
        ("Reviewed 1 July 2025. WCAG 2.1", {}, FAIL, "too long ago"),
        ("Reviewed 2 July 2025. WCAG 2.1", {}, PASS, ""),
        ("Reviewed 2 July 2025. WCAG 2.1", {"months": 6}, FAIL, "too long ago"),
        ("Prepared on 1 May 2019, last updated: 03/06/2026. WCAG 2.1", {}, PASS, ""),
        ("Reviewed 3 June 2027. WCAG 2.1", {}, FAIL, "No date"),
        ("WCAG 2.1", {}, FAIL, "No date"),
        ("Reviewed 31 June 2026. WCAG 2.1", {}, FAIL, "No date"),
        ("Last reviewed on 3 June 2026.", {}, FAIL, "No version"),
        ("WCAG 2.01. Last reviewed on 3 June 2026.", {}, FAIL, "No version"),
        ("WCAG 2.0. Last reviewed on 3 June 2026.", {"wcag": "2.1"}, FAIL, "older version"),
        (GOOD, {"wcag": "2.2"}, PASS, ""),
    ],
)  # fmt: skip
def test_accessibility_statement(words, params, result, message):
    seen = visit(accessibility_statement=page(words), root=b"")
    finding = ask("accessibility.statement", seen, **params)
    assert (finding.result, message in finding.message) == (result, True), finding.message


def test_an_accessibility_statement_is_known_to_end():
    finding = ask("accessibility.statement", visit(accessibility_statement=page(GOOD)))
    assert finding.known_end == datetime(2027, 6, 3, tzinfo=UTC)


LINKED = b'<html><a class=x href="/help/accessibility">Help</a>'


@pytest.mark.parametrize(
    ("root", "status", "result"),
    [
        (b"<html>Welcome</html>", 200, FAIL),
        (LINKED, 200, UNKNOWN),
        (b"<html><a href=/a>Accessibility</a>", 200, UNKNOWN),
        (b"<html>Welcome</html>", 503, UNKNOWN),
        (None, 200, UNKNOWN),
    ],
)
def test_a_statement_elsewhere_is_not_missing(root, status, result):
    statuses = {CaptureName.ACCESSIBILITY_STATEMENT: 404, CaptureName.ROOT: status}
    seen = visit(accessibility_statement=b"", root=root, statuses=statuses)
    assert ask("accessibility.statement", seen).result is result


def test_another_page_at_the_path_of_the_statement():
    other = visit(accessibility_statement=b"<html>Welcome</html>", root=b"")
    assert ask("accessibility.statement", other).result is FAIL
    assert ask("accessibility.statement", visit(accessibility_statement=LOGIN)).result is UNKNOWN


def test_words_versions_and_days_are_read_as_people_write_them():
    assert words_of(b"<style>WCAG 2.0</style><p>A&amp;B\n<b>c</b></p>") == "A&B c"
    assert wcag_versions("WCAG2.2, WCAG v2.1 and WCAG-2.2") == ["2.1", "2.2"]
    on = NOON.date()
    for words in ("reviewed on 3rd June 2026", "updated: 2026-06-03", "revised 3 Jun 2026"):
        assert last_review(words, on=on) == date(2026, 6, 3)
    assert last_review("reviewed in July 2026", on=on) == on
    assert last_review("reviewed in February 2024", on=on) == date(2024, 2, 29)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2025, 12, 31), 2) == date(2026, 2, 28)


@given(st.binary())
def test_no_page_breaks_the_reader_of_statements(body):
    last_review(words_of(b"reviewed " + body), on=NOON.date())


def document(**changed) -> dict:
    whole = {
        "openapi": "3.0.3",
        "info": {"title": "An API", "version": "1"},
        "servers": [{"url": "https://api.example.test/v1"}],
        "paths": {},
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


def scheme(*values: str) -> list[dict]:
    variables = {"scheme": {"default": values[0], "enum": list(values)}}
    return [{"url": "{scheme}://{host}/v1", "variables": variables}]


@pytest.mark.parametrize(
    ("changed", "result", "where"),
    [
        ({}, PASS, "/openapi"),
        ({"servers": None}, PASS, "/openapi"),
        ({"servers": [{"url": "/v1"}]}, PASS, "/openapi"),
        ({"servers": scheme("https")}, PASS, "/openapi"),
        ({"servers": scheme("https", "http")}, FAIL, "/servers/0/url"),
        ({"servers": [{"url": "https://{tenant}.example.test/"}]}, PASS, "/openapi"),
        ({"servers": [{"url": "https://a.test"}, {"url": "http://b.test"}]}, FAIL,
         "/servers/1/url"),
        ({"servers": [{"url": "http://[broken"}]}, FAIL, "/servers/0/url"),
        ({"servers": [{}]}, FAIL, "/servers/0/url"),
        ({"servers": ["https://a.test"]}, FAIL, "/servers/0/url"),
        ({"servers": {"url": "https://a.test"}}, FAIL, "/servers"),
        ({"openapi": "3.1.0", "paths": None, "webhooks": {}}, PASS, "/openapi"),
        ({"openapi": "3.0.3", "paths": None, "webhooks": {}}, FAIL, "/paths"),
        ({"openapi": "2.0"}, FAIL, "/openapi"),
        ({"openapi": "4.0.0"}, FAIL, "/openapi"),
        ({"openapi": 3.1}, FAIL, "/openapi"),
        ({"openapi": None}, FAIL, "/openapi"),
        ({"openapi": None, "swagger": "2.0"}, FAIL, "/swagger"),
        ({"info": None}, FAIL, "/info/title"),
        ({"info": {"title": "An API", "version": 1}}, FAIL, "/info/version"),
    ],
)  # fmt: skip
def test_openapi_document(changed, result, where):
    finding = ask("openapi.document", visit(openapi=document(**changed), profile=Profile.OPENAPI))
    assert (finding.result, finding.where) == (result, where), finding.message


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (b"openapi: 3.1.0\ninfo: {}\n", FAIL),
        (b'{"openapi": "3.1.0", ', FAIL),
        (b"[]", FAIL),
        (b"", FAIL),
        (b'{"openapi": "3.1.0", "openapi": "3.0.0"}', FAIL),
    ],
)
def test_an_openapi_document_that_is_not_json(body, result):
    assert ask("openapi.document", visit(openapi=body)).result is result
