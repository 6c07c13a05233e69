"""fhir.capabilities and fhir.profiles: a live statement against what is required."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.probes.checks import get_check
from registry.probes.checks.base import BadParameters
from registry.probes.rules.capabilities import MAX_POINTS, compare, declared
from registry.probes.rules.fhir import release_of, shape_of
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Result
from tests.probes.seeing import ask, statement, visit

PASS, FAIL, WARN = Result.PASS, Result.FAIL, Result.WARN
UNKNOWN, NOT_APPLICABLE = Result.UNKNOWN, Result.NOT_APPLICABLE
URL = "https://example.test/"
VERSIONS = {"DSTU2": "1.0.2", "STU3": "3.0.2", "R4": "4.0.1", "R4B": "4.3.0", "R5": "5.0.0"}
MODERN = ("R4", "R4B", "R5")


def expecting(level: str, **element) -> dict:
    """An element with the extension that says how strongly it is required."""
    name = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
    return element | {"extension": [{"url": name, "valueCode": level}]}


def server(*resources: dict, release: str = "R4", **changed) -> dict:
    """A statement of a server with these resources."""
    kind = "Conformance" if release == "DSTU2" else "CapabilityStatement"
    rest = {"mode": "server", "resource": list(resources)} | changed.pop("rest", {})
    return statement(
        resourceType=kind, fhirVersion=VERSIONS[release], rest=[rest], format=["json"], **changed
    )


def required(*resources: dict, **changed) -> dict:
    """What a criterion asks for."""
    return server(*resources, kind="requirements", **changed)


PATIENT = {
    "type": "Patient",
    "interaction": [{"code": "read"}],
    "searchParam": [{"name": "family", "type": "string"}],
    "operation": [{"name": "everything", "definition": URL + "everything"}],
    "supportedProfile": [URL + "Patient|2.0"],
}


def compared(live: dict, wanted: dict) -> list[tuple]:
    """What the check finds that is not a pass, as (result, expected, where)."""
    finding = ask("fhir.capabilities", visit(metadata=live, profile=Profile.FHIR), required=wanted)
    return [(p.result, p.expected, p.where) for p in finding.points if p.result is not PASS]


def without(name: str, **changed) -> dict:
    return {key: value for key, value in PATIENT.items() if key != name} | changed


AT = "/rest/0/resource/0"


@pytest.mark.parametrize(
    ("live", "found"),
    [
        (PATIENT, []),
        ({"type": "Flag"}, [(FAIL, "SHALL: resource Patient", "/rest/0/resource")]),
        (
            without("interaction"),
            [(FAIL, "SHALL: interaction read of Patient", f"{AT}/interaction")],
        ),
        (
            without("searchParam"),
            [(FAIL, "SHALL: search parameter family (string) of Patient", f"{AT}/searchParam")],
        ),
        (
            without("", searchParam=[{"name": "family", "type": "token"}]),
            [(FAIL, "SHALL: search parameter family (string) of Patient", f"{AT}/searchParam/0")],
        ),
        (
            without("", searchParam=[{"name": "family"}]),
            [(FAIL, "SHALL: search parameter family (string) of Patient", f"{AT}/searchParam/0")],
        ),
        (
            without("operation"),
            [
                (
                    FAIL,
                    f"SHALL: operation everything ({URL}everything) of Patient",
                    f"{AT}/operation",
                )
            ],
        ),
        (without("", operation=[{"name": "$everything"}]), []),
        (
            without("", operation=[{"name": "everything", "definition": "/own"}]),
            [(WARN, URL + "everything", f"{AT}/operation/0")],
        ),
        (
            without("supportedProfile"),
            [
                (
                    FAIL,
                    f"SHALL: profile {URL}Patient (2.0) of Patient",
                    f"{AT}/supportedProfile",
                )
            ],
        ),
        (without("supportedProfile", profile=URL + "Patient"), []),
        (
            without("supportedProfile", profile=URL + "Patient|1.0"),
            [(FAIL, f"SHALL: profile {URL}Patient (2.0) of Patient", f"{AT}/profile")],
        ),
    ],
)
def test_what_is_missing_is_named_with_its_place(live, found):
    assert compared(server(live), required(PATIENT)) == found


@pytest.mark.parametrize(
    ("level", "result"), [("SHALL", [FAIL]), ("SHOULD", [WARN]), ("MAY", []), ("SHOULD-NOT", [])]
)
def test_shall_fails_should_is_remarked_and_may_asks_for_nothing(level, result):
    wanted = required(
        {"type": "Patient", "interaction": [expecting(level, code="read")]},
        expecting(level, type="Flag", interaction=[{"code": "read"}]),
        {"type": "Task"},
    )
    found = compared(server({"type": "Patient"}, {"type": "Task"}), wanted)
    assert [point[0] for point in found] == result * 2
    assert not found or found[1][2] == "/rest/0/resource"


def test_failures_come_before_remarks():
    wanted = required(expecting("SHOULD", type="Flag"), {"type": "Task"})
    assert [point[0] for point in compared(server(), wanted)] == [FAIL, WARN]


def test_the_needs_of_a_resource_that_may_be_there_hold_where_it_is():
    wanted = required(
        expecting("MAY", type="Flag", interaction=[{"code": "read"}]), {"type": "Task"}
    )
    assert compared(server({"type": "Task"}), wanted) == []
    found = compared(server({"type": "Task"}, {"type": "Flag"}), wanted)
    assert [point[:2] for point in found] == [(FAIL, "SHALL: interaction read of Flag")]


def test_the_older_extension_and_formats_with_one():
    old = "http://hl7.org/fhir/StructureDefinition/conformance-expectation"
    entry = {"code": "read", "extension": [{"url": old, "valueCode": "SHOULD"}]}
    wanted = required({"type": "Task", "interaction": [entry]}, release="DSTU2")
    (point,) = compared(server({"type": "Task"}, release="DSTU2"), wanted)
    assert point[:2] == (WARN, "SHOULD: interaction read of Task")
    wanted = required({"type": "Task"}) | {
        "format": ["application/fhir+json", "xml"],
        "_format": [None, expecting("SHOULD")],
        "patchFormat": ["application/json-patch+json"],
    }
    assert compared(server({"type": "Task"}), wanted) == [
        (FAIL, "SHALL: patch format application/json-patch+json", "/patchFormat"),
        (WARN, "SHOULD: format xml", "/format"),
    ]


def test_a_whole_servers_interactions_and_its_search_parameters_for_every_resource():
    whole = {"interaction": [{"code": "batch"}], "searchParam": [{"name": "_id", "type": "token"}]}
    assert compared(server(), required(rest=whole)) == [
        (FAIL, "SHALL: interaction batch", "/rest/0/interaction"),
        (FAIL, "SHALL: search parameter _id (token)", "/rest/0/searchParam"),
    ]
    wanted = required({"type": "Task", "searchParam": [{"name": "_id", "type": "token"}]})
    assert compared(server({"type": "Task"}, rest=whole), wanted) == []


@pytest.mark.parametrize("live", VERSIONS)
@pytest.mark.parametrize("asked", VERSIONS)
def test_only_one_release_can_be_compared(live, asked):
    task = {"type": "Task"}
    found = compared(server(task, release=live), required(task, release=asked))
    if live == asked:
        assert found == []
    else:
        assert found == [(FAIL, f"FHIR {asked}", "/fhirVersion")]


@pytest.mark.parametrize("release", VERSIONS)
def test_a_profile_is_read_in_its_releases_own_form(release):
    reference, text = {"reference": URL + "Task"}, URL + "Task"
    own, other = (text, reference) if release in MODERN else (reference, text)
    wanted = required({"type": "Task", "profile": own}, release=release)
    assert compared(server({"type": "Task", "profile": own}, release=release), wanted) == []
    (point,) = compared(server({"type": "Task", "profile": other}, release=release), wanted)
    assert point[:2] == (FAIL, f"SHALL: profile {URL}Task of Task")


def test_a_specification_is_no_server():
    assert compared(required(PATIENT), required(PATIENT)) == [(FAIL, "instance", "/kind")]


def test_what_cannot_be_compared_is_not():
    check = "fhir.capabilities"
    assert ask(check, visit(metadata=server())).result is NOT_APPLICABLE
    outcome = {"resourceType": "OperationOutcome"}
    assert ask(check, visit(metadata=outcome), required=required(PATIENT)).result is UNKNOWN
    assert ask(check, visit(metadata=b"", status=401), required=required()).result is UNKNOWN
    assert ask(check, visit(metadata=b"{"), required=required()).result is FAIL


def test_a_report_stays_readable_and_repeats_no_large_statement():
    wanted = required(*({"type": f"R{n}"} for n in range(500)), url=URL, version="1")
    finding = ask("fhir.capabilities", visit(metadata=server()), required=wanted)
    assert len(finding.points) == MAX_POINTS + 1
    assert set(finding.params["required"]) == {"url", "version", "sha256"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("https://example.test/cs", "must be an object"),
        ({"resourceType": "Patient"}, "must be a CapabilityStatement"),
        (server(PATIENT), "must be of kind requirements"),
        (required() | {"fhirVersion": "99"}, "must declare a fhirVersion that exists"),
        (required() | {"resourceType": "Conformance"}, "as FHIR R4 has it"),
        (required() | {"imports": [URL]}, "what it imports is not looked up"),
        (required() | {"format": [], "rest": []}, "must require something of a server"),
        (
            required(expecting("MUST", type="Flag")),
            "has an expectation that does not exist at /rest/0/resource/0",
        ),
    ],
)
def test_a_requirement_that_cannot_be_asked_is_refused_in_words(value, words):
    with pytest.raises(BadParameters, match=words):
        get_check("fhir.capabilities").complete({"required": value})
    schema = get_check("fhir.capabilities").schema()["properties"]["required"]
    assert schema["type"] == "object"


@pytest.mark.parametrize(
    ("params", "result"),
    [
        ({}, NOT_APPLICABLE),
        ({"required": [URL + "Patient"]}, PASS),
        ({"required": [URL + "Patient|2.0"]}, PASS),
        ({"required": [URL + "Patient|3.0"]}, FAIL),
        ({"required": [URL + "Pat"]}, FAIL),
        ({"prefixes": [URL]}, PASS),
        ({"prefixes": [URL, "https://other.test/"]}, FAIL),
    ],
)
def test_profiles_by_url_and_by_prefix(params, result):
    assert ask("fhir.profiles", visit(metadata=server(PATIENT)), **params).result is result


@pytest.mark.parametrize("release", VERSIONS)
def test_profiles_in_each_releases_own_form(release):
    url = URL + "Task"
    own = url if release in MODERN else {"reference": url}
    seen = visit(metadata=server({"type": "Task", "profile": own}, release=release))
    assert ask("fhir.profiles", seen, required=[url]).result is PASS
    whole = visit(metadata=server(release=release, profile=[{"reference": url}]))
    expected = FAIL if release in MODERN else PASS
    assert ask("fhir.profiles", whole, required=[url]).result is expected


def test_profiles_of_a_statement_that_was_not_shown():
    outcome = visit(metadata={"resourceType": "OperationOutcome"})
    assert ask("fhir.profiles", outcome, required=[URL]).result is UNKNOWN


# Names of several kinds do not meet, so that taking one thing away takes away just that.
def named(prefix: str):
    return st.lists(st.integers(0, 30).map(lambda n: f"{prefix}{n}"), unique=True, max_size=4)


def objects(prefix: str, member: str, **more):
    return named(prefix).map(lambda names: [{member: name} | more for name in names])


@st.composite
def statements(draw) -> dict:
    """A server of any release, with its profiles in that release's own form."""
    release = draw(st.sampled_from(list(VERSIONS)))
    resources = []
    for kind in draw(named("Resource")):
        resource = {
            "type": kind,
            "interaction": draw(objects("act", "code")),
            "searchParam": draw(objects("find", "name", type="token")),
        }
        if release in MODERN:
            resource["operation"] = draw(objects("do", "name", definition=URL))
            resource["supportedProfile"] = draw(named(URL))
        elif draw(st.booleans()):
            resource["profile"] = {"reference": URL + kind}
        resources.append(resource)
    whole = {
        "interaction": draw(objects("whole", "code")),
        "searchParam": draw(objects("_find", "name", type="token")),
        "operation": draw(objects("do", "name")),
    }
    return server(*resources, release=release, rest=whole)


def release_and_shape(body: dict) -> tuple:
    release = release_of(body["fhirVersion"])
    return release, shape_of(release)


def removed(body: dict, pointer: str) -> dict:
    """`body` without what the pointer leads to."""
    rest = deepcopy(body)
    *path, last = [int(p) if p.isdigit() else p for p in pointer.strip("/").split("/")]
    holder = rest
    for step in path:
        holder = holder[step]
    del holder[last]
    return rest


@settings(max_examples=100, deadline=None)
@given(statements())
def test_every_statement_has_what_it_requires_itself(body):
    release, _ = release_and_shape(body)
    assert compare(body, body, release) == []


@settings(max_examples=100, deadline=None)
@given(statements(), st.data())
def test_taking_one_thing_away_fails_just_that(body, data):
    release, shape = release_and_shape(body)
    gone = data.draw(st.sampled_from(declared(body, shape)))
    (point,) = compare(removed(body, gone.where), body, release)
    assert (point.result, point.expected) == (FAIL, f"SHALL: {gone.words}")
