"""Officers pause an endpoint or a host and lift that again; two at once, and who may not."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from registry.audit.models import Event
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.history.selectors import as_known
from registry.probes.models import Host, Pause
from registry.probes.services import pausing
from registry.probes.services.pausing import NothingToPause, NotPaused
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def endpoint(product):
    return factories.make_endpoint(product)


def pause(endpoint, by, now, *, reason="Their operations asked for it.", until=None):
    return pausing.pause_endpoint(endpoint=endpoint, reason=reason, until=until, by=by, now=now)


def pause_host(host, by, now):
    return pausing.pause_host(host=host, reason="It is overloaded.", until=None, by=by, now=now)


def test_a_pause_says_who_when_why_and_is_lifted_with_a_reason(
    endpoint, case_officer, assessor, now
):
    made = pause(endpoint, case_officer, now, until=now + 3 * HOUR)
    assert (made.paused_by, made.during.lower, made.during.upper) == (
        case_officer,
        now,
        now + 3 * HOUR,
    )
    pausing.resume_endpoint(endpoint=endpoint, reason="All well.", by=assessor, now=now + HOUR)

    made.refresh_from_db()
    assert (made.during.upper, made.lifted_by, made.lift_reason) == (
        now + HOUR,
        assessor,
        "All well.",
    )
    told = list(Event.objects.order_by("pk").values_list("action", "actor", "subject"))
    assert told == [
        ("probes.endpoint_paused", case_officer.pk, f"probes.endpoint:{endpoint.pk}"),
        ("probes.endpoint_resumed", assessor.pk, f"probes.endpoint:{endpoint.pk}"),
    ]
    # And it can be paused anew.
    assert pause(endpoint, case_officer, now + 2 * HOUR).pk != made.pk


def test_one_pause_stands_at_a_time_and_another_after_it_ended(endpoint, case_officer, now):
    pause(endpoint, case_officer, now, until=now + HOUR)
    with pytest.raises(Conflict, match="paused already"):
        pause(endpoint, case_officer, now + HOUR / 2)
    assert Pause.objects.count() == 1
    assert Event.objects.count() == 1

    # It ended by itself: nothing was run for it.
    pause(endpoint, case_officer, now + HOUR)
    pause_host(endpoint.host, case_officer, now + HOUR)
    assert Pause.objects.touching(endpoint).open_at(now + HOUR).count() == 2


def test_lifting_what_is_not_paused_is_told(endpoint, case_officer, now):
    pause(endpoint, case_officer, now, until=now + HOUR)
    before = list(Pause.objects.values())
    asked = {"reason": "All well.", "by": case_officer}
    with pytest.raises(NotPaused, match="not paused any more"):
        pausing.resume_host(host=endpoint.host, **asked, now=now)
    with pytest.raises(NotPaused, match="not paused any more"):
        pausing.resume_endpoint(endpoint=endpoint, **asked, now=now + HOUR)
    assert list(Pause.objects.values()) == before


def test_a_pause_needs_a_reason_and_ends_after_now(endpoint, case_officer, now):
    with pytest.raises(RuleBroken, match="Say why"):
        pause(endpoint, case_officer, now, reason=" ")
    with pytest.raises(RuleBroken, match="must end in the future"):
        pause(endpoint, case_officer, now, until=now)
    with pytest.raises(NothingToPause, match="No endpoint is registered at nowhere.example"):
        pause_host("nowhere.example", case_officer, now)
    assert not Pause.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("who", ["supplier_owner", "rival_editor", "auditor", "buyer", "outsider"])
def test_nobody_else_pauses_or_lifts(endpoint, request, who, case_officer, now):
    person = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        pause(endpoint, person, now)
    with pytest.raises(NotPermitted):
        pause_host(endpoint.host, person, now)
    assert not Pause.objects.exists()

    pause(endpoint, case_officer, now)
    with pytest.raises(NotPermitted):
        pausing.resume_endpoint(endpoint=endpoint, reason="Please.", by=person, now=now + HOUR)
    assert Pause.objects.open_at(now + HOUR).count() == 1


def test_the_past_knows_a_pause_as_it_stood(endpoint, case_officer, now):
    pause(endpoint, case_officer, now)
    pausing.resume_endpoint(endpoint=endpoint, reason="Well.", by=case_officer, now=now + 2 * HOUR)

    with as_known(now + HOUR):
        [then] = Pause.objects.open_at(now + HOUR)
        assert (then.during.upper, then.lifted_by) == (None, None)
    with as_known(now - HOUR):
        assert not Pause.objects.exists()


def at_once(*jobs) -> list:
    """What each answered or was refused with, all having begun together."""
    gate, told = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            gate.wait(10)
            told.append(job())
        except RuleBroken as refusal:
            told.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(endpoint, case_officer, assessor, now):
    officers = (case_officer, assessor)
    told = at_once(*[lambda by=by: pause(endpoint, by, now) for by in officers])
    assert sorted(isinstance(each, Conflict) for each in told) == [False, True]
    assert Pause.objects.count() == 1

    later = now + HOUR
    told = at_once(
        *[
            lambda by=by: pausing.resume_endpoint(
                endpoint=endpoint, reason="Well.", by=by, now=later
            )
            for by in officers
        ]
    )
    assert sorted(isinstance(each, NotPaused) for each in told) == [False, True]
    assert Event.objects.count() == 2


def test_an_officer_pauses_and_lifts_from_the_page(client, endpoint, case_officer):
    client.force_login(case_officer)
    place = reverse("endpoint", kwargs={"id": endpoint.pk})
    forms = {
        name: reverse(f"endpoint_{name}", kwargs={"id": endpoint.pk})
        for name in ("pause", "resume")
    }
    assert f'href="{forms["pause"]}"' in client.get(place).content.decode()

    assert client.post(forms["pause"], {"reason": ""}).status_code == 400
    assert client.post(forms["pause"], {"reason": "Asked."}).url == place
    [made] = Pause.objects.all()
    assert (made.paused_by, made.reason, made.during.upper) == (case_officer, "Asked.", None)
    text = client.get(place).content.decode()
    assert f'href="{forms["resume"]}"' in text
    answer = client.post(forms["pause"], {"reason": "Again."})
    assert "It is paused already." in answer.content.decode()

    client.post(forms["resume"], {"reason": "All well."})
    made.refresh_from_db()
    assert (made.lifted_by, made.lift_reason) == (case_officer, "All well.")


def test_a_planned_end_is_the_first_moment_of_a_day_in_london(client, endpoint, case_officer):
    client.force_login(case_officer)
    place = reverse("host_pause", kwargs={"host": endpoint.host})
    data = {"reason": "Asked.", "until_day": 1, "until_month": 7, "until_year": 2090}
    client.post(place, data)
    until = Pause.objects.get().during.upper
    assert until == datetime.fromisoformat("2090-07-01T00:00+01:00")


@pytest.mark.parametrize("many", [1, 50])
def test_pages_of_hosts_ask_a_fixed_number_of_questions(
    client, product, case_officer, django_assert_num_queries, many
):
    since = timezone.now() - HOUR
    for number in range(many):
        each = factories.make_endpoint(product, f"https://big.example/{number}")
        factories.make_pause(endpoint=each, since=since, by=case_officer)
        factories.make_pause(host=f"h{number}.example", since=since, by=case_officer)
        Host.objects.create(name=f"held{number}.example", not_before=timezone.now() + HOUR)
    client.force_login(case_officer)
    with django_assert_num_queries(11):
        text = client.get(reverse("probed_host", kwargs={"host": "big.example"})).content.decode()
    assert f"https://big.example/{many - 1}" in text
    with django_assert_num_queries(10):
        text = client.get(reverse("endpoints_paused")).content.decode()
    assert f"held{many - 1}.example" in text
