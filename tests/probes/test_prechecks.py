"""A supplier sees what would be found, and nothing of it counts."""

import json
from datetime import timedelta

import pytest

from registry.audit.models import Event
from registry.common.errors import NotPermitted
from registry.probes.enums import PrecheckState
from registry.probes.models import CheckSpell, CheckState, Endpoint, Precheck, Probe
from registry.probes.services.prechecking import Ran
from registry.probes.services.prechecks import PrecheckRefused, ask_again
from tests import factories
from tests.probes.prechecking import asked, run, whole
from tests.probes.test_addresses import REFUSED, recorded

pytestmark = pytest.mark.django_db


def test_it_ends_with_the_report_of_a_visit(supplier, supplier_editor, simulated, loopback, now):
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    assert precheck.state == PrecheckState.WAITING

    assert run(now) == Ran(reported=1)

    precheck.refresh_from_db()
    assert precheck.state == PrecheckState.REPORTED
    assert (precheck.trouble, precheck.claim, precheck.claimed_until) == ("", None, None)
    assert now <= precheck.finished_at < now + timedelta(seconds=20)
    report = precheck.report
    assert (report["url"], report["profile"], report["outcome"]) == (
        simulated.url,
        "fhir-r4",
        "answered",
    )
    assert {finding["result"] for finding in report["findings"]} == {"pass"}
    assert run(now) == Ran()


def test_each_step_is_told_with_what_came_back(supplier, supplier_editor, simulated, loopback, now):
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    precheck.refresh_from_db()
    told = [(each["step"], each["state"], each["words"]) for each in precheck.progress]
    assert told == [
        ("resolve", "done", ""),
        ("connect", "done", ""),
        ("handshake", "done", "TLS 1.3"),
        ("metadata", "done", "HTTP 200"),
        ("smart_configuration", "done", "HTTP 200"),
        ("older_tls", "done", "Refused"),
    ]


def test_a_server_of_old_tls_alone_is_told_so(supplier, supplier_editor, simulated, loopback, now):
    simulated.switch("tls10")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    precheck.refresh_from_db()
    told = {each["step"]: (each["state"], each["words"]) for each in precheck.progress}
    assert list(told) == ["resolve", "connect", "handshake", "older_tls"]
    assert told["handshake"][0] == "failed"
    assert told["older_tls"] == ("done", "TLS 1.0 is accepted")


def test_nothing_of_it_counts_and_asking_is_audited(
    supplier, supplier_editor, simulated, loopback, now
):
    simulated.switch("invalid")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    counted = [model.objects.count() for model in (Endpoint, Probe, CheckState, CheckSpell)]
    assert counted == [0, 0, 0, 0]
    precheck.refresh_from_db()
    assert "fail" in {finding["result"] for finding in precheck.report["findings"]}
    (event,) = Event.objects.all()
    assert (event.action, event.actor, event.at) == ("probes.precheck_asked", supplier_editor, now)
    assert event.detail == {"supplier": "aldermoor", "url": simulated.url, "profile": "fhir-r4"}


def test_it_asks_as_the_criteria_ask(supplier, supplier_editor, simulated, loopback, now):
    version = factories.make_version(factories.make_standard())
    factories.make_criterion(
        version, check_id="fhir.version", check_params={"accepted": ["5.0.0"]}, proofs=("check",)
    )
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    precheck.refresh_from_db()
    found = {finding["check"]: finding for finding in precheck.report["findings"]}
    assert found["fhir.version"]["params"]["accepted"] == ["5.0.0"]
    assert found["fhir.version"]["result"] == "fail"


@pytest.mark.parametrize(
    "who", ["supplier_owner", "supplier_editor", "assessor", "case_officer", "standards_editor"]
)
def test_members_and_officers_may_ask(supplier, request, now, who):
    person = request.getfixturevalue(who)
    assert asked(supplier, person, now).asked_by == person


@pytest.mark.parametrize("who", ["rival_editor", "buyer", "outsider", "auditor", "administrator"])
def test_nobody_else_may(supplier, request, now, who):
    with pytest.raises(NotPermitted, match="Only people who act for Aldermoor Health Systems"):
        asked(supplier, request.getfixturevalue(who), now)
    assert (Precheck.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize("url", REFUSED)
def test_a_hostile_address_is_refused_unvisited(supplier, supplier_editor, now, url):
    with recorded() as attempts, pytest.raises(PrecheckRefused) as refused:
        asked(supplier, supplier_editor, now, url)

    assert refused.value.field == "url"
    assert attempts == []
    assert (Precheck.objects.count(), Event.objects.count()) == (0, 0)


def test_another_kind_and_another_suppliers_product_are_refused(
    supplier, supplier_editor, rival, now
):
    theirs = factories.make_product("brackenfell-notes", supplier=rival)
    with pytest.raises(PrecheckRefused, match="“soap” is not a kind of endpoint"):
        asked(supplier, supplier_editor, now, profile="soap")
    with pytest.raises(PrecheckRefused, match="is not a product of Aldermoor Health Systems"):
        asked(supplier, supplier_editor, now, product=theirs)
    assert Precheck.objects.count() == 0


def test_asking_again_asks_the_same_beside_it(supplier, supplier_editor, product, now):
    first = asked(supplier, supplier_editor, now, product=product, typed={"in_service_from": "x"})
    Precheck.objects.update(finished_at=now, trouble="It broke.")

    second = ask_again(precheck=first, by=supplier_editor, now=now + timedelta(minutes=1))

    same = ("supplier_id", "product_id", "url", "host", "profile", "typed")
    assert [getattr(second, name) for name in same] == [getattr(first, name) for name in same]
    assert second.uuid != first.uuid
    assert Precheck.objects.count() == 2


def test_what_was_typed_is_kept_as_far_as_it_fits(supplier, supplier_editor, now):
    typed = {"in_service_from_day": "1\x00", "in_service_from_year": "2" * 5000}
    precheck = asked(supplier, supplier_editor, now, typed=typed)

    precheck.refresh_from_db()
    assert precheck.typed == {"in_service_from_day": "1", "in_service_from_year": "2" * 20}


def test_a_server_that_cannot_be_reached_ends_in_a_report(
    supplier, supplier_editor, simulated, loopback, now
):
    simulated.switch("dead")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)

    precheck.refresh_from_db()
    assert precheck.report["outcome"] == "unreachable"
    assert "connection refused" in precheck.report["detail"]
    told = {each["step"]: each["state"] for each in precheck.progress}
    assert told == {"resolve": "done", "connect": "failed"}


def test_one_that_is_old_is_removed_and_a_younger_one_stays(supplier, supplier_editor, now):
    from registry.probes.rules.months import Keeping
    from registry.probes.services.pruning import prune

    old = asked(supplier, supplier_editor, now - timedelta(days=30, seconds=1))
    Precheck.objects.update(finished_at=now, trouble="It broke.")
    young = asked(supplier, supplier_editor, now - timedelta(days=30))

    assert prune(now=now, keeping=Keeping(100, 730)).prechecks == 1

    assert list(Precheck.objects.all()) == [young]
    assert not Precheck.objects.filter(pk=old.pk).exists()


def test_the_command_prints_the_report_that_is_downloaded(
    client, supplier, supplier_editor, simulated, loopback, authority, now
):
    """Word for word, but for the moment, what the visit took, and the days that are left."""
    from tests.probes.test_commands import ask as probe

    simulated.switch("stu3")
    precheck = asked(supplier, supplier_editor, now, simulated.url)
    run(now)
    client.force_login(supplier_editor)
    downloaded = client.get(f"/prechecks/{precheck.uuid}/report.json").content.decode()
    _, printed = probe(simulated, "--profile", "fhir-r4", "--json")

    assert _steady(printed) == _steady(downloaded)
    assert list(json.loads(printed)) == list(json.loads(downloaded))
    assert _indented(printed) == printed
    assert _indented(downloaded) == downloaded


def _steady(text: str) -> dict:
    report = json.loads(text)
    for part in (report, *report["captures"].values()):
        part["timings"] = sorted(part["timings"])
    for finding in report["findings"]:
        if finding["check"] == "tls.certificate":
            finding["actual"] = ""
    return report | {"at": ""}


def _indented(text: str) -> str:
    return json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_a_world_without_pre_checks_costs_one_question(db, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert run(now) == Ran()
    assert whole() == []
