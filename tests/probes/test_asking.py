"""“Probe now” has limits: an endpoint's, a host's and a person's; and not while left alone."""

from datetime import datetime, time, timedelta

import pytest

from registry.probes.models import Ask, Endpoint, Host
from registry.probes.services.asking import AskedTooSoon, NotProbed, probe_now
from registry.probes.services.maintaining import declare_window
from tests import factories
from tests.probes.test_pausing import at_once

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def many(product):
    """Eight endpoints at one host."""
    return [factories.make_endpoint(product, f"https://big.example/{n}") for n in range(8)]


def refused(endpoint, by, at, error, words) -> None:
    """Refused so, and nothing changed."""
    before = Endpoint.objects.get(pk=endpoint.pk).asked_at, Ask.objects.count()
    with pytest.raises(error, match=words):
        probe_now(endpoint=endpoint, by=by, now=at)
    assert (Endpoint.objects.get(pk=endpoint.pk).asked_at, Ask.objects.count()) == before


def test_a_host_is_asked_of_six_times_a_minute(many, supplier_editor, case_officer, now):
    for number, each in enumerate(many[:6]):
        by = (supplier_editor, case_officer)[number % 2]
        probe_now(endpoint=each, by=by, now=now + number * SECOND)

    words = "At most 6 probes of one host can be asked for in a minute. Try again at 1 July 2026 at"
    refused(many[6], case_officer, now + 50 * SECOND, AskedTooSoon, f"{words} 12:01pm")
    elsewhere = factories.make_endpoint(many[0].product, "https://other.example/")
    probe_now(endpoint=elsewhere, by=case_officer, now=now + 50 * SECOND)
    probe_now(endpoint=many[6], by=case_officer, now=now + MINUTE)
    refused(many[7], case_officer, now + MINUTE, AskedTooSoon, f"{words} 12:02pm")


def test_a_person_asks_so_often_an_hour(product, supplier_editor, case_officer, now, settings):
    settings.PROBE_ASKS_OF_A_PERSON_AN_HOUR = 3
    made = [factories.make_endpoint(product, f"https://h{n}.example/") for n in range(4)]
    for number, each in enumerate(made[:3]):
        probe_now(endpoint=each, by=supplier_editor, now=now + number * MINUTE)

    words = "You can ask for at most 3 probes in an hour. Try again at 1 July 2026 at 1:00pm"
    refused(made[3], supplier_editor, now + 59 * MINUTE, AskedTooSoon, words)
    probe_now(endpoint=made[3], by=case_officer, now=now + 59 * MINUTE)
    probe_now(endpoint=made[0], by=supplier_editor, now=now + HOUR)


def test_an_endpoint_is_asked_of_once_in_ten_minutes(many, supplier_editor, case_officer, now):
    probe_now(endpoint=many[0], by=supplier_editor, now=now)
    words = "once in 10 minutes. Try again at 1 July 2026 at 12:10pm"
    refused(many[0], case_officer, now + 9 * MINUTE, AskedTooSoon, words)
    probe_now(endpoint=many[0], by=case_officer, now=now + 10 * MINUTE)


def test_who_is_left_alone_is_not_asked_of(many, supplier_editor, now):
    paused, held, worked_on = many[0], many[1], many[2]
    factories.make_pause(endpoint=paused, since=now, until=now + HOUR)
    refused(paused, supplier_editor, now, NotProbed, "paused")
    Host.objects.create(name="big.example", not_before=now + MINUTE)
    refused(held, supplier_editor, now, NotProbed, "asked to be left alone. Ask again at .*12:01pm")

    start = datetime.combine(now.date(), time(13))
    declare_window(
        endpoint=worked_on, starts=start, ends=start + HOUR, weekly=False, note="-",
        by=supplier_editor, now=now,
    )  # fmt: skip
    at = now + HOUR
    refused(worked_on, supplier_editor, at, NotProbed, "Maintenance .* Ask again at .*2:00pm")
    probe_now(endpoint=paused, by=supplier_editor, now=now + 2 * HOUR)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_share_the_last_place(many, supplier_editor, now):
    for each in many[:5]:
        probe_now(endpoint=each, by=supplier_editor, now=now)
    told = at_once(
        *[
            lambda each=each: probe_now(endpoint=each, by=supplier_editor, now=now)
            for each in many[5:]
        ]
    )
    assert sorted(isinstance(each, AskedTooSoon) for each in told) == [False, True, True]
    assert Ask.objects.count() == 6
