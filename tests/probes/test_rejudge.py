"""A changed rule over what is stored: shown first, then held from today; no day is rewritten."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.audit.models import Event
from registry.common import bells
from registry.common.periods import civil_date
from registry.probes.checks import base, get_check
from registry.probes.checks.base import failed, passed
from registry.probes.models import CaptureBody, CheckSpell, CheckState, Endpoint, Probe
from registry.probes.rules.profiles import CaptureName
from registry.probes.services.rejudging import carry_out, plan
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
CHECK = "fhir.version"


@pytest.fixture
def visited(endpoint, probe):
    """Aldermoor Record, visited every six hours for three days until an hour ago."""
    last = timezone.now() - timedelta(hours=1)
    for hours in range(72, -1, -6):
        probe(last - timedelta(hours=hours))
    return endpoint


@pytest.fixture
def rule(monkeypatch):
    """Give a check another rule, under its next version."""

    def change(check_id: str, judge, **facts) -> base.Check:
        old = get_check(check_id)
        new = replace(old, version=old.version + 1, judge=judge, **facts)
        monkeypatch.setitem(base._register, check_id, new)
        return new

    return change


def ask_for(*accepted: str) -> None:
    version = factories.make_version(factories.make_standard("FHIR"))
    factories.make_criterion(
        version, "A", check_id=CHECK, check_params={"accepted": list(accepted)}
    )


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rejudge", "--check", CHECK, *arguments, stdout=out)
    return out.getvalue()


def spells() -> list[tuple]:
    rows = CheckSpell.objects.filter(check_id=CHECK).order_by("period")
    return [(row.result, row.period.lower, row.period.upper) for row in rows]


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in
            (CheckSpell, CheckState, Probe, CaptureBody, Endpoint, Event)]  # fmt: skip


def test_a_dry_run_shows_what_would_flip_and_changes_nothing(visited):
    ask_for("R5")
    before = everything()

    text = run("--dry-run")

    assert text == (
        "fhir.version version 1: visits judged 13, endpoints 1; otherwise than then 13;"
        " results that would flip 1.\n"
        f"{visited.url}: pass -> fail (FHIR R4 is older than what is accepted here.)\n"
        "Nothing was changed.\n"
    )
    assert everything() == before


def test_what_flips_is_held_from_today_and_no_earlier(visited):
    ask_for("R5")
    began, today = civil_date(Probe.objects.earliest("at").at), civil_date(timezone.now())
    probes = list(Probe.objects.order_by("pk").values())
    rung = []

    def listen(sender, *, product_ids, cause, **more):
        rung.append((product_ids, cause))

    bells.facts_changed.connect(listen)
    try:
        assert "Endpoints recorded 1, turned 1." in run("--yes")
    finally:
        bells.facts_changed.disconnect(listen)

    assert spells() == [("pass", began, today), ("fail", today, None)]
    assert list(Probe.objects.order_by("pk").values()) == probes, "what was found then stays"
    state = CheckState.objects.get(check_id=CHECK)
    assert (state.result, state.since, state.failures) == ("fail", today, 13)
    assert state.finding["params"] == {"accepted": ["R5"]}
    event = Event.objects.get(action="probes.rejudged")
    assert (event.detail["check"], event.detail["version"], event.detail["visits"]) == (
        CHECK, 1, 13,
    )  # fmt: skip
    ((products, _),) = rung
    assert products == [visited.product_id]
    assert "would flip 0." in run("--dry-run"), "a second time finds nothing to turn"


def test_a_new_version_is_recorded_with_what_it_finds(visited, rule):
    rule(CHECK, lambda seen: passed("Every release is welcome now."))
    run("--yes")
    finding = CheckState.objects.get(check_id=CHECK).finding
    assert (finding["version"], finding["message"]) == (2, "Every release is welcome now.")
    assert not Event.objects.filter(action="probes.rejudged").exists(), "nothing turned"


def test_too_few_failures_confirm_nothing(endpoint, probe):
    last = timezone.now() - timedelta(hours=1)
    for hours in (12, 6, 0):
        probe(last - timedelta(hours=hours))
    ask_for("R5")
    assert "otherwise than then 3; results that would flip 0." in run("--yes")
    state = CheckState.objects.get(check_id=CHECK)
    assert (state.result, state.failures) == ("pass", 3)


def test_visits_before_the_day_asked_for_do_not_count(visited):
    ask_for("R5")
    text = run("--dry-run", "--since", civil_date(timezone.now()).isoformat())
    assert "would flip 0." in text


def test_a_body_that_is_not_kept_leaves_it_unknown_and_nothing_turns(visited):
    ask_for("R5")
    CaptureBody.objects.all().delete()
    before = spells()
    assert "would flip 0." in run("--yes")
    assert spells() == before
    assert CheckState.objects.get(check_id=CHECK).finding["result"] == "unknown"
    assert CheckState.objects.get(check_id=CHECK).result == "pass"


def test_a_header_that_is_never_kept_cannot_be_told(visited, rule):
    def judge(seen):
        headers = seen.exchange(CaptureName.METADATA).headers
        return failed("No policy.") if "x-policy" not in headers else passed("A policy.")

    rule(CHECK, judge)
    assert "would flip 0." in run("--yes")
    finding = CheckState.objects.get(check_id=CHECK).finding
    assert (finding["result"], finding["actual"]) == ("unknown", "x-policy")


def test_a_visit_is_rebuilt_as_it_was_seen(visited):
    """Judged from what is stored, every check says what it said on the spot."""
    now = timezone.now()
    since = now - timedelta(days=30)
    for check in base.all_checks():
        if not check.applies_to(visited.profile) or check.on_demand:
            continue
        (each,) = plan(check=check, endpoints=[visited.pk], since=since, now=now)
        stored = CheckState.objects.get(check_id=check.id).finding
        assert json.loads(json.dumps(each.finding.as_dict())) == stored
        assert (each.flips, each.differing) == (False, 0)


def test_another_endpoint_is_left_alone(visited, simulated, product):
    factories.make_endpoint(product, simulated.url + "/other")
    ask_for("R5")
    assert "endpoints 1;" in run("--dry-run", "--endpoint", visited.url)
    with pytest.raises(CommandError, match="No endpoint"):
        run("--endpoint", "https://nowhere.example.test/")


def test_what_changed_in_the_meantime_is_not_turned(visited):
    ask_for("R5")
    check, now = get_check(CHECK), timezone.now()
    since = now - timedelta(days=30)
    shown = list(plan(check=check, endpoints=[visited.pk], since=since, now=now))
    Probe.objects.all().delete()
    before = spells()

    done = carry_out(check=check, shown=shown, since=since, now=now)

    assert (done.recorded, done.turned, done.overtaken) == (0, 0, (visited.url,))
    assert spells() == before


def test_nobody_agrees_and_nothing_happens(visited, monkeypatch):
    ask_for("R5")
    before = everything()
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert run().endswith("Nothing was changed.\n")
    assert everything() == before
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert "turned 1." in run()


def test_no_such_check(db):
    with pytest.raises(CommandError, match="There is no check called “none.such”"):
        call_command("rejudge", "--check", "none.such")


def test_the_next_visit_judges_anew_after_a_rejudgement(visited, probe):
    run("--yes")
    assert CheckState.objects.get(check_id=CHECK).basis == ""
    probe(timezone.now())
    assert CheckState.objects.get(check_id=CHECK).basis != ""
