"""Old visits go, sooner where nothing failed; what a confirmed result rests on stays for ever."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from registry.common.periods import period
from registry.history.services import tick
from registry.probes.models import CaptureBody, CheckSpell, CheckState, Endpoint, Probe
from registry.probes.outfitting import BadOutfit, keeping
from registry.probes.rules.months import Keeping
from registry.probes.services import partitions
from registry.probes.services.bodies import store_bodies
from registry.probes.services.pruning import Pruned
from registry.probes.services.pruning import prune as really_prune
from registry.probes.simulation.statements import edition_of_r4_statement
from tests import factories
from tests.probes.seeing import visit as seen

NOW = datetime(2031, 9, 15, 12, tzinfo=UTC)
KEEPING = Keeping(successes=100, failures=730)


@pytest.fixture
def endpoint(db):
    made = factories.make_endpoint(factories.make_product())
    for months_ago in range(30):
        partitions.make_room(now=NOW - timedelta(days=30 * months_ago))
    visited(made, NOW)
    return made


def visited(endpoint, at: datetime, *, result: str = "pass", outcome: str = "answered", **more):
    finding = {"check": "tls.version", "result": result}
    return factories.make_visit(endpoint, at, outcome=outcome, findings=[finding], **more)


def prune(**how) -> Pruned:
    """As in a transaction of its own: nothing of the story is still to be checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return really_prune(**how)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def kept(*probes: Probe) -> list[bool]:
    there = set(Probe.objects.values_list("pk", flat=True))
    return [probe.pk in there for probe in probes]


def tables() -> list[str]:
    return [month.table for month in partitions.months_kept()]


def test_successes_go_sooner_than_failures(endpoint):
    young, old = visited(endpoint, ago(99)), visited(endpoint, ago(160))
    failed = visited(endpoint, ago(160), result="fail")
    lost = visited(endpoint, ago(160), outcome="unreachable")

    pruned = prune(now=NOW, keeping=KEEPING)

    assert kept(young, old, failed, lost) == [True, False, True, True]
    assert pruned.visits == 1
    assert prune(now=NOW, keeping=KEEPING).visits == 0, "a second time changes nothing"


def test_a_month_goes_whole_when_all_of_it_may(endpoint):
    gone = [visited(endpoint, ago(800), result="fail"), visited(endpoint, ago(801))]
    stays = visited(endpoint, ago(400), result="fail")
    month = "probes_probe_2029_07"
    assert month in tables()

    pruned = prune(now=NOW, keeping=KEEPING)

    assert month in pruned.months
    assert month not in tables()
    assert "probes_probe_2030_08" in tables()
    assert kept(*gone, stays) == [False, False, True]


def test_a_visit_outside_of_any_month_goes_as_well(endpoint):
    old = visited(endpoint, datetime(2020, 1, 1, tzinfo=UTC))
    assert prune(now=NOW, keeping=KEEPING).visits == 1
    assert kept(old) == [False]


def test_the_last_visit_to_an_endpoint_stays(endpoint):
    silent = factories.make_endpoint(endpoint.product, "https://silent.example.test/")
    last, before = visited(silent, ago(900)), visited(silent, ago(901))
    prune(now=NOW, keeping=KEEPING)
    assert kept(last, before) == [True, False]


def test_what_a_turn_rests_on_stays(endpoint):
    day = ago(900).date()
    turn = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    CheckSpell.objects.create(
        endpoint=endpoint, check_id="tls.version", result="fail", period=period(day, None)
    )
    streak = [visited(endpoint, turn - timedelta(hours=h), result="fail") for h in (36, 24, 0)]
    same_day = visited(endpoint, turn + timedelta(hours=3))
    passed = visited(endpoint, turn - timedelta(hours=40))
    of_another_check = visited(endpoint, turn - timedelta(hours=30))
    long_before = visited(endpoint, turn - timedelta(days=40), result="fail")

    prune(now=NOW, keeping=KEEPING)

    assert kept(*streak, same_day) == [True] * 4
    assert kept(passed, of_another_check, long_before) == [False] * 3


def test_what_a_spell_that_is_no_longer_held_rested_on_stays(endpoint):
    day = ago(900).date()
    spell = CheckSpell.objects.create(
        endpoint=endpoint, check_id="tls.version", result="fail", period=period(day, None)
    )
    found = visited(endpoint, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), result="fail")
    tick(now=timezone.now())
    spell.delete()
    tick(now=timezone.now())
    prune(now=NOW, keeping=KEEPING)
    assert kept(found) == [True]


def test_failures_that_are_still_being_counted_stay(endpoint):
    counted = visited(endpoint, ago(900), result="fail")
    before = visited(endpoint, ago(901), result="fail")
    CheckState.objects.create(
        endpoint=endpoint,
        check_id="tls.version",
        result="pass",
        since=date(2029, 1, 1),
        failures=1,
        failing_since=counted.at,
    )
    prune(now=NOW, keeping=KEEPING)
    assert kept(counted, before) == [True, False]


def test_a_body_goes_with_the_last_visit_that_named_it(endpoint):
    def body(number: int, at: datetime) -> str:
        (exchange,) = seen(metadata=edition_of_r4_statement(number)).exchanges.values()
        store_bodies([exchange], now=at)
        return exchange.sha256

    def naming(sha256: str, at: datetime, **more):
        return visited(endpoint, at, captures={"metadata": {"sha256": sha256}}, **more)

    nobodys, failing, living = (body(number, ago(800)) for number in range(3))
    naming(nobodys, ago(800))
    naming(failing, ago(200), result="fail")
    naming(living, ago(800))
    body(2, ago(50))  # seen again

    assert prune(now=NOW, keeping=KEEPING).bodies == 1

    assert set(CaptureBody.objects.values_list("pk", flat=True)) == {failing, living}


def test_that_a_body_is_named_is_noted_once_a_day(db):
    (exchange,) = seen(metadata=edition_of_r4_statement(1)).exchanges.values()

    def named(at: datetime) -> datetime:
        store_bodies([exchange], now=at)
        return CaptureBody.objects.get().last_named

    assert named(NOW) == NOW
    assert named(NOW + timedelta(hours=23)) == NOW
    assert named(NOW + timedelta(hours=24)) == NOW + timedelta(hours=24)
    assert CaptureBody.objects.get().first_seen == NOW


@pytest.mark.django_db(transaction=True)
def test_a_month_that_is_in_use_goes_another_day(endpoint):
    visited(endpoint, ago(800))
    month, reading, done = "probes_probe_2029_07", threading.Event(), threading.Event()

    def read():
        try:
            with transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {month}")
                reading.set()
                done.wait(20)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert reading.wait(20)
        busy = prune(now=NOW, keeping=KEEPING, patience=100)
    finally:
        done.set()
        reader.join(20)
    assert month not in busy.months
    assert month in prune(now=NOW, keeping=KEEPING).months
    partitions.make_room(now=timezone.now())


def test_settings_that_keep_nothing_are_refused(settings):
    assert keeping() == Keeping(100, 730)
    settings.PROBE_KEEP_DAYS = 0
    with pytest.raises(BadOutfit, match="successes are kept for a day at least"):
        keeping()
    settings.PROBE_KEEP_DAYS, settings.PROBE_KEEP_FAILURE_DAYS = 100, 90
    with pytest.raises(BadOutfit, match="failures no shorter"):
        keeping()


def test_endpoints_are_left_alone(endpoint):
    before = list(Endpoint.objects.values())
    prune(now=NOW, keeping=KEEPING)
    assert list(Endpoint.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_a_body_that_is_removed_while_a_visit_names_it_is_there_afterwards():
    (exchange,) = seen(metadata=edition_of_r4_statement(1)).exchanges.values()
    store_bodies([exchange], now=ago(800))
    removed, storing = threading.Event(), threading.Event()

    def remove():
        try:
            with transaction.atomic():
                CaptureBody.objects.filter(last_named__lt=ago(100)).delete()
                removed.set()
                storing.wait(20)
                # Long enough for the other one to wait for the row.
                with connections["default"].cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.5)")
        finally:
            connections.close_all()

    remover = threading.Thread(target=remove)
    remover.start()
    try:
        assert removed.wait(20)
        storing.set()
        with transaction.atomic():
            store_bodies([exchange], now=NOW)
    finally:
        storing.set()
        remover.join(20)
    assert CaptureBody.objects.get().last_named == NOW
