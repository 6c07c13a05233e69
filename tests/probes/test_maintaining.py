"""Suppliers announce maintenance: ahead, within limits, for their own endpoints."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.audit.models import Event
from registry.common.errors import NotPermitted
from registry.common.periods import LONDON, civil_date
from registry.probes.models import MaintenanceWindow, Occurrence
from registry.probes.rules.windows import KNOWN_AHEAD
from registry.probes.selectors import standing
from registry.probes.services.maintaining import (
    WindowOver,
    WindowRefused,
    cancel_window,
    declare_window,
    work_out_windows,
)
from tests import factories
from tests.access.ways import day
from tests.probes.test_pausing import at_once

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = date(2026, 7, 2)


@pytest.fixture
def endpoint(product):
    return factories.make_endpoint(product)


def declare(endpoint, by, now, *, on=FIRST, starts=time(22), length=HOUR, weekly=False):
    start = datetime.combine(on, starts)
    return declare_window(
        endpoint=endpoint,
        starts=start,
        ends=start + length,
        weekly=weekly,
        note="New discs",
        by=by,
        now=now,
    )


def opened(window) -> list[tuple]:
    return [(each.during.lower, each.during.upper) for each in window.occurrences.all()]


def test_a_supplier_announces_maintenance_in_its_own_time(endpoint, supplier_editor, now):
    window = declare(endpoint, supplier_editor, now)

    start = datetime(2026, 7, 2, 22, tzinfo=LONDON)
    assert opened(window) == [(start, start + HOUR)]
    assert (window.supplier, window.host) == (endpoint.product.supplier, endpoint.host)
    event = Event.objects.get()
    assert (event.action, event.actor) == ("probes.window_declared", supplier_editor)


def test_weekly_maintenance_is_worked_out_ahead_and_on(endpoint, supplier_editor, now):
    window = declare(endpoint, supplier_editor, now, weekly=True)
    assert len(opened(window)) == KNOWN_AHEAD.days // 7
    assert work_out_windows(now=now) == 0
    later = now + 21 * DAY

    assert work_out_windows(now=later) == 3
    assert work_out_windows(now=later) == 0
    times = opened(window)
    assert {each[0].astimezone(LONDON).strftime("%A %H:%M") for each in times} == {"Thursday 22:00"}
    assert times[-1][0] < later + KNOWN_AHEAD <= times[-1][0] + 8 * DAY


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": date(2026, 7, 1), "starts": time(11, 59)}, "it is 1 July 2026 at midday now"),
        ({"length": timedelta()}, "The end must be after the start"),
        ({"length": -HOUR}, "The end must be after the start"),
        ({"length": DAY + timedelta(minutes=1)}, "24 hours at most"),
        ({"on": date(2027, 1, 1)}, "22 weeks ahead at most"),
        ({"length": 13 * HOUR, "weekly": True}, "48 hours are left, which is 12 hours every week"),
        ({"on": date(2026, 10, 25), "starts": time(0), "length": DAY}, "would last 25 hours"),
    ],
)
def test_a_window_that_may_not_be_is_refused_in_words(
    endpoint, supplier_editor, now, changed, words
):
    with pytest.raises(WindowRefused, match=words):
        declare(endpoint, supplier_editor, now, **changed)
    assert not MaintenanceWindow.objects.exists()
    assert not Event.objects.exists()


def test_a_window_in_the_hour_that_is_skipped_is_refused(endpoint, supplier_editor):
    spring = datetime(2026, 3, 20, 12, tzinfo=LONDON)
    with pytest.raises(WindowRefused, match="The clocks go forward that night"):
        declare(endpoint, supplier_editor, spring, on=date(2026, 3, 29), starts=time(1, 15),
                length=HOUR / 2)  # fmt: skip
    assert not MaintenanceWindow.objects.exists()


def test_a_window_that_begins_this_minute_is_not_back_dated(endpoint, supplier_editor, now):
    at = now + timedelta(seconds=40)
    window = declare(endpoint, supplier_editor, at, on=civil_date(now), starts=time(12))
    assert opened(window) == [(at, now + HOUR)]


def test_two_days_in_any_four_weeks_are_all_there_is(endpoint, supplier_editor, now):
    declare(endpoint, supplier_editor, now, length=DAY)
    declare(endpoint, supplier_editor, now, on=FIRST + 10 * DAY, length=20 * HOUR)
    with pytest.raises(WindowRefused, match="4 hours are left of that around this time"):
        declare(endpoint, supplier_editor, now, on=FIRST + 20 * DAY, length=5 * HOUR)
    declare(endpoint, supplier_editor, now, on=FIRST + 20 * DAY, length=4 * HOUR)
    with pytest.raises(WindowRefused, match="Nothing is left of that around this time"):
        declare(endpoint, supplier_editor, now, on=FIRST + 25 * DAY)
    # Four weeks after the first, and at another host, there is room again.
    declare(endpoint, supplier_editor, now, on=FIRST + 29 * DAY, length=DAY)
    elsewhere = factories.make_endpoint(endpoint.product, "https://other.example/")
    declare(elsewhere, supplier_editor, now, length=DAY)
    assert MaintenanceWindow.objects.count() == 5


def test_what_was_used_of_a_cancelled_window_still_counts(endpoint, supplier_editor, now):
    window = declare(endpoint, supplier_editor, now, length=DAY)
    declare(endpoint, supplier_editor, now, on=FIRST + 2 * DAY, length=DAY)
    start = datetime(2026, 7, 2, 22, tzinfo=LONDON)

    cancel_window(window=window, by=supplier_editor, now=start + 20 * HOUR)

    assert opened(window) == [(start, start + 20 * HOUR)]
    later = start + 20 * HOUR
    with pytest.raises(WindowRefused, match="4 hours are left"):
        declare(endpoint, supplier_editor, later, on=FIRST + 5 * DAY, length=5 * HOUR)
    declare(endpoint, supplier_editor, later, on=FIRST + 5 * DAY, length=4 * HOUR)


def test_a_cancelled_window_does_not_come_and_is_cancelled_once(
    endpoint, supplier_editor, case_officer, now
):
    window = declare(endpoint, supplier_editor, now, weekly=True)
    over = declare(endpoint, supplier_editor, now, on=date(2026, 7, 1), starts=time(13))
    cancel_window(window=window, by=case_officer, now=now + HOUR)
    assert opened(window) == []
    assert work_out_windows(now=now + 21 * DAY) == 0

    before = Event.objects.count()
    with pytest.raises(WindowOver, match="cancelled already"):
        cancel_window(window=window, by=supplier_editor, now=now + HOUR)
    with pytest.raises(WindowOver, match="is over"):
        cancel_window(window=over, by=supplier_editor, now=now + 2 * HOUR)
    assert Event.objects.count() == before


@pytest.mark.parametrize("who", ["rival_editor", "auditor", "buyer", "outsider"])
def test_nobody_else_announces_or_cancels(endpoint, request, supplier_editor, who, now):
    person = request.getfixturevalue(who)
    with pytest.raises(NotPermitted, match="Aldermoor"):
        declare(endpoint, person, now)
    assert not MaintenanceWindow.objects.exists()
    window = declare(endpoint, supplier_editor, now)
    with pytest.raises(NotPermitted):
        cancel_window(window=window, by=person, now=now)
    assert Occurrence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_exceed_the_limit_together(endpoint, supplier_editor, now):
    declare(endpoint, supplier_editor, now, length=DAY)
    told = at_once(
        *[
            lambda days=days: declare(
                endpoint, supplier_editor, now, on=FIRST + days * DAY, length=DAY
            )
            for days in (5, 8)
        ]
    )
    assert sorted(isinstance(each, WindowRefused) for each in told) == [False, True]
    assert MaintenanceWindow.objects.count() == 2


def test_availability_leaves_maintenance_out_and_says_so(endpoint, supplier_editor, now):
    declare(endpoint, supplier_editor, now, on=civil_date(now), starts=time(13), length=2 * HOUR)
    declare(endpoint, supplier_editor, now, on=civil_date(now), starts=time(14), length=2 * HOUR)
    for minutes, outcome in ((30, "answered"), (90, "unreachable"), (250, "answered")):
        captures = {"metadata": {"status": 200}} if outcome == "answered" else {}
        at = now + timedelta(minutes=minutes)
        factories.make_visit(endpoint, at, outcome=outcome, captures=captures)
    at = now + 6 * HOUR

    day_of_it = standing.availability(endpoint, now=at)[0]
    assert (day_of_it.answered, day_of_it.unreachable, day_of_it.maintenance) == (2, 0, 1)
    assert (day_of_it.share, day_of_it.maintained) == (1.0, 3 * HOUR)
    assert standing.incidents(endpoint, now=at, most=5).total == 0


def form(**more):
    first = civil_date(timezone.now()) + 3 * DAY
    return {
        "note": "New discs",
        **day("starts_on", first.year, first.month, first.day),
        "starts_at": "10:30 PM",
        **day("ends_on", (first + DAY).year, (first + DAY).month, (first + DAY).day),
        "ends_at": "1.15",
        "weekly": "once",
    } | more


def test_the_page_announces_shows_and_cancels(client, endpoint, supplier_editor):
    client.force_login(supplier_editor)
    place = reverse("endpoint_maintenance", kwargs={"id": endpoint.pk})
    bad = client.post(place, form(starts_at="late"))
    assert bad.status_code == 400
    assert "Start time must be a time, like 10:30pm or 22:30" in bad.content.decode()
    assert not MaintenanceWindow.objects.exists()

    assert client.post(place, form()).url == place
    window = MaintenanceWindow.objects.get()
    assert (window.starts, window.length) == (time(22, 30), 2.75 * HOUR)
    assert "10:30pm to 1:15am the next day" in client.get(place).content.decode()
    client.logout()
    public = client.get(reverse("endpoint", kwargs={"id": endpoint.pk})).content.decode()
    assert "Announced maintenance" in public
    assert "New discs" in public

    client.force_login(supplier_editor)
    cancel = reverse("maintenance_cancel", kwargs={"id": window.pk})
    assert "Cancel this maintenance?" in client.get(cancel).content.decode()
    assert client.post(cancel).url == place
    assert not Occurrence.objects.exists()
    answer = client.post(cancel, follow=True)
    assert "This window was cancelled already." in answer.content.decode()
