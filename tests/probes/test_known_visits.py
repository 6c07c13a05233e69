"""A link to what was seen shows the same for ever: a visit is known from when it was stored."""

import html
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from registry.history.selectors import as_known, last_moment
from registry.history.services import tick
from registry.probes.models import Endpoint, Probe
from registry.probes.services import visiting
from registry.probes.services.claiming import claim_due
from tests.history.under_way import under_way
from tests.probes.conftest import visit

pytestmark = pytest.mark.django_db(transaction=True)
PERMANENT = re.compile(r'<a href="([^"]+)">Permanent link to this answer</a>')
WHEN = re.compile(
    r"[Nn]ot visited yet|visited|midday|\d+:\d+[ap]m|\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d"
)
BOOKMARK = re.compile(r'<http://testserver(.+)>; rel="bookmark"')


def bookmark(answer) -> str:
    """Where the answer says that it stands for ever."""
    if "Link" in answer:
        return BOOKMARK.fullmatch(answer["Link"])[1]
    return html.unescape(PERMANENT.search(answer.content.decode())[1])


@pytest.fixture
def pages(client, endpoint, supplier_editor):
    """Every answer that tells when an endpoint was visited, read by who supplies it."""
    client.force_login(supplier_editor)
    number = endpoint.pk
    return [
        "/supplier/",
        f"/endpoints/{number}/",
        "/api/v1/endpoints/",
        f"/api/v1/endpoints/{number}/",
        f"/api/v1/endpoints/{number}/standing/",
    ]


def told(answer) -> str:
    """An answer of the API, word for word; of a page what is said of visits, for the rest of it
    carries tokens and tells how long ago things were.
    """
    text = answer.content.decode()
    return text if "json" in answer["Content-Type"] else " ".join(WHEN.findall(text))


def test_the_link_of_a_page_tells_of_the_visits_that_the_page_tells_of(
    client, endpoint, pages, probe, now, time_machine
):
    """The register itself need not have changed since: an ordinary visit turns nothing."""
    time_machine.move_to(now, tick=False)
    probe(now)
    later = now + timedelta(hours=6)
    time_machine.move_to(later, tick=False)
    probe(later)

    links = {address: bookmark(client.get(address)) for address in pages}
    first = {address: told(client.get(link)) for address, link in links.items()}
    api = [address for address in pages if address.startswith("/api/")]
    assert [client.get(a).json() for a in api] == [client.get(links[a]).json() for a in api]
    assert "6:00pm" in first[f"/endpoints/{endpoint.pk}/"]
    assert not any("ot visited yet" in said for said in first.values()), first

    after = now + timedelta(hours=12)
    time_machine.move_to(after, tick=False)
    probe(after)
    assert {address: told(client.get(link)) for address, link in links.items()} == first
    same = [address for address in pages if told(client.get(address)) == first[address]]
    assert same == [], "the story shows nothing here"


def test_a_batch_that_is_not_stored_yet_is_not_in_the_link_later_either(endpoint, probe, now):
    """It was visited before the answer was given, and committed after it."""
    probe(now)
    later = now + timedelta(days=1)
    Endpoint.objects.update(due_at=later)
    batches = claim_due(now=later)
    with under_way(lambda: visit(batches, later)):
        named = last_moment(now=later + timedelta(hours=1))
        with as_known(named):
            assert Probe.objects.count() == 1

    assert Probe.objects.count() == 2
    with as_known(named):
        assert Probe.objects.count() == 1
        assert Endpoint.objects.get().last_probed_at == now
    with as_known(last_moment(now=later)):
        assert Endpoint.objects.get().last_probed_at == later


def test_what_a_long_batch_saw_last_is_not_known_before_it_was_seen(
    endpoint, loopback, now, monkeypatch
):
    """A batch is dated by its beginning, its visits by their own."""
    (batch,) = claim_due(now=now)
    minutes = timedelta(minutes=7)

    async def late(visitor, jobs, *, at):
        return [(job, await visitor.visit(job.url, job.profile, at=at + minutes)) for job in jobs]

    monkeypatch.setattr(visiting, "visit_all", late)
    visit([batch], now)
    seen = Probe.objects.get()
    assert (seen.at, seen.recorded_at) == (now + minutes, now + minutes)


def test_two_visits_at_one_moment_are_told_apart(endpoint, probe, now):
    """The clocks of two workers agree to the second; what was known between them is not lost."""
    probe(now)
    first = last_moment(now=now)
    probe(now)
    assert Probe.objects.count() == 2
    with as_known(first):
        assert Probe.objects.count() == 1


def test_a_batch_is_known_after_the_change_that_it_waited_for(endpoint, loopback, now):
    """A load may hold the clock for a while: the batch is stored when it is done, not lost."""
    batches = claim_due(now=now)
    moments = []

    def store():
        try:
            visit(batches, now)
        finally:
            connection.close()

    storing = threading.Thread(target=store)
    with under_way(lambda: moments.append(tick(now=now + timedelta(minutes=1)))):
        storing.start()
        storing.join(2)
        assert storing.is_alive()
        assert not Probe.objects.exists()
    storing.join(20)
    assert Probe.objects.get().recorded_at > moments[0]
