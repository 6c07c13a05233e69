"""What Prometheus is told, and who else may read it."""

import re
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from registry.operations import services
from registry.operations.rules import Metric, Sample, exposition, metric
from registry.probes.models import Endpoint
from registry.probes.selectors import running
from tests import factories

TOKEN = "a-long-random-text"
# The grammar of a line, after Prometheus' documentation of the text format.
LABELS = r'\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\}'
LINE = re.compile(rf"[a-z_]+({LABELS})? (-?[0-9.e+-]+|NaN|[+-]Inf)|# (HELP|TYPE) [a-z_]+ .+")


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock stands still."""
    time_machine.move_to(now, tick=False)


def test_the_text_form_is_prometheus_own():
    told = exposition(
        [
            metric("a", "One\nline \\ only.", True),
            metric("none", "Not known.", None),
            Metric("b_total", "B.", (Sample(1.5, {"x": 'a"\\\nb', "y": ""}),), kind="counter"),
            Metric("c", "C.", (Sample(float("inf")), Sample(float("nan")))),
        ]
    )
    assert told == (
        "# HELP a One\\nline \\\\ only.\n# TYPE a gauge\na 1\n"
        '# HELP b_total B.\n# TYPE b_total counter\nb_total{x="a\\"\\\\\\nb",y=""} 1.5\n'
        "# HELP c C.\n# TYPE c gauge\nc +Inf\nc NaN\n"
    )


def ask(client, token=TOKEN, scheme="Bearer"):
    return client.get("/metrics", headers={"Authorization": f"{scheme} {token}"})


@pytest.mark.parametrize(
    ("wanted", "shown", "scheme", "status"),
    [
        (TOKEN, TOKEN, "Bearer", 200),
        (TOKEN, TOKEN, "bearer", 200),
        (TOKEN, TOKEN, "Basic", 403),
        (TOKEN, "another", "Bearer", 403),
        (TOKEN, "", "Bearer", 403),
        ("", "", "Bearer", 403),
        ("", TOKEN, "Bearer", 403),
    ],
)
def test_only_the_bearer_of_the_token_reads(client, db, settings, wanted, shown, scheme, status):
    settings.METRICS_TOKEN = wanted
    assert ask(client, shown, scheme).status_code == status


def test_the_national_team_reads_without_a_token_and_others_do_not(client, assessor, buyer):
    client.force_login(buyer)
    assert client.get("/metrics").status_code == 403
    client.force_login(assessor)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.fixture
def prober(supplier, now):
    """One endpoint each: visited, overdue, claimed, its claim lapsed, and paused."""
    product = factories.make_product(supplier=supplier)

    def make(name, **fields):
        return factories.make_endpoint(product, f"https://{name}.test/r4", **fields)

    later, minute = now + timedelta(hours=5), timedelta(minutes=1)
    visited = make("visited", due_at=later, last_probed_at=now - minute, last_outcome="unreachable")
    for minutes in (1, 16, 61):
        factories.make_visit(visited, now - minutes * minute, outcome="unreachable", captures={})
    make("overdue", due_at=now - 20 * minute)
    make("claimed", due_at=now - 30 * minute, claim=uuid4(), claimed_until=now + minute)
    make("lapsed", due_at=now - 10 * minute, claim=uuid4(), claimed_until=now - minute)
    factories.make_pause(endpoint=make("paused", due_at=now - 40 * minute), since=now - minute)
    return visited


def test_the_prober_is_counted_in_the_database(client, prober, settings, now):
    settings.METRICS_TOKEN = TOKEN
    services.beat(task="probes.sweep", expected_every=60, now=now - timedelta(minutes=5))
    lines = ask(client).content.decode().splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    for line in [
        "registry_database_up 1",
        "registry_probes_endpoints 5",
        "registry_probes_endpoints_due 3",
        "registry_probes_endpoints_claimed 1",
        "registry_probes_endpoints_lapsed 1",
        "registry_probes_endpoints_paused 1",
        "registry_probes_endpoints_left_alone 1",
        "registry_probes_claims 1",
        "registry_probes_lag_seconds 1200",
        "registry_probes_visits_last_hour 2",
        'registry_probes_endpoints_by_last_outcome{outcome="unreachable"} 1',
        'registry_backlog_owed{work="Endpoints that are due for a visit"} 2',
        'registry_task_late{task="probes.sweep"} 1',
    ]:
        assert line in lines, line
    # The last number given to a visit, which stays when visits are pruned.
    newest = max(prober.probes.values_list("pk", flat=True))
    assert f"registry_probes_visits_total {newest}" in lines


def test_the_status_page_tells_lag_rate_and_claims(client, prober):
    told = client.get("/status/").content.decode()
    for words in ("20 minutes", "1 July 2026 at 11:40am", "1 endpoint of 1 host, in 1 claim"):
        assert words in told


def test_without_the_database_the_token_still_learns_so(client, db, settings):
    settings.METRICS_TOKEN = TOKEN

    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    with patch.object(connection, "cursor", refuse):
        answer = ask(client)
    assert answer.status_code == 200
    assert "registry_database_up 0\n" in answer.content.decode()
    assert "registry_probes" not in answer.content.decode()


@pytest.mark.parametrize("visits", [1, 500])
def test_the_prober_is_counted_in_one_statement(prober, visits, now, django_assert_num_queries):
    endpoint = Endpoint.objects.get(pk=prober.pk)
    endpoint.probes.bulk_create(
        endpoint.probes.model(
            endpoint=endpoint, at=now, recorded_at=now, scheduled=True, outcome="answered"
        )
        for _ in range(visits)
    )
    with django_assert_num_queries(1):
        assert running.running(now=now).visits == visits + 2
