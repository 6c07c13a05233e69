"""A file that breaks a rule is refused by line, field and reason, and nothing of it is kept."""

from io import BytesIO

import pytest

from procurement.interchange.models import LoadedFile
from procurement.interchange.services.loading import RegisterRefused, load
from registry.audit.models import Event
from registry.common.errors import NotPermitted
from registry.compliance.models import Spell
from registry.standards.models import Criterion
from tests.interchange.world import LINES, changed, dumped, load_lines, place_of, written

pytestmark = pytest.mark.django_db


def refused(content: bytes, *, by, now) -> list[tuple[int, str, str]]:
    """Every problem of a file, after asserting that the register is as it was."""
    before, events = dumped(), Event.objects.count()
    with pytest.raises(RegisterRefused) as refusal:
        load(stream=BytesIO(content), name="bad.jsonl", by=by, now=now)
    assert dumped() == before
    assert Event.objects.count() == events
    assert not LoadedFile.objects.exists()
    assert not Spell.objects.exists()
    assert "Nothing was loaded." in refusal.value.message
    return [(p.line, p.field, p.reason) for p in refusal.value.problems]


FIELDS = [
    ("capability", {"group": "local"}, "group", "'local' is not one of national, trait"),
    ("capability", {"name": ""}, "name", "must not be empty"),
    ("capability", {"name": 7}, "name", "must be text, not 7"),
    ("capability", {"name": None}, "name", "must be text, not None"),
    ("capability", {"name": "x" * 201}, "name", "is 201 characters long; at most 200 are kept"),
    ("capability", {"name": "a\u0000b"}, "name", "contains the character U+0000"),
    ("capability", {"name": "a\u001bb"}, "name", "contains the character U+001B"),
    ("capability", {"shoe_size": 9}, "shoe_size", "a capability has no such field"),
    ("standard", {"class": "astrology"}, "class", "is not one of technical_interop"),
    ("standard", {"superseded_by": "DAPB0129"}, "superseded_by", "cannot supersede itself"),
    ("standard", {"superseded_by": "XYZ"}, "superseded_by", "there is no standard XYZ"),
    ("standard", {"verified": "yes"}, "verified", "must be true or false, not 'yes'"),
    ("scope", {"standard": "XYZ"}, "standard", "there is no standard XYZ"),
    ("scope", {"capability": "C99"}, "capability", "there is no capability C99"),
    ("scope", {"required": ["2018-05-02"]}, "required", "must be two dates, from and until"),
    ("scope", {"required": "2018"}, "required", "must be two dates, from and until"),
    ("scope", {"required": ["2018-05-02", "2018-05-02"]}, "required", "the period is empty"),
    ("scope", {"required": ["2019-01-01", "2018-01-01"]}, "required", "is turned round"),
    ("scope", {"required": ["2023-02-29", None]}, "required", "is not a day of the calendar"),
    ("scope", {"required": ["20230228", None]}, "required", "must be a date such as"),
    ("scope", {"required": ["2023-2-28", None]}, "required", "must be a date such as"),
    ("scope", {"required": [20230228, None]}, "required", "must be a date such as"),
    ("scope", {"required": ["٢٠٢٣-01-01", None]}, "required", "must be a date such as"),
    ("scope", {"required": ["0000-01-01", None]}, "required", "is not a day of the calendar"),
    ("version", {"published": "soon"}, "published", "must be a date such as"),
    ("criterion", {"level": "must"}, "level", "'must' is not one of MUST, SHOULD, MAY"),
    ("criterion", {"proofs": ["hearsay"]}, "proofs", "entry 1 'hearsay' is not one of document"),
    ("criterion", {"proofs": "document"}, "proofs", "must be a list"),
    ("criterion", {"requirements": ["a b"]}, "requirements", "entry 1 'a b' must hold no space"),
    ("criterion", {"proofs": ["document"] * 2}, "proofs", "names 'document' twice"),
    ("criterion", {"version": "9"}, "version", "there is no version DCB0129 9"),
    ("criterion", {"check": "tls.version"}, "check", "must hold an id and params"),
    ("criterion", {"check": {"id": "no.such", "params": {}}}, "check", "there is no check called"),
    (
        "criterion",
        {"check": {"id": "tls.version", "params": {"maximum": "1.2"}}},
        "check",
        "tls.version has no parameter “maximum”",
    ),
    (
        "criterion",
        {"check": {"id": "fhir.capabilities", "params": {"required": {"kind": "instance"}}}},
        "check",
        "“required” must be a CapabilityStatement",
    ),
    ("succession", {"successor": "03F"}, "successor", "an organisation cannot follow itself"),
    ("succession", {"predecessor": "ZZZ"}, "predecessor", "there is no organisation ZZZ"),
    ("product", {"state": "sold"}, "state", "'sold' is not one of draft, listed, withdrawn"),
    ("product", {"ref": "a/b"}, "ref", "may hold only letters, digits, hyphens and underscores"),
    ("product", {"supplier": "nobody"}, "supplier", "there is no supplier nobody"),
    ("supplier", {"website": "javascript:alert(1)"}, "website", "must be a web address"),
    ("claim", {"product": "nothing"}, "product", "there is no product nothing"),
    ("endpoint", {"profile": "gopher"}, "profile", "'gopher' is not one of fhir"),
    ("endpoint", {"url": "http://x.example.test"}, "url", "must start with https://"),
    ("endpoint", {"url": "https://me:pw@x.example.test"}, "url", "must not contain a user name"),
    ("proof", {"form": "certificate"}, "form", "DCB0129 4.2 CSCR does not accept certificate"),
    ("proof", {"criteria": []}, "criteria", "must name at least 1"),
    ("proof", {"criteria": [["DCB0129", "4.2"]]}, "criteria", "entry 1 must be a list of 3"),
    (
        "proof",
        {"criteria": [["DCB0129", "4.2", "NONE"]]},
        "criteria",
        "there is no criterion DCB0129 4.2 NONE",
    ),
    ("proof", {"supersedes": "ghost"}, "supersedes", "there is no proof ghost"),
    ("proof", {"links": ["data:text/html,x"]}, "links", "must be a web address"),
    ("check_spell", {"check": "no.such"}, "check", "there is no check called"),
    ("check_spell", {"result": "maybe"}, "result", "'maybe' is not one of pass, fail, unknown"),
    (
        "check_spell",
        {"endpoint": ["aldermoor-record", "https://other.example.test"]},
        "endpoint",
        "there is no endpoint https://other.example.test of aldermoor-record",
    ),
    ("dispensation", {"reason": "  "}, "reason", "must not be empty"),
    ("contract", {"value": "1250000.00"}, "value", "must hold an amount and a currency"),
    (
        "contract",
        {"value": {"amount": 1.5, "currency": "GBP"}},
        "value",
        "amount must be text such as",
    ),
    (
        "contract",
        {"value": {"amount": "1.50", "currency": "pounds"}},
        "value",
        "currency must be three capital letters",
    ),
    ("contract", {"products": ["nothing"]}, "products", "there is no product nothing"),
    ("contract", {"buyer": "ZZZ"}, "buyer", "there is no organisation ZZZ"),
]


@pytest.mark.parametrize(("kind", "fields", "field", "reason"), FIELDS)
def test_a_bad_field_is_named_with_its_line(kind, fields, field, reason, standards_editor, now):
    lines = changed(kind, **fields)

    problems = refused(written(lines), by=standards_editor, now=now)

    mine = [said for line, name, said in problems if (line, name) == (place_of(kind) + 1, field)]
    assert len(mine) == 1
    assert reason in mine[0]


@pytest.mark.parametrize("kind", sorted({line["kind"] for line in LINES}))
def test_a_missing_field_is_named(kind, standards_editor, now):
    place = place_of(kind)
    for name in set(LINES[place]) - {"kind", "group"}:
        lines = [dict(line) for line in LINES]
        del lines[place][name]

        problems = refused(written(lines), by=standards_editor, now=now)

        assert (place + 1, name, "is missing") in problems


EVIL = [
    (b"\xef\xbb\xbf{}\n", "line", "starts with a byte order mark"),
    (b'{"kind":"capability"}\r\n', "line", "contains a carriage return"),
    (b'{"kind":"supplier","ref":"a","name":"\xff"}\n', "line", "is not UTF-8"),
    (b'{"kind":"supplier","ref":"a"', "line", "is not JSON"),
    (b"not json\n", "line", "is not JSON"),
    (b"\n", "line", "is empty"),
    (b"  \n", "line", "is empty"),
    (b"[]\n", "line", "must be one JSON object"),
    (b'"text"\n', "line", "must be one JSON object"),
    (b"{}\n", "kind", "is missing"),
    (b'{"kind":"spaceship"}\n', "kind", "'spaceship' is not one of capability"),
    (b'{"kind":7}\n', "kind", "7 is not one of capability"),
    (b'{"kind":["capability"]}\n', "kind", "is not one of capability"),
    (b'{"kind":"supplier","ref":"a","ref":"b","name":"x"}\n', "ref", "is given twice"),
    (b'{"kind":"supplier","kind":"supplier","ref":"b","name":"x"}\n', "kind", "is given twice"),
    (b'{"kind":"supplier","ref":"a","name":NaN}\n', "line", "contains NaN, which is not JSON"),
    (b'{"kind":"supplier","ref":"a","name":Infinity}\n', "line", "contains Infinity"),
    (b'{"kind":"supplier","ref":"a","name":1e999}\n', "line", "which is too large"),
    (b'{"kind":"supplier","ref":"a","name":' + b"9" * 5000 + b"}\n", "line", "which is too large"),
    (b'{"kind":"supplier","ref":"a","name":' + b"[" * 200000, "line", "is nested too deep"),
    (
        b'{"kind":"supplier","ref":"a","name":' + b"[" * 900 + b"]" * 900 + b"}",
        "line",
        "is nested too deep",
    ),
    (b'{"kind":"supplier","ref":"a","name":"\\ud800"}\n', "name", "U+D800"),
    (b'{"kind":"supplier","ref":"a","name":"' + b"x" * 1_000_001 + b'"}\n', "line", "longer than"),
]


@pytest.mark.parametrize(("content", "field", "reason"), EVIL)
def test_an_evil_line_is_refused(content, field, reason, standards_editor, now):
    (problem,) = refused(content, by=standards_editor, now=now)

    assert problem[:2] == (1, field)
    assert reason in problem[2]


def test_every_problem_is_told_at_once(standards_editor, now):
    lines = changed("scope", required=["2019-01-01", "2018-01-01"])
    lines[place_of("product")]["state"] = "sold"
    del lines[place_of("contract")]["title"]

    problems = refused(written(lines), by=standards_editor, now=now)

    assert [(line, field) for line, field, _ in problems] == [
        (place_of("scope") + 1, "required"),
        (place_of("product") + 1, "state"),
        (place_of("contract") + 1, "title"),
    ]


def test_of_very_many_problems_a_hundred_are_told(standards_editor, now):
    with pytest.raises(RegisterRefused) as refusal:
        load_lines([{"kind": "spaceship"}] * 250, by=standards_editor, now=now)

    assert len(refusal.value.problems) == 100
    assert "and 150 more" in refusal.value.message


def test_lines_of_one_key_may_repeat_each_other_but_not_differ(standards_editor, now):
    supplier = LINES[place_of("supplier")]
    load_lines([supplier, supplier], by=standards_editor, now=now)
    LoadedFile.objects.all().delete()

    problems = refused(
        written([supplier, {**supplier, "name": "Other"}]), by=standards_editor, now=now
    )

    assert problems == [(2, "name", "contradicts line 1, which has the same key")]


def test_two_periods_of_one_key_contradict_each_other(standards_editor, now):
    scope = LINES[place_of("scope")]
    shorter = {**scope, "required": ["2018-05-02", "2020-01-01"]}

    problems = refused(written([*LINES, shorter]), by=standards_editor, now=now)

    assert problems[0][:2] == (len(LINES) + 1, "required")


def test_two_results_of_a_check_on_one_day_are_refused(standards_editor, now):
    spell = {**LINES[place_of("check_spell")], "result": "fail", "period": ["2024-01-01", None]}

    problems = refused(written([*LINES, spell]), by=standards_editor, now=now)

    assert problems[0][:2] == (len(LINES) + 1, "period")
    assert "2024-01-01 would have two results of tls.version" in problems[0][2]


def test_a_criterion_may_not_stop_accepting_evidence_that_rests_on_it(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    criterion = {**LINES[place_of("criterion")], "proofs": ["certificate"]}
    before = dumped()

    with pytest.raises(RegisterRefused) as refusal:
        load_lines([criterion], by=standards_editor, now=now)

    (problem,) = refusal.value.problems
    assert (problem.line, problem.field) == (1, "proofs")
    assert (
        problem.reason
        == "accepted evidence aldermoor-cscr-3 is a document, which this would refuse"
    )
    assert dumped() == before
    assert Criterion.objects.get(code="CSCR").proofs == ["document"]


def test_a_failed_change_leaves_what_was_loaded_before(standards_editor, now):
    load_lines(LINES, by=standards_editor, now=now)
    before, spells = dumped(), list(Spell.objects.order_by("pk").values())
    lines = changed("product", name="Renamed")
    lines[place_of("contract")]["buyer"] = "ZZZ"

    with pytest.raises(RegisterRefused):
        load_lines(lines, by=standards_editor, now=now)

    assert dumped() == before
    assert list(Spell.objects.order_by("pk").values()) == spells


@pytest.mark.parametrize("person", ["assessor", "administrator", "buyer", "outsider"])
def test_only_a_standards_editor_loads(person, request, now, db):
    by = request.getfixturevalue(person)
    before = dumped()

    with pytest.raises(NotPermitted, match="standards editor"):
        load_lines(LINES, by=by, now=now)

    assert dumped() == before


def test_an_empty_file_loads_nothing(standards_editor, now):
    loaded = load(stream=BytesIO(b""), name="empty", by=standards_editor, now=now)

    assert (loaded.lines, loaded.changed_something) == (0, False)
