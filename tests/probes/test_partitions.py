"""Visits are kept by month: room is made ahead, and a visit without room is not lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from registry.probes.models import Probe
from registry.probes.rules.months import Month, month_named, months_ahead
from registry.probes.selectors import strays_backlog
from registry.probes.services import partitions
from tests import factories

MAY = datetime(2031, 5, 31, 23, 59, 59, tzinfo=UTC)


def where(probe: Probe) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM probes_probe WHERE id = %s", [probe.pk]
        )
        return cursor.fetchone()[0]


@pytest.fixture
def endpoint(db):
    return factories.make_endpoint(factories.make_product())


def visited(endpoint, at: datetime) -> Probe:
    return factories.make_visit(endpoint, at)


def test_migrating_makes_room_for_this_month_and_the_next_ones(db):
    from django.utils import timezone

    kept = partitions.months_kept()
    assert set(months_ahead(timezone.now())) <= set(kept)


def test_room_is_made_once_and_ahead(db):
    with connection.cursor() as cursor:
        # What a test that commits may have left behind.
        for month in partitions.months_kept():
            if month.begins >= MAY.replace(day=1):
                cursor.execute(f"DROP TABLE {month.table}")
    made = partitions.make_room(now=MAY)
    assert made == [
        "probes_probe_2031_05",
        "probes_probe_2031_06",
        "probes_probe_2031_07",
        "probes_probe_2031_08",
    ]
    assert partitions.make_room(now=MAY) == []


def test_each_visit_lies_in_its_month_of_utc(endpoint):
    partitions.make_room(now=MAY)
    last, first = visited(endpoint, MAY), visited(endpoint, MAY + timedelta(seconds=1))
    assert where(last) == "probes_probe_2031_05"
    assert where(first) == "probes_probe_2031_06"


def test_a_visit_without_room_is_kept_and_moves_when_room_is_made(endpoint):
    early = visited(endpoint, datetime(2029, 2, 3, tzinfo=UTC))
    late = visited(endpoint, MAY)
    assert {where(early), where(late)} == {"probes_probe_other"}
    assert strays_backlog().owed == 2
    assert not partitions.has_room_for(MAY)

    partitions.make_room(now=MAY)

    assert (where(early), where(late)) == ("probes_probe_2029_02", "probes_probe_2031_05")
    assert strays_backlog().owed == 0
    assert partitions.has_room_for(MAY)
    assert list(Probe.objects.order_by("at")) == [early, late]


def test_ids_stay_unique_and_endpoints_stay_bound(endpoint):
    partitions.make_room(now=MAY)
    rows = [visited(endpoint, MAY - timedelta(days=40 * n)) for n in range(4)]
    assert len({row.pk for row in rows}) == 4
    endpoint.delete()
    assert not Probe.objects.exists()


@pytest.mark.parametrize(
    ("table", "month"),
    [
        ("probes_probe_2026_12", Month(2026, 12)),
        ("probes_probe_other", None),
        ("probes_probe", None),
    ],
)
def test_a_partition_says_its_month(table, month):
    assert month_named(table) == month


def test_december_is_followed_by_january():
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2026, 12).ends == datetime(2027, 1, 1, tzinfo=UTC)
