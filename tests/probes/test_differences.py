"""What differs between two captures, in words; nothing for two that say the same."""

import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.probes.rules.differences import MOST_ENTRIES, Sort, difference
from tests.probes.seeing import statement
from tests.probes.test_samples import FOLDER, body

samples = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no samples in {FOLDER}")
ADDED, REMOVED, CHANGED = Sort.ADDED, Sort.REMOVED, Sort.CHANGED
EVERY_SAMPLE = sorted(
    str(file.relative_to(FOLDER))
    for kind in ("fhir", "smart", "hostile")
    for file in (FOLDER / kind).glob("*.*")
)


def octets(value) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def told(before, after, capture="metadata") -> list[tuple]:
    return [
        (entry.sort, entry.topic, entry.words)
        for entry in difference(capture, octets(before), octets(after)).entries
    ]


def resource(**changed):
    return statement(rest=[{"mode": "server", "resource": [patient(**changed)]}])


def patient(**changed):
    whole = statement()["rest"][0]["resource"][0] | changed
    return {name: value for name, value in whole.items() if value is not None}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (
            statement(fhirVersion="4.3.0"),
            (CHANGED, "Release", "FHIR version changed from 4.0.1 to 4.3.0"),
        ),
        (
            resource(interaction=[{"code": "read"}]),
            (REMOVED, "Interactions", "Patient: search-type removed"),
        ),
        (
            resource(searchParam=[{"name": "family", "type": "token"}]),
            (
                CHANGED,
                "Search parameters",
                "Patient: family, type changed from string to token",
            ),
        ),
        (
            resource(operation=[{"name": "everything", "definition": "https://a.test/e"}]),
            (ADDED, "Operations", "Patient: everything added"),
        ),
        (
            resource(supportedProfile=["https://a.test/P"]),
            (ADDED, "Profiles", "Patient: https://a.test/P added"),
        ),
        (
            resource(profile="https://a.test/P"),
            (
                CHANGED,
                "Profiles",
                "Patient: base changed from https://example.test/Patient to https://a.test/P",
            ),
        ),
        (statement(format=["json", "xml"]), (ADDED, "Formats", "xml added")),
        (
            resource(versioning="versioned"),
            (ADDED, "Resources", "Patient, versioning added"),
        ),
        (statement(publisher="P"), (ADDED, "Other", "publisher added")),
    ],
)
def test_a_statement_is_compared_by_what_it_declares(after, expected):
    assert told(statement(), after) == [expected]


def test_a_resource_that_comes_is_one_thing_with_all_that_it_can():
    both = statement(rest=[{"mode": "server", "resource": [patient(), patient(type="Slot")]}])
    [entry] = difference("metadata", octets(statement()), octets(both)).entries
    assert (entry.sort, entry.topic, entry.name) == (ADDED, "Resources", "Slot")
    assert entry.after == "read, search-type"


def test_software_that_is_brought_up_to_date():
    one, other = (statement(software={"name": "S", "version": v}) for v in ("1.0", "1.1"))
    assert told(one, other) == [(CHANGED, "Software", "software, version changed from 1.0 to 1.1")]


def test_another_releases_way_to_name_a_profile_is_no_difference():
    """STU3 refers to profiles, and lists what it supports once; R4 names them by resource."""
    early = statement(
        fhirVersion="3.0.2",
        profile=[{"reference": "https://a.test/P"}],
        rest=[
            {
                "mode": "server",
                "resource": [patient(profile={"reference": "https://example.test/Patient"})],
            }
        ],
    )
    late = resource(supportedProfile=["https://a.test/P"])
    assert told(early, late) == [(CHANGED, "Release", "FHIR version changed from 3.0.2 to 4.0.1")]


@samples
def test_real_statements_of_different_releases_are_told_apart():
    found = difference(
        "metadata",
        body("fhir/lantern_cerner_dstu2.json"),
        body("fhir/lantern_epic_stu3.json"),
    )
    words = {entry.words for entry in found.entries}
    assert "FHIR version changed from 1.0.2 to 3.0.1" in words
    assert "statement changed from Conformance to CapabilityStatement" in words
    assert found.more == found.count - MOST_ENTRIES


def test_smart_configurations_by_key_scope_and_method():
    before = {
        "token_endpoint": "https://a.test/t",
        "scopes_supported": ["openid", "launch"],
        "code_challenge_methods_supported": ["S256", "plain"],
    }
    after = before | {
        "scopes_supported": ["fhirUser", "openid"],
        "code_challenge_methods_supported": ["S256"],
        "jwks_uri": "https://a.test/j",
    }
    assert told(before, after, "smart_configuration") == [
        (ADDED, "Keys", "jwks_uri added"),
        (REMOVED, "Scopes", "launch removed"),
        (ADDED, "Scopes", "fhirUser added"),
        (REMOVED, "PKCE methods", "plain removed"),
    ]


def test_openapi_documents_by_version_server_path_and_operation():
    before = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://a.test"}],
        "paths": {"/p": {"get": {"operationId": "g"}, "post": {}}, "/old": {"get": {}}},
    }
    after = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "2"},
        "servers": [{"url": "https://b.test"}],
        "paths": {"/p": {"get": {"operationId": "h"}, "put": {}}, "/new": {"get": {}}},
    }
    assert told(before, after, "openapi") == [
        (CHANGED, "Release", "openapi changed from 3.0.3 to 3.1.0"),
        (CHANGED, "Version", "version changed from 1 to 2"),
        (REMOVED, "Servers", "https://a.test removed"),
        (ADDED, "Servers", "https://b.test added"),
        (REMOVED, "Paths", "/old removed"),
        (ADDED, "Paths", "/new added"),
        (CHANGED, "Operations", "GET /p, operationId changed from g to h"),
        (REMOVED, "Operations", "POST /p removed"),
        (ADDED, "Operations", "PUT /p added"),
    ]


def test_security_txt_by_field():
    before = b"Contact: mailto:a@a.test\nExpires: 2027-01-01T00:00:00Z\n"
    after = b"# ours\nExpires: 2028-01-01T00:00:00Z\nPolicy: https://a.test/p\n"
    assert told(before, after, "security_txt") == [
        (REMOVED, "Fields", "Contact removed"),
        (
            CHANGED,
            "Fields",
            "Expires changed from 2027-01-01T00:00:00Z to 2028-01-01T00:00:00Z",
        ),
        (ADDED, "Fields", "Policy added"),
        (ADDED, "Lines", "# ours added"),
    ]


def test_anything_else_by_path_or_by_line():
    assert told({"a": {"b/c": [1, 2]}}, {"a": {"b/c": [2]}}, "root") == [
        (REMOVED, "Content", "/a/b~1c/1 removed")
    ]
    assert told(b"1", b"2") == [(CHANGED, "Content", "The whole changed from 1 to 2")]
    assert told(b"one\ntwo", b"two\nthree") == [
        (REMOVED, "Text", "one removed"),
        (ADDED, "Text", "three added"),
    ]
    before, after = (b"<html><p>%s</p>" % words for words in (b"A", b"B"))
    assert told(before, after, "root") == [
        (REMOVED, "Text", "A removed"),
        (ADDED, "Text", "B added"),
    ]


def test_a_body_that_stops_being_json_says_so():
    [first, *_] = told(statement(), b"<html>Sign in</html>")
    assert first == (CHANGED, "Form", "The body changed from JSON to not JSON")


def test_a_difference_of_order_alone_is_one_remark():
    found = told(statement(format=["json", "xml"]), statement(format=["xml", "json"]))
    assert [topic for _, topic, _ in found] == ["Form"]


@pytest.mark.parametrize("name", EVERY_SAMPLE)
@samples
def test_a_body_does_not_differ_from_itself_and_differs_from_every_other(name):
    this = body(name)
    assert difference("metadata", this, this).count == 0
    for other in EVERY_SAMPLE:
        if "volatile" not in other and other != name:
            found = difference("metadata", this, body(other))
            assert found.count or "volatile" in name, other


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=20,
)
MEMBERS = [
    *("resourceType", "fhirVersion", "software", "rest", "mode", "resource", "type"),
    *("interaction", "code", "operation", "searchParam", "name", "definition", "profile"),
    *("supportedProfile", "reference", "format", "openapi", "info", "version", "paths"),
    *("servers", "url", "get", "scopes_supported"),
]
# Statements and documents that have the right members with anything in them.
SHAPELESS = st.recursive(
    st.sampled_from(["CapabilityStatement", "Conformance", "server", "Patient", "4.0.1", 1, True]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)
    ),
    max_leaves=30,
)
CAPTURES = st.sampled_from(
    ["metadata", "smart_configuration", "openapi", "security_txt", "root", "another"]
)
WRAPS = st.sampled_from(
    [{}, {"resourceType": "CapabilityStatement"}, {"resourceType": "Conformance"}, {"openapi": 3}]
)


@settings(max_examples=150, deadline=None)
@given(CAPTURES, WRAPS, JSON | SHAPELESS, JSON | SHAPELESS)
def test_no_shape_breaks_it_and_different_bodies_differ(capture, wrap, one, other):
    before, after = (octets(wrap | x if isinstance(x, dict) else x) for x in (one, other))
    assert difference(capture, before, before).count == 0
    found, back = difference(capture, before, after), difference(capture, after, before)
    assert bool(found.count) is bool(back.count)
    assert (found.added, found.removed) == (back.removed, back.added)


@settings(max_examples=60, deadline=None)
@given(CAPTURES, st.binary(max_size=60), st.binary(max_size=60))
def test_bodies_that_are_no_text_are_compared_too(capture, one, other):
    assert difference(capture, one, one).count == 0
    difference(capture, one, other)


NAMES = st.sampled_from(["Patient", "Slot", "Task"])


@st.composite
def edits(draw):
    """A statement of three resources, one edit of it, and what must be told."""
    before = statement(
        rest=[{"mode": "server", "resource": [patient(type=name) for name in
                                              ("Patient", "Slot", "Task")]}]
    )  # fmt: skip
    after = copy.deepcopy(before)
    name, word = draw(NAMES), draw(st.text("abcdefgh", min_size=9, max_size=12))
    place = next(r for r in after["rest"][0]["resource"] if r["type"] == name)
    match draw(st.integers(0, 8)):
        case 0:
            after["rest"][0]["resource"].remove(place)
            expected = (REMOVED, "Resources", f"{name} removed")
        case 1:
            after["rest"][0]["resource"].insert(draw(st.integers(0, 3)), patient(type=word))
            expected = (ADDED, "Resources", f"{word} added")
        case 2:
            place["interaction"].append({"code": word})
            expected = (ADDED, "Interactions", f"{name}: {word} added")
        case 3:
            place["searchParam"].insert(0, {"name": word, "type": "date"})
            expected = (ADDED, "Search parameters", f"{name}: {word} added")
        case 4:
            del place["searchParam"][0]
            expected = (REMOVED, "Search parameters", f"{name}: family removed")
        case 5:
            place["operation"] = [{"name": word}]
            expected = (ADDED, "Operations", f"{name}: {word} added")
        case 6:
            place["supportedProfile"] = [word]
            expected = (ADDED, "Profiles", f"{name}: {word} added")
        case 7:
            after["rest"][0][word] = 1
            expected = (ADDED, "Server", f"server as a whole, {word} added")
        case _:
            after["format"].append(word)
            expected = (ADDED, "Formats", f"{word} added")
    return before, after, expected


@settings(max_examples=100, deadline=None)
@given(edits())
def test_every_edit_of_a_statement_is_found_and_nothing_else(edit):
    before, after, expected = edit
    assert told(before, after) == [expected]


def _spent(before: bytes, after: bytes) -> float:
    started = time.process_time()
    found = difference("metadata", before, after)
    assert len(found.entries) <= MOST_ENTRIES
    assert found.count
    return time.process_time() - started


def _statement_of(number: int, letter: str) -> bytes:
    many = [{"type": f"{letter}{i}", "searchParam": [{"name": "n", "type": "x"}]}
            for i in range(number)]  # fmt: skip
    return octets(statement(rest=[{"mode": "server", "resource": many}]))


@pytest.mark.parametrize(
    "make",
    [
        _statement_of,
        lambda number, letter: octets([[f"{letter}{i}"] for i in range(number)]),
        lambda number, letter: b"\n".join(b"%s%d" % (letter.encode(), i) for i in range(number)),
        lambda number, letter: octets(dict.fromkeys((f"{letter}{i}" for i in range(number)), 1)),
        lambda number, letter: (
            b"{"
            + b",".join(b'"k%d":1,"k%d":"%s"' % (i, i, letter.encode()) for i in range(number))
            + b"}"
        ),
        lambda number, letter: b"<html>" + b"<meta " * number + letter.encode(),
        lambda number, letter: b"<html>" + b'<input csrf value="' * number + letter.encode(),
    ],
    ids=["resources", "lists", "lines", "names", "twice", "tags", "tokens"],
)
def test_the_work_grows_with_the_size_not_with_its_square(make):
    """Ten times the size in well under the hundred times that a square would take."""
    small = min(_spent(make(2_000, "a"), make(2_000, "b")) for _ in range(3))
    assert _spent(make(20_000, "a"), make(20_000, "b")) < 40 * max(small, 0.005)
