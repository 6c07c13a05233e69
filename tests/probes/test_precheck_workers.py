"""Workers of pre-checks: two at once, one that dies, one that is late, a host that is busy."""

import time
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connections

from registry.operations.models import Heartbeat
from registry.probes import tasks
from registry.probes.client import Visitor
from registry.probes.enums import PrecheckState
from registry.probes.models import Endpoint, Precheck
from registry.probes.outfitting import outfit, visitor
from registry.probes.services.claiming import claim_due
from registry.probes.services.prechecking import Ran, claim_owed, run_owed, store
from tests import factories
from tests.probes import hostile
from tests.probes.hostile import HostileServer
from tests.probes.prechecking import asked, at_once, run, whole
from tests.probes.test_addresses import recorded

pytestmark = pytest.mark.django_db
LAPSE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def precheck(supplier, supplier_editor, simulated, loopback, now):
    """One that is owed, of a server that answers."""
    return asked(supplier, supplier_editor, now, simulated.url)


def test_the_task_runs_what_is_owed_and_leaves_a_heartbeat(precheck):
    assert tasks.run_prechecks() == 1
    assert tasks.run_prechecks() == 0

    precheck.refresh_from_db()
    assert precheck.state == PrecheckState.REPORTED
    assert Heartbeat.objects.get(task="probes.run_prechecks").detail == {
        "reported": 0,
        "given_up": 0,
        "too_late": 0,
    }


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_each_once(supplier, now):
    for number in range(40):
        member = factories.make_member(supplier)
        Precheck.objects.create(
            supplier=supplier,
            asked_by=member,
            url=f"https://h{number}.example/",
            host=f"h{number}.example",
            profile="web",
            asked_at=now,
        )

    def work(_) -> list[int]:
        return [job.key for _ in range(10) for job in claim_owed(now=now).jobs]

    claimed = [key for keys in at_once(4, work) for key in keys]

    assert (len(claimed), len(set(claimed))) == (40, 40)
    assert set(Precheck.objects.values_list("attempts", flat=True)) == {1}


def test_what_a_dead_worker_left_is_run_once_more(precheck, now):
    claim_owed(now=now)
    precheck.refresh_from_db()
    assert precheck.state == PrecheckState.RUNNING
    assert run(now + LAPSE - SECOND) == Ran()

    assert run(now + LAPSE) == Ran(reported=1)

    precheck.refresh_from_db()
    assert (precheck.state, precheck.attempts) == (PrecheckState.REPORTED, 2)


def test_and_then_ended_in_words(precheck, now):
    claim_owed(now=now)
    claim_owed(now=now + LAPSE)
    assert run(now + 2 * LAPSE - SECOND) == Ran()

    assert run(now + 2 * LAPSE) == Ran(given_up=1)

    precheck.refresh_from_db()
    assert precheck.state == PrecheckState.GIVEN_UP
    assert precheck.trouble.startswith("Our worker stopped in the middle of this pre-check, twice.")
    assert (precheck.report, precheck.finished_at) == (None, now + 2 * LAPSE)
    assert run(now + 3 * LAPSE) == Ran()


def test_a_late_worker_overwrites_nothing(precheck, now):
    late = claim_owed(now=now)
    run(now + LAPSE)
    before = whole()

    kept = store(
        precheck_id=precheck.pk,
        claim=late.claim,
        report={"late": True},
        trouble="",
        now=now + LAPSE + SECOND,
    )

    assert kept is False
    assert whole() == before


@pytest.mark.django_db(transaction=True)
def test_what_a_late_worker_tells_on_the_way_is_not_heard(precheck, loopback, now):
    """While its visit is under way, the claim lapses and another worker takes it."""
    kit = outfit()

    class Overtaken:
        outfit = kit

        async def visit(self, url, profile, *, at, tell):
            seen = await visitor(kit).visit(url, profile, at=at, tell=tell)
            while not Overtaken.taken:  # noqa: ASYNC110 - another thread sets it
                time.sleep(0.01)
            return seen

    Overtaken.taken = False
    claims = []

    def overtake(_) -> None:
        while not Precheck.objects.filter(attempts=1, progress__0__isnull=False).exists():
            time.sleep(0.01)
        claims.append(claim_owed(now=now + LAPSE).claim)
        Overtaken.taken = True

    def late(_) -> Ran:
        return run_owed(visitor=Overtaken(), now=now)

    (ran, _) = at_once(2, lambda number: (late, overtake)[number](number))

    precheck.refresh_from_db()
    assert ran == Ran(too_late=1)
    assert (precheck.claim, precheck.progress, precheck.report) == (claims[0], [], None)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_used(precheck, loopback, now):
    open_blocks = []
    kit = outfit()

    class Watching:
        outfit = kit

        async def visit(self, url, profile, *, at, tell):
            open_blocks.append(default.in_atomic_block)
            return await visitor(kit).visit(url, profile, at=at, tell=tell)

    default = connections["default"]
    assert run_owed(visitor=Watching(), now=now) == Ran(reported=1)
    assert open_blocks == [False]


def test_a_host_that_is_being_visited_is_waited_for(precheck, product, simulated, now):
    factories.make_endpoint(product, "https://127.0.0.1/r4")
    (batch,) = claim_due(now=now)
    assert run(now) == Ran()
    assert Precheck.objects.get().attempts == 0

    Endpoint.objects.filter(pk__in=batch.ids).update(claimed_until=None)
    assert run(now) == Ran(reported=1)


def test_and_scheduled_visits_wait_for_a_pre_check(precheck, product, simulated, now):
    endpoint = factories.make_endpoint(product, "https://127.0.0.1/r4")
    elsewhere = factories.make_endpoint(product, "https://elsewhere.example/")
    claim_owed(now=now)

    assert [batch.ids for batch in claim_due(now=now)] == [(elsewhere.pk,)]
    assert [batch.ids for batch in claim_due(now=now + LAPSE)] == [(endpoint.pk,)]


def test_it_is_not_waited_for_without_end(precheck, product, now):
    late = now + timedelta(minutes=30)
    factories.make_endpoint(product, "https://127.0.0.1/r4", claimed_until=late + LAPSE)
    assert run(late - SECOND) == Ran()

    assert run(late) == Ran(given_up=1)

    precheck.refresh_from_db()
    assert precheck.trouble.startswith("The host was busy with scheduled visits, or left alone")
    assert (precheck.attempts, precheck.finished_at) == (0, late)


def test_workers_that_come_back_run_what_is_old(precheck, supplier, now):
    """However long they were away, and however much there is: nothing is given up for that."""
    for number in range(5):
        asked(supplier, factories.make_member(supplier), now, f"https://127.0.0.{number + 2}:9/")
    later = now + timedelta(hours=5)
    assert run_owed(visitor=visitor(outfit()), now=later, most=3) == Ran(reported=3)
    assert run(later) == Ran(reported=3)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (hostile.gzip_bomb, "body over"),
        (hostile.reset_at_once, "closed the connection"),
        (hostile.not_http, "not HTTP/1.1"),
        (hostile.redirect_loop, "more than 5 redirects"),
        (hostile.never_shakes_hands, "no whole answer within 1 s"),
        (hostile.slow_drip, "no whole answer within 1 s"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_hostile_server_ends_in_a_report(
    supplier, supplier_editor, authority, loopback, settings, now, script, words
):
    settings.PROBE_DEADLINE_SECONDS = 1.0
    with HostileServer(script, authority.server_file("good")) as server:
        precheck = asked(supplier, supplier_editor, now, server.url)
        assert run(now) == Ran(reported=1)

    precheck.refresh_from_db()
    capture = precheck.report["captures"]["metadata"]
    assert words in capture["error"] or words in precheck.report["detail"]
    assert "fail" not in {
        finding["result"]
        for finding in precheck.report["findings"]
        if finding["check"].startswith("fhir")
    }


@pytest.mark.parametrize("private", ["10.0.0.5", "169.254.169.254", "::ffff:127.0.0.1"])
def test_a_name_of_our_own_network_is_not_connected_to_nor_told(
    supplier, supplier_editor, now, private
):
    """Whoever asks may not learn from us what our name server knows."""

    async def lookup(host, port):
        return [ip_address(private)]

    precheck = asked(supplier, supplier_editor, now, "https://intranet.example/")
    with recorded() as attempts:
        assert run_owed(visitor=Visitor(outfit(), lookup=lookup), now=now) == Ran(reported=1)

    precheck.refresh_from_db()
    assert attempts == []
    assert precheck.report["outcome"] == "refused"
    assert "the name leads to no public address" in precheck.report["detail"]
    assert private not in str([precheck.report, precheck.progress])


def test_a_nul_in_an_answer_is_no_matter(supplier, supplier_editor, authority, loopback, now):
    body = b'{"resourceType": "Capability\\u0000Statement", "fhirVersion": "4\\u0000"}'
    script = hostile.answering(body, "Content-Type: application/fhir+json", "Server: a\x0bb")
    with HostileServer(script, authority.server_file("good")) as server:
        precheck = asked(supplier, supplier_editor, now, server.url)
        assert run(now) == Ran(reported=1)

    precheck.refresh_from_db()
    assert "\x00" not in str(precheck.report)


def test_a_listener_that_breaks_harms_no_visit(simulated, loopback, now):
    import asyncio

    from registry.probes.rules.profiles import CaptureName, Profile

    def broken(told) -> None:
        raise RuntimeError("a defect of ours")

    seen = asyncio.run(visitor(outfit()).visit(simulated.url, Profile.FHIR_R4, at=now, tell=broken))
    assert seen.exchanges[CaptureName.METADATA].status == 200
