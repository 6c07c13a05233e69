"""From the due row to the confirmed spell, on a real database and a real TLS server."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.audit.models import Event
from registry.common import bells
from registry.common.periods import civil_date, period
from registry.probes.enums import Control
from registry.probes.models import CaptureBody, CheckSpell, CheckState, Endpoint, Probe
from registry.probes.outfitting import BadOutfit
from registry.probes.selectors import asked_checks
from registry.probes.services.asking import probe_now
from registry.probes.services.claiming import CLAIM_FOR, MOST_OF_A_HOST, claim_due
from registry.probes.services.register import EndpointFacts, put_endpoints
from registry.probes.services.sweeping import sweep_stale
from tests import factories
from tests.probes.conftest import visit

pytestmark = pytest.mark.django_db(transaction=True)
SIX = {
    "fhir.reachable",
    "fhir.statement",
    "fhir.version",
    "smart.configuration",
    "tls.certificate",
    "tls.version",
}


@pytest.fixture
def rung():
    """Every ring of the bell for changed facts: its products."""
    heard = []

    def listen(sender, *, product_ids, **more):
        heard.append(product_ids)

    bells.facts_changed.connect(listen)
    yield heard
    bells.facts_changed.disconnect(listen)


def spells(check_id: str) -> list[tuple]:
    rows = CheckSpell.objects.filter(check_id=check_id).order_by("period")
    return [(row.result, row.period.lower, row.period.upper) for row in rows]


# The story of an endpoint


def test_a_conformant_endpoint_passes_every_check_from_today(endpoint, probe, now, on, rung):
    probe(now)

    rows = CheckSpell.objects.all()
    assert {row.check_id for row in rows} == SIX
    assert {(row.result, row.period.lower) for row in rows} == {("pass", on)}
    assert spells("tls.certificate")[0][2] is not None, "it is known when the certificate ends"
    assert spells("tls.version")[0][2] is None
    assert rung == [[endpoint.product_id]]
    event = Event.objects.get(action="probes.turned")
    assert {turn["check"] for turn in event.detail["turned"]} == SIX


def test_an_ordinary_passing_probe_moves_no_date_and_rewrites_nothing(endpoint, probe, now, rung):
    probe(now)
    before = list(CheckSpell.objects.order_by("pk").values())

    probe(now + timedelta(hours=6))
    probe(now + timedelta(days=3))

    assert list(CheckSpell.objects.order_by("pk").values()) == before
    assert len(rung) == 1
    assert Event.objects.count() == 1
    assert CaptureBody.objects.count() == 2, "an unchanged body is stored once"
    assert Probe.objects.count() == 3


def test_a_switch_to_tls_1_0_is_confirmed_after_three_failures_over_a_day(
    endpoint, simulated, probe, now, rung
):
    probe(now)
    simulated.switch("tls10")
    for hours in (6, 12, 18):
        probe(now + timedelta(hours=hours))
        assert spells("tls.version") == [("pass", civil_date(now), None)]
    assert rung == [[endpoint.product_id]]

    at = now + timedelta(hours=30)
    probe(at)

    assert spells("tls.version") == [
        ("pass", civil_date(now), civil_date(at)),
        ("fail", civil_date(at), None),
    ]
    assert spells("fhir.statement") == [("pass", civil_date(now), None)], "not reached: no failure"
    assert rung == [[endpoint.product_id]] * 2


def test_the_first_failure_is_tried_again_within_minutes_and_the_next_at_leisure(
    endpoint, simulated, probe, now
):
    probe(now)
    simulated.switch("invalid")
    first = now + timedelta(hours=6)
    probe(first)
    endpoint.refresh_from_db()
    assert timedelta(minutes=13) < endpoint.due_at - first < timedelta(minutes=17)

    probe(first + timedelta(minutes=15))
    endpoint.refresh_from_db()
    assert endpoint.due_at - first > timedelta(hours=5)


def test_an_endpoint_that_went_dead_is_unreachable_and_fails_nothing(
    endpoint, simulated, probe, now
):
    probe(now)
    simulated.switch("dead")
    for day in range(1, 6):
        probe(now + timedelta(days=day))

    endpoint.refresh_from_db()
    assert endpoint.last_outcome == "unreachable"
    assert not CheckSpell.objects.exclude(result="pass").exists()


def test_a_pass_that_nobody_confirmed_for_a_fortnight_is_closed(
    endpoint, simulated, probe, now, rung
):
    probe(now)
    simulated.switch("dead")
    assert sweep_stale(now=now + timedelta(days=14)).closed == 0
    late = now + timedelta(days=14, hours=1)

    assert sweep_stale(now=late).closed == len(SIX)
    assert sweep_stale(now=late).closed == 0

    assert spells("fhir.version") == [
        ("pass", civil_date(now), civil_date(late)),
        ("unknown", civil_date(late), None),
    ]
    assert rung == [[endpoint.product_id]] * 2


def test_a_flapping_endpoint_never_confirms_and_is_said_to_flap(endpoint, simulated, probe, now):
    simulated.switch("flapping")
    for visit_number in range(8):
        probe(now + timedelta(hours=6 * visit_number))

    state = CheckState.objects.get(check_id="fhir.statement")
    assert (state.result, state.recent) == ("pass", "PFPFPFPF")


def test_what_somebody_asked_for_confirms_no_failure_and_puts_nothing_off(
    endpoint, simulated, probe, loopback, now, case_officer
):
    probe(now)
    endpoint.refresh_from_db()
    due = endpoint.due_at
    simulated.switch("tls10")
    for minutes in (20, 40, 60, 80):
        at = now + timedelta(minutes=minutes)
        probe_now(endpoint=endpoint, by=case_officer, now=at)
        assert [each.stored for each in visit(claim_due(now=at), at)] == [1]

    endpoint.refresh_from_db()
    assert endpoint.due_at == due
    assert CheckState.objects.get(check_id="tls.version").failures == 0
    assert Probe.objects.filter(scheduled=False).count() == 4


def test_a_loaded_pass_is_taken_over_and_cut_by_a_confirmed_failure(
    endpoint, simulated, probe, now, on
):
    factories.make_check_spell(endpoint, (on - timedelta(days=900), None))
    simulated.switch("tls10")
    probe(now)
    since = CheckState.objects.get(check_id="tls.version").since
    assert since == on - timedelta(days=900), "the state holds since its spell began"
    for hours in (12, 24):
        probe(now + timedelta(hours=hours))

    day = civil_date(now + timedelta(hours=24))
    assert spells("tls.version") == [
        ("pass", on - timedelta(days=900), day),
        ("fail", day, None),
    ]


def test_parameters_of_criteria_are_judged_and_the_worst_counts(endpoint, probe, now):
    version = factories.make_version(factories.make_standard("FHIR"))
    for code, accepted in (("A", ["R4"]), ("B", ["R5"])):
        factories.make_criterion(
            version, code, check_id="fhir.version", check_params={"accepted": accepted}
        )
    factories.make_criterion(version, "C", check_id="none.such")
    asked = [params for check, params in asked_checks() if check.id == "fhir.version"]
    assert asked == [{"accepted": ["R4"]}, {"accepted": ["R5"]}]

    probe(now)

    finding = CheckState.objects.get(check_id="fhir.version").finding
    assert (finding["result"], finding["params"]) == ("fail", {"accepted": ["R5"]})


# Who is visited


@pytest.mark.parametrize(
    "changed",
    [
        {"control": "unproved"},
        {"in_service": "past"},
        {"due_at": "later"},
    ],
)
def test_who_is_not_due_is_not_claimed(product, now, on, changed):
    values = {
        "past": period(None, on),
        "later": now + timedelta(seconds=1),
    }
    endpoint = factories.make_endpoint(product)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        **{name: values.get(value, value) for name, value in changed.items()}
    )
    assert claim_due(now=now) == []


def test_an_endpoint_from_a_file_waits_for_somebody_to_vouch(product, now, on):
    put_endpoints(
        rows=[EndpointFacts(product.pk, "https://fhir.example.test/", "fhir-r4", period(on, None))],
        now=now,
    )
    assert Endpoint.objects.get().control == Control.UNPROVED
    assert claim_due(now=now) == []


def test_what_is_claimed_of_a_host_is_in_one_batch_and_no_more_until_it_is_done(product, now):
    for number in range(MOST_OF_A_HOST + 5):
        factories.make_endpoint(product, f"https://big.example/{number}")
        factories.make_endpoint(product, f"https://small{number}.example/")

    batches = claim_due(now=now)
    hosts = Endpoint.objects.in_bulk()
    big = [batch for batch in batches if any(hosts[pk].host == "big.example" for pk in batch.ids)]

    assert len(big) == 1
    assert sum(hosts[pk].host == "big.example" for pk in big[0].ids) == MOST_OF_A_HOST
    assert claim_due(now=now) == [], "the rest of the host waits"
    later = now + CLAIM_FOR + timedelta(seconds=1)
    assert sum(len(batch.ids) for batch in claim_due(now=later)) > 0, "claims of the dead lapse"


# The tasks


def test_the_tasks_run_the_pipeline_and_leave_a_heartbeat(endpoint, loopback, settings):
    from config.celery import app
    from registry.operations.models import Heartbeat
    from registry.probes import tasks

    app.conf.task_always_eager = True
    try:
        assert tasks.claim_and_send() == 1
        assert tasks.claim_and_send() == 0
        assert tasks.sweep() == 0
    finally:
        app.conf.task_always_eager = False

    assert Probe.objects.count() == 1
    assert set(Heartbeat.objects.values_list("task", flat=True)) == {
        "probes.claim_due",
        "probes.visit_batch",
        "probes.sweep",
    }
    endpoint.refresh_from_db()
    assert endpoint.claim is None
    assert endpoint.due_at > timezone.now() + timedelta(hours=5)


def test_settings_that_cannot_be_used_are_met_before_anything_is_claimed(endpoint, settings, now):
    from registry.probes import tasks

    settings.PROBE_EXTRA_CA = "/nowhere/ca.pem"
    with pytest.raises(BadOutfit, match="no file of certificates at /nowhere/ca.pem"):
        tasks.claim_and_send()
    endpoint.refresh_from_db()
    assert endpoint.claim is None
