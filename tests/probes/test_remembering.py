"""What is known is not worked out again, and never taken for another's."""

import ast
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.probes.checks import base, get_check
from registry.probes.checks.base import Seen, passed
from registry.probes.models import CaptureBody, CheckState, OlderTlsRefusal, Probe
from registry.probes.rules.confirmation import (
    REMEMBERED_RESULTS,
    Confirmation,
    Held,
    State,
    advance,
)
from registry.probes.rules.documents import MAX_DEPTH, _duplicates, read_document
from registry.probes.rules.observation import LegacyFacts
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Result
from registry.probes.rules.urls import UrlRefused, parse_target, sibling_target
from registry.probes.services.asking import probe_now
from registry.probes.services.claiming import claim_due
from registry.probes.services.judging import Bench, Judged, Kept, as_json
from registry.probes.services.rows import pass_again
from registry.probes.services.spelling import state_of
from registry.probes.simulation import SimulatedEndpoint
from tests import factories
from tests.probes.conftest import visit as work
from tests.probes.seeing import statement, tls
from tests.probes.seeing import visit as seen

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_base = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """A check that counts how often it is asked; what it reads can be changed."""
    calls = []
    read = {"of": lambda seen: seen.exchange(CaptureName.METADATA).document.object["status"]}

    def judge(seen: Seen):
        calls.append(read["of"](seen))
        return passed(f"Read {calls[-1]}.")

    judge.calls, judge.read = calls, read
    monkeypatch.setattr(base, "_register", dict(base._register))
    made = base.Check(
        id="test.counting", version=1, title="", rationale="", reference="", remedy="",
        profiles=FHIR_PROFILES, judge=judge, captures=(CaptureName.METADATA,),
        parameters={"wanted": base.Parameter(str, "", "Some text.")},
    )  # fmt: skip
    base._register[made.id] = made
    return judge


def again(observation, judged: list[Judged], **changed) -> list[Judged]:
    """The next visit of another worker, which has what is stored and nothing else."""
    kept = {each.check: Kept(each.basis, each.text, each.result.value, None) for each in judged}
    made = replace(get_check("test.counting"), **changed.pop("check", {}))
    return Bench([(made, made.complete(changed))]).judge(observation, kept)


def first(observation) -> list[Judged]:
    return again(observation, [])


# Findings


def test_an_unchanged_answer_is_judged_once(asked):
    judged = first(seen(metadata=statement()))
    repeated = again(seen(metadata=statement()), judged)
    assert len(asked.calls) == 1
    assert [(each.text, each.same) for each in repeated] == [(judged[0].text, True)]


def test_a_changed_body_header_or_status_is_judged_again(asked):
    judged = first(seen(metadata=statement()))
    again(seen(metadata=statement(status="draft")), judged)
    assert asked.calls == ["active", "draft"]
    again(seen(metadata=statement(), status=201), judged)
    assert len(asked.calls) == 3
    other = seen(metadata=statement())
    other.exchanges[CaptureName.METADATA].headers["server"] = "another"
    again(other, judged)
    assert len(asked.calls) == 4


def test_fields_that_servers_stamp_are_judged_again_too(asked):
    """A body of the same canonical form may say another date, and a check may read it."""
    judged = first(seen(metadata=statement()))
    again(seen(metadata=statement(date="2026-01-06")), judged)
    assert len(asked.calls) == 2


def test_another_version_other_parameters_or_another_profile_is_judged_again(asked):
    judged = first(seen(metadata=statement()))
    again(seen(metadata=statement()), judged, check={"version": 2})
    again(seen(metadata=statement()), judged, wanted="more")
    again(replace(seen(metadata=statement()), profile=list(FHIR_PROFILES)[0]), judged)
    assert len(asked.calls) >= 3
    again(seen(metadata=statement()), judged)
    assert asked.calls.count("active") == len(asked.calls)


@pytest.mark.parametrize(
    "read",
    [
        lambda seen: seen.at,
        lambda seen: seen.visit.tls,
        lambda seen: seen.visit.legacy,
        lambda seen: seen.visit.url,
        lambda seen: list(seen.visit.exchanges),
        lambda seen: seen.exchange(CaptureName.SMART_CONFIGURATION),
    ],
)
def test_what_reads_more_than_its_captures_is_judged_at_every_visit(asked, read):
    asked.read["of"] = read
    answers = seen(metadata=statement(), smart={}, tls_facts=tls())
    judged = first(answers)
    assert judged[0].basis == ""
    again(answers, judged)
    assert len(asked.calls) == 2


def test_our_own_error_is_never_remembered(asked):
    asked.read["of"] = lambda seen: 1 / 0
    judged = first(seen(metadata=statement()))
    assert (judged[0].result, judged[0].basis) == (Result.ERROR, "")


@_base
def test_the_memory_is_kept_with_the_endpoint_for_every_worker(
    asked, endpoint, simulated, probe, now
):
    probe(now)
    probe(now + timedelta(hours=7))
    assert len(asked.calls) == 1
    states = dict(CheckState.objects.values_list("check_id", "basis"))
    assert states["test.counting"]
    assert states["fhir.statement"]
    assert states["tls.certificate"] == "", "days go by"
    last, before = Probe.objects.all()
    assert [each for each in last.findings if each["check"].startswith("fhir")] == [
        each for each in before.findings if each["check"].startswith("fhir")
    ]
    simulated.switch("invalid")
    probe(now + timedelta(hours=14))
    assert len(asked.calls) == 2


@_base
def test_two_servers_are_never_taken_for_one_another(product, simulated, authority, probe, now):
    with SimulatedEndpoint("expired", folder=authority.folder) as other:
        good = factories.make_endpoint(product, simulated.url)
        bad = factories.make_endpoint(product, other.url)
        for hours in (0, 7):
            probe(now + timedelta(hours=hours))
    for endpoint, result, problems in ((good, "pass", 0), (bad, "fail", 1)):
        for visit in endpoint.probes.all():
            found = {each["check"]: each["result"] for each in visit.findings}
            assert found["tls.certificate"] == result
            assert len(visit.tls["problems"]) == problems
    chains = {e.probes.first().tls["chain"][0]["sha256"] for e in (good, bad)}
    assert len(chains) == 2


# Bodies


@_base
def test_a_changing_body_is_kept_each_time_and_an_unchanged_one_once(
    endpoint, simulated, probe, now
):
    probe(now)
    probe(now + timedelta(hours=7))
    assert CaptureBody.objects.count() == 2
    simulated.switch("changing")
    for visit in range(1, 4):
        probe(now + timedelta(days=visit))
    named = {p.captures["metadata"]["sha256"] for p in Probe.objects.all()}
    assert CaptureBody.objects.count() == 2 + 2 * 3
    for body in CaptureBody.objects.all():
        content = bytes(body.content)
        assert body.size == len(content)
        assert json.loads(content)
    assert named <= set(CaptureBody.objects.values_list("pk", flat=True))


def test_what_postgresql_does_not_keep_is_replaced(db):
    assert json.loads(as_json({"a": "x\x00y", "b": "\\u0000"})) == {"a": "x\ufffdy", "b": "\\u0000"}


# Older TLS


def legacy_of_last() -> dict:
    return Probe.objects.order_by("at").last().tls["legacy"]


@_base
def test_a_refusal_of_older_tls_is_relied_on_for_a_day(endpoint, probe, now):
    probe(now)
    assert (legacy_of_last()["asked"], "asked_at" in legacy_of_last()) == (True, False)
    probe(now + timedelta(hours=23))
    assert datetime.fromisoformat(legacy_of_last()["asked_at"]) == now
    assert CheckState.objects.get(check_id="tls.version").result == "pass"
    probe(now + timedelta(hours=24))
    assert "asked_at" not in legacy_of_last()
    assert OlderTlsRefusal.objects.get().asked_at == now + timedelta(hours=24)


@_base
def test_an_acceptance_is_asked_about_at_every_visit(endpoint, simulated, probe, now):
    probe(now)
    simulated.switch("legacy")
    probe(now + timedelta(hours=25))
    assert legacy_of_last()["accepted"]
    assert not OlderTlsRefusal.objects.exists()
    simulated.switch("conformant")
    probe(now + timedelta(hours=26))
    assert (legacy_of_last()["accepted"], "asked_at" in legacy_of_last()) == ("", False)


@_base
def test_whoever_asks_for_a_visit_learns_how_older_tls_is_now(
    endpoint, simulated, probe, now, case_officer
):
    probe(now)
    simulated.switch("legacy")
    at = now + timedelta(hours=1)
    probe_now(endpoint=endpoint, by=case_officer, now=at)
    work(claim_due(now=at), at)
    assert legacy_of_last()["accepted"]


@_base
def test_another_certificate_is_asked_anew(endpoint, probe, now):
    probe(now)
    OlderTlsRefusal.objects.update(certificate="f" * 64)
    probe(now + timedelta(hours=7))
    assert "asked_at" not in legacy_of_last()


def test_a_refusal_of_another_certificate_speaks_for_nobody():
    from registry.probes.rules.observation import Refusal

    known = Refusal(NOW, "no", "00")
    assert known.still_speaks_for(tls())
    assert not Refusal(NOW, "no", "ff").still_speaks_for(tls())
    assert not known.still_speaks_for(None)
    assert LegacyFacts(asked=True).asked_at is None


# What is said in SQL and what is said in the rules


@pytest.mark.parametrize("end", [None, NOW + timedelta(days=9)])
def test_a_pass_again_is_what_the_rules_make_of_it(db, end):
    """For every kind of state at once: those that the statement moved, and those it left."""
    endpoint = factories.make_endpoint(factories.make_product())
    before = _samples()
    for number, state in enumerate(before):
        CheckState.objects.create(
            endpoint=endpoint, check_id=str(number), since=NOW.date(), result=state.held.value,
            failures=state.failures, failing_since=state.failing_since,
            last_conclusive_at=state.last_conclusive_at, known_end=state.known_end,
            recent=state.recent,
        )  # fmt: skip
    judged = [
        Judged(str(number), Result.PASS, end, "{}", "", same=True) for number in range(len(before))
    ]

    done = pass_again([(endpoint.pk, each, NOW) for each in judged], remembered=REMEMBERED_RESULTS)

    assert done
    for number, state in enumerate(before):
        step = advance(
            state, result=Result.PASS, at=NOW, scheduled=True, confirmation=Confirmation(),
            known_end=end,
        )  # fmt: skip
        row = CheckState.objects.get(check_id=str(number))
        if (endpoint.pk, str(number)) in done:
            assert not step.turned
            assert state_of(row) == step.state
        else:
            assert state_of(row) == state
            assert step.turned or step.state == state


def _samples() -> list[State]:
    return [
        State(held, failures, since, last, end, recent)
        for held in Held
        for failures, since in ((0, None), (2, NOW - timedelta(hours=5)))
        for last in (None, NOW - timedelta(hours=6), NOW, NOW + timedelta(hours=1))
        for end in (None, NOW + timedelta(days=9))
        for recent in ("", "PFP", "P" * REMEMBERED_RESULTS)
    ]


# Reading quickly, and reading carefully


class _Pairs(list):
    """An object's pairs as they are written, names twice and all."""


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.text('ab":\\ {}[]\u00e9', max_size=5),
)
pairs = st.deferred(lambda: st.tuples(st.text('ab":\\ {}', max_size=2), values))
values = st.deferred(
    lambda: (
        leaves
        | st.lists(values, max_size=3)
        | st.lists(pairs, max_size=3).map(_Pairs)
        | st.lists(st.tuples(st.just("a"), leaves), min_size=2, max_size=3).map(_Pairs)
    )
)


def _write(value, space: str) -> str:
    if isinstance(value, _Pairs):
        pairs = (f"{json.dumps(k)}{space}:{space}{_write(v, space)}" for k, v in value)
        return "{" + f"{space},".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(_write(each, space) for each in value) + "]"
    return json.dumps(value, ensure_ascii=len(space) % 2 == 0)


@given(value=values, space=st.sampled_from(["", " ", "\n ", "\t"]))
def test_names_that_stand_twice_are_found_however_they_are_written(value, space):
    body = _write(value, space).encode()
    assert read_document(body).duplicate_names == _duplicates(body)


@given(depth=st.integers(1, 400), filler=st.sampled_from(["", '"]}{["', "1"]))
def test_depth_is_told_however_brackets_stand_in_text(depth, filler):
    body = ("[" * depth + filler + "]" * depth).encode()
    assert bool(read_document(body).error) == (depth > MAX_DEPTH + (1 if not filler else 0))


@pytest.mark.parametrize(
    "url",
    [
        "https://fhir.example.test/r4/metadata",
        "https://fhir.example.test/é?q=1#part",
        "https://fhir.example.test:8443/r4",
        "https://fhir.example.test.evil.example/r4",
        "https://fhir.example.test@evil.example/",
        "https://fhir.example.test?metadata",
        "https://fhir.example.test/a b",
        "https://fhir.example.test/" + "a" * 600,
        "http://fhir.example.test/r4",
    ],
)
def test_a_sibling_is_judged_as_any_url_is(url):
    target = parse_target("https://fhir.example.test/r4?x=1")
    try:
        expected = parse_target(url)
    except UrlRefused as refused:
        with pytest.raises(UrlRefused, match=str(refused)[:20]):
            sibling_target(target, url)
    else:
        assert sibling_target(target, url) == expected


def test_no_check_judges_timings():
    """They differ at every visit and are no part of what a finding is remembered by."""
    folder = Path(base.__file__).parent
    for path in folder.glob("*.py"):
        read = {
            n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)
        }
        assert "timings" not in read, path.name
