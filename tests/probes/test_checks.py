"""What holds for every check, and for the documents they read."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.probes.checks import all_checks, get_check, judge
from registry.probes.checks.base import BadParameters, Parameter, UnknownCheck
from registry.probes.checks.judging import judge_one, worst_of_each
from registry.probes.rules.canonical import canonical_hash
from registry.probes.rules.documents import MAX_DEPTH, read_document
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName, Profile, capture_url
from registry.probes.rules.records import report
from registry.probes.rules.results import Result
from tests.probes.seeing import statement, tls, visit

CHECKS = list(all_checks())
ASKED = [(check, check.complete({})) for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_says_what_it_asks_why_and_how_to_mend(check):
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", check.id)
    for words in (check.title, check.rationale, check.reference, check.remedy):
        assert len(words) > 10
    assert check.profiles <= set(Profile)
    assert check.profiles
    for profile in check.profiles:
        assert set(check.captures) <= set(profile.spec.captures)
    assert check.complete({}) == check.complete(check.complete({}))
    assert set(check.schema()["properties"]) == set(check.parameters)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_visit_that_saw_nothing_is_unknown(check):
    assert judge_one(visit(), check, check.complete({})).result is Result.UNKNOWN


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*statement(), "mode", "resource", "type", "code", "name", "capabilities", "issuer"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None)
@given(anything, st.sampled_from(list(Profile)), st.sampled_from([200, 201, 302, 404, 500]))
def test_no_body_breaks_any_check(body, profile, status):
    asked = {"metadata": body, "smart": body, "openapi": body, "root": body}
    asked |= {"security_txt": body, "accessibility_statement": body}
    seen = visit(**asked, profile=profile, status=status, tls_facts=tls())
    findings = judge(seen, ASKED)
    assert {finding.check for finding in findings} == {
        check.id for check in CHECKS if check.applies_to(profile)
    }
    assert Result.ERROR not in {finding.result for finding in findings}
    json.dumps(report(seen, findings))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(statement())), anything))
def test_no_statement_breaks_any_check(changed):
    body = statement() | changed
    findings = judge(visit(metadata=body, smart=body, tls_facts=tls()), ASKED)
    assert Result.ERROR not in {finding.result for finding in findings}


def test_a_check_that_breaks_is_our_error_and_the_others_go_on(monkeypatch):
    check = get_check("fhir.version")

    def broken(seen):
        raise ZeroDivisionError("ours")

    monkeypatch.setitem(
        __import__("registry.probes.checks.base", fromlist=["_register"])._register,
        check.id,
        type(check)(**{f: getattr(check, f) for f in check.__slots__} | {"judge": broken}),
    )
    found = {finding.check: finding.result for finding in judge(visit(metadata=statement()))}
    assert found["fhir.version"] is Result.ERROR
    assert found["fhir.statement"] is Result.PASS


def test_of_several_findings_of_a_check_the_worst_counts():
    check = get_check("fhir.version")
    seen = visit(metadata=statement())
    asked = [(check, check.complete({"accepted": [release]})) for release in ("R4", "R5")]
    (finding,) = worst_of_each(judge(seen, asked))
    assert (finding.result, finding.params) == (Result.FAIL, {"accepted": ["R5"]})


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"least": "1.2"}, "tls.version has no parameter “least”"),
        ({"minimum": "1.1"}, "“minimum” must be one of 1.2, 1.3"),
        ({"minimum": 1.2}, "“minimum” must be text"),
        ({"refuse_legacy": 1}, "“refuse_legacy” must be true or false"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_in_words(params, words):
    with pytest.raises(BadParameters, match=re.escape(words)):
        get_check("tls.version").complete(params)


def test_numbers_and_lists_are_checked_too():
    days = Parameter(int, 0, "Days.", minimum=0)
    assert days.problem(True) == "must be a whole number"
    assert days.problem(-1) == "must be at least 0"
    assert Parameter(list, [], "Names.").problem(["a", 5]) == "must be a list of text"


def test_a_check_that_does_not_exist():
    with pytest.raises(UnknownCheck, match="no.such"):
        get_check("no.such")


def digest(value) -> str:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return canonical_hash(body, read_document(body))


def test_a_body_that_says_the_same_has_the_same_hash():
    stamped = statement(date="2026-07-01T12:00:00Z", id="1", text={"div": "one"})
    again = statement(date="2026-07-02T12:00:00Z", id="2", text={"div": "two"})
    assert digest(stamped) == digest(again) == digest(dict(reversed(again.items())))
    assert digest(statement(fhirVersion="4.0.0")) != digest(statement())
    assert digest(statement(date=None)) != digest(statement())


def test_only_statements_have_volatile_fields():
    assert digest({"date": "a"}) != digest({"date": "b"})
    assert digest(b"not json") != digest(b"not json either")
    assert digest(b'{"a":1,"a":2}') != digest(b'{"a":2}')


def test_nesting_is_read_to_its_limit():
    def nested(depth):
        return b"[" * depth + b"]" * depth

    assert read_document(nested(MAX_DEPTH)).error == ""
    assert "nested deeper" in read_document(nested(MAX_DEPTH + 2)).error
    assert "nested deeper" in read_document(nested(5000)).error


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.test", "https://x.test/metadata"),
        ("https://x.test/r4/", "https://x.test/r4/metadata"),
        ("https://x.test/r4?key=1", "https://x.test/r4/metadata"),
    ],
)
def test_where_a_capture_is_fetched(url, expected):
    assert capture_url(url, CaptureName.METADATA) == expected


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        (CaptureName.SECURITY_TXT, "https://x.test:8443/.well-known/security.txt"),
        (CaptureName.ACCESSIBILITY_STATEMENT, "https://x.test:8443/accessibility-statement"),
        (CaptureName.ROOT, "https://x.test:8443/shop?key=1"),
    ],
)
def test_what_a_site_has_once_is_fetched_from_its_host(capture, expected):
    assert capture_url("https://x.test:8443/shop?key=1", capture) == expected


def test_a_steady_check_of_a_fhir_endpoint_is_two_requests():
    for profile in FHIR_PROFILES:
        assert profile.spec.captures == (CaptureName.METADATA, CaptureName.SMART_CONFIGURATION)


def test_every_page_is_of_a_check_that_exists():
    docs = Path(__file__).resolve().parents[2] / "docs" / "checks"
    pages = {page.stem for page in docs.glob("*.md")} - {"README"}
    assert pages == {check.id for check in CHECKS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_has_its_page_which_says_the_same(check):
    docs = Path(__file__).resolve().parents[2] / "docs" / "checks"
    page = (docs / f"{check.id}.md").read_text()
    for words in (check.title, check.rationale, check.remedy, check.reference):
        assert words in page
    for name in check.parameters:
        assert f"`{name}`" in page
    assert f"({check.id}.md)" in (docs / "README.md").read_text()
