"""Who is not visited: the claim, the counts, the sets and the pages say the same."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.probes.client import Limits
from registry.probes.models import Endpoint, Host, Probe
from registry.probes.outfitting import outfit
from registry.probes.rules.observation import Observation
from registry.probes.rules.schedule import DATED_WITHIN
from registry.probes.selectors import backlog, running
from registry.probes.selectors.quiet import quiet
from registry.probes.services.claiming import CLAIM_FOR, claim_due
from registry.probes.services.maintaining import cancel_window, declare_window
from registry.probes.services.visiting import visit_batch
from tests import factories

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def lone(product):
    """Not at the host that is spoken of."""
    return factories.make_endpoint(product, "https://lone.example/r4")


@pytest.fixture
def shared(product, rival):
    """Two of Aldermoor's and one of the rival's endpoints at one host."""
    theirs = factories.make_product("brackenfell-notes", supplier=rival)
    return [
        factories.make_endpoint(product, "https://shared.example/one"),
        factories.make_endpoint(product, "https://shared.example/two"),
        factories.make_endpoint(theirs, "https://shared.example/three"),
    ]


def claimed(at: datetime) -> set[int]:
    """Whom the next claim would take. What it took is free again."""
    ids = {pk for batch in claim_due(now=at) for pk in batch.ids}
    Endpoint.objects.update(claim=None, claimed_until=None)
    return ids


def maintain(endpoint, by, now, *, starts: time = time(13), hours: int = 1, weekly=False):
    start = datetime.combine(date(2026, 7, 1), starts)
    return declare_window(
        endpoint=endpoint,
        starts=start,
        ends=start + hours * HOUR,
        weekly=weekly,
        note="New discs",
        by=by,
        now=now,
    )


def test_a_paused_endpoint_is_not_claimed_until_its_planned_end(lone, shared, now):
    factories.make_pause(endpoint=lone, since=now, until=now + HOUR)
    everybody = {lone.pk, *(each.pk for each in shared)}

    assert claimed(now - MINUTE) == everybody
    assert claimed(now) == everybody - {lone.pk}
    assert claimed(now + HOUR) == everybody


def test_a_paused_host_takes_every_suppliers_endpoints_with_it(lone, shared, now):
    factories.make_pause(host="shared.example", since=now)
    assert claimed(now) == {lone.pk}


def test_maintenance_concerns_the_suppliers_own_endpoints_only(lone, shared, supplier_editor, now):
    window = maintain(shared[0], supplier_editor, now)
    everybody = {lone.pk, *(each.pk for each in shared)}

    assert claimed(now + HOUR - MINUTE) == everybody
    assert claimed(now + HOUR) == {lone.pk, shared[2].pk}
    assert claimed(now + 2 * HOUR) == everybody
    cancel_window(window=window, by=supplier_editor, now=now + HOUR + MINUTE)
    assert claimed(now + HOUR + MINUTE) == everybody


def test_a_host_that_asked_for_peace_is_not_claimed_before(lone, shared, now):
    Host.objects.create(name="shared.example", not_before=now + HOUR)

    assert claimed(now) == {lone.pk}
    assert claimed(now + HOUR) == {lone.pk, *(each.pk for each in shared)}


def test_everybody_says_the_same_of_who_is_left_alone(lone, shared, supplier_editor, now, on):
    """The claim, the set of what is owed, the figures and what the page says, as time goes."""
    factories.make_pause(endpoint=lone, since=now + 10 * MINUTE, until=now + 30 * MINUTE)
    factories.make_pause(host="shared.example", since=now + 20 * MINUTE, until=now + 40 * MINUTE)
    Host.objects.create(name="lone.example", not_before=now + 35 * MINUTE)
    maintain(shared[0], supplier_editor, now, starts=time(12, 30))
    endpoints = [lone, *shared]
    seen = set()
    for minutes in range(0, 100, 5):
        at = now + minutes * MINUTE
        free = claimed(at)
        seen.add(frozenset(free))

        owed = set(Endpoint.objects.owed(now=at, on=on).values_list("pk", flat=True))
        told = {each.pk for each in endpoints if not quiet(each, now=at).is_left_alone}
        figures = running.running(now=at)
        assert (owed, told) == (free, free), minutes
        assert (figures.due, figures.waiting) == (len(free), 4 - len(free)), minutes
        assert backlog(now=at).owed == len(free)
    assert len(seen) > 3


class Asking:
    """A visitor to whom every host says that it is busy for ten minutes."""

    def __init__(self, answer: type[Observation] | None = None):
        self.outfit = outfit()
        self.visits = 0
        self.answer = answer or Told

    async def visit(self, url, profile, *, at):
        self.visits += 1
        return self.answer(url=url, profile=profile, at=at, exchanges={})


class Told(Observation):
    """What such a host answered."""

    retry_after = 600


class Welcome(Observation):
    """What a host answered that asks for nothing."""

    retry_after = None


@pytest.mark.django_db(transaction=True)
def test_what_a_batch_left_alone_keeps_its_due_time_and_is_visited_when_the_host_is_ready(
    product, lone, now, django_assert_max_num_queries
):
    busy = [factories.make_endpoint(product, f"https://busy.example/{n}") for n in range(6)]
    before = dict(Endpoint.objects.values_list("pk", "due_at"))
    visitor = Asking()
    [batch] = claim_due(now=now)
    stored = visit_batch(visitor=visitor, ids=batch.ids, claim=batch.claim, now=now)

    # The next one at the busy host waited for its turn when it said so.
    assert (stored.stored, stored.too_late, visitor.visits) == (2, 0, 2)
    visited = set(Probe.objects.values_list("endpoint", flat=True))
    left = {each.pk for each in busy} - visited
    assert len(left) == 5
    for each in Endpoint.objects.filter(pk__in=left):
        assert (each.due_at, each.claim, each.claimed_until) == (before[each.pk], None, None)
        assert (each.last_probed_at, each.last_outcome) == (None, "")
    host = Host.objects.get(name="busy.example")
    told = now + 10 * MINUTE + DATED_WITHIN
    assert told <= host.not_before <= told + MINUTE

    assert claim_due(now=now + CLAIM_FOR - 6 * MINUTE) == []
    [later] = claim_due(now=host.not_before)
    # The one that was told so comes when its own time has come.
    assert left <= set(later.ids)


@pytest.mark.django_db(transaction=True)
def test_a_slow_host_holds_up_nobody_for_longer_than_a_batch_lasts(product, lone, now):
    """What was not begun when the batch is to end stays due, and is claimed again at once."""
    slow = [factories.make_endpoint(product, f"https://slow.example/{n}") for n in range(8)]
    [batch] = claim_due(now=now)
    visitor = Asking(Welcome)
    visitor.outfit = replace(visitor.outfit, limits=Limits(host_pause=0.0, batch=0.9))
    begun = visitor.visit

    async def visit(url, profile, *, at, **known):
        if "slow" in url:
            await asyncio.sleep(1)
        return await begun(url, profile, at=at, **known)

    visitor.visit = visit
    stored = visit_batch(visitor=visitor, ids=batch.ids, claim=batch.claim, now=now)

    # Two at once; when they are answered it is over.
    assert (stored.stored, stored.too_late) == (3, 0)
    left = Endpoint.objects.filter(pk__in=[each.pk for each in slow], last_probed_at=None)
    assert left.count() == 6
    assert set(left.values_list("claim", "claimed_until")) == {(None, None)}
    [again] = claim_due(now=now)
    assert set(again.ids) == set(left.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_host_that_asked_for_longer_before_still_gets_it(lone, now):
    Host.objects.create(name="lone.example", not_before=now - MINUTE)
    [batch] = claim_due(now=now)
    Host.objects.update(not_before=now + 2 * HOUR)
    Endpoint.objects.update(claim=None, claimed_until=None)

    # Too late to be stored; what the host said to it holds nevertheless.
    stored = visit_batch(visitor=Asking(), ids=batch.ids, claim=batch.claim, now=now)
    assert stored.stored == 0
    assert Host.objects.get().not_before == now + 2 * HOUR


@pytest.mark.django_db(transaction=True)
def test_what_is_paused_while_its_batch_waits_for_a_worker_is_not_visited(lone, product, now):
    other = factories.make_endpoint(product, "https://other.example/")
    [batch] = claim_due(now=now)
    factories.make_pause(endpoint=lone, since=now + MINUTE)
    before = Endpoint.objects.get(pk=lone.pk).due_at

    at = now + 2 * MINUTE
    stored = visit_batch(visitor=Asking(Welcome), ids=batch.ids, claim=batch.claim, now=at)

    assert stored.stored == 1
    assert list(Probe.objects.values_list("endpoint", flat=True)) == [other.pk]
    lone.refresh_from_db()
    assert (lone.claim, lone.claimed_until, lone.due_at) == (None, None, before)


@pytest.mark.django_db(transaction=True)
def test_storing_costs_one_statement_more_where_a_host_asked_and_none_elsewhere(product, now):
    for number in range(3):
        factories.make_endpoint(product, f"https://busy.example/{number}")
        factories.make_endpoint(product, f"https://other{number}.example/")

    def statements(at: datetime, answer: type[Observation]) -> list[str]:
        [batch] = claim_due(now=at)
        with CaptureQueriesContext(connection) as asked:
            visit_batch(visitor=Asking(answer), ids=batch.ids, claim=batch.claim, now=at)
        return [each["sql"] for each in asked.captured_queries]

    statements(now, Welcome)
    plain = statements(now + 12 * HOUR, Welcome)
    asked = statements(now + 24 * HOUR, Told)
    assert len(asked) == len(plain) + 1
    assert sum("INTO probes_host" in each for each in asked) == 1
    assert not any("INTO probes_host" in each for each in plain)


def test_what_is_left_alone_is_no_lag_of_ours(lone, shared, now):
    Endpoint.objects.update(due_at=now - HOUR)
    Endpoint.objects.filter(pk=lone.pk).update(due_at=now - MINUTE)
    Host.objects.create(name="shared.example", not_before=now + HOUR)
    told = running.running(now=now)

    assert (told.due, told.waiting, told.asked_for_peace, told.peaceful_hosts) == (1, 3, 3, 1)
    assert told.lag(now) == MINUTE


def test_the_page_says_why_nobody_visits(client, lone, supplier_editor, case_officer, now):
    started = datetime.now(now.tzinfo) - HOUR
    factories.make_pause(host="lone.example", since=started, by=case_officer)
    place = reverse("endpoint", kwargs={"id": lone.pk})

    text = client.get(place).content.decode()
    assert "Visits of every endpoint at lone.example are paused" in text
    assert "until an officer lifts the pause" in text
    assert "Their operations asked for it." not in text
    client.force_login(supplier_editor)
    text = client.get(place).content.decode()
    assert "Their operations asked for it." in text
    assert "Probe now" not in text


def test_claiming_is_one_statement_whatever_is_left_alone(
    lone, shared, supplier_editor, now, django_assert_num_queries
):
    factories.make_pause(host="shared.example", since=now)
    maintain(lone, supplier_editor, now, starts=time(12))
    # A savepoint, the lock, the claim, and the savepoint given back.
    with django_assert_num_queries(4):
        assert claim_due(now=now) == []
