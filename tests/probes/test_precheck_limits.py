"""How often a pre-check may be asked for, whoever asks, and however many at once."""

from datetime import datetime, timedelta

import pytest

from registry.audit.models import Event
from registry.common.errors import TooOften
from registry.common.periods import LONDON
from registry.probes.models import Precheck
from registry.probes.rules.limits import Limit
from registry.probes.services.prechecks import HostBusy
from tests import factories
from tests.probes.prechecking import asked, at_once, whole

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def ended(now: datetime) -> None:
    """Every pre-check so far is over."""
    Precheck.objects.unfinished().update(finished_at=now, trouble="It broke.")


def refused(supplier, by, now, url="https://fhir.aldermoor.example/r4") -> TooOften:
    """The refusal, after which nothing has changed."""
    before, events = whole(), Event.objects.count()
    with pytest.raises(TooOften) as refusal:
        asked(supplier, by, now, url)
    assert (whole(), Event.objects.count()) == (before, events)
    return refusal.value


def test_a_person_asks_for_ten_within_an_hour(supplier, supplier_editor, supplier_owner, now):
    for number in range(10):
        asked(supplier, supplier_editor, now + number * MINUTE, f"https://h{number}.example/")

    refusal = refused(supplier, supplier_editor, now + 10 * MINUTE, "https://h10.example/")
    assert refusal.message == (
        "You have asked for 10 pre-checks within an hour. Try again in 50 minutes."
    )
    assert refusal.wait == timedelta(minutes=50)
    asked(supplier, supplier_owner, now + 10 * MINUTE, "https://h10.example/")
    almost = now + timedelta(hours=1) - timedelta(microseconds=1)
    assert refused(supplier, supplier_editor, almost, "https://h11.example/").seconds == 1
    asked(supplier, supplier_editor, now + timedelta(hours=1), "https://h11.example/")


def test_a_host_is_visited_three_times_within_ten_minutes_whoever_asks(
    supplier, supplier_editor, rival, rival_editor, assessor, now
):
    for by, of, path in (
        (supplier_editor, supplier, "a"),
        (rival_editor, rival, "b"),
        (assessor, rival, "c"),
    ):
        asked(of, by, now, f"https://FHIR.aldermoor.example./{path}")
        ended(now)

    refusal = refused(supplier, supplier_editor, now + 8 * MINUTE)
    assert refusal.message == (
        "fhir.aldermoor.example has had 3 pre-checks within 10 minutes, whoever asked for them. "
        "Try again in 2 minutes."
    )
    asked(supplier, supplier_editor, now + 8 * MINUTE, "https://other.aldermoor.example/r4")
    asked(supplier, supplier_editor, now + 10 * MINUTE)


def test_a_host_is_pre_checked_by_one_visit_at_a_time(
    supplier, supplier_editor, rival, rival_editor, now
):
    asked(supplier, supplier_editor, now)

    refusal = refused(rival, rival_editor, now + MINUTE)
    assert isinstance(refusal, HostBusy)
    assert refusal.message == (
        "A pre-check of fhir.aldermoor.example is running already. Try again in 30 seconds."
    )
    ended(now)
    asked(rival, rival_editor, now + MINUTE)


def test_a_supplier_has_thirty_within_a_day_also_where_the_clocks_change(
    supplier, rival, rival_editor, settings
):
    """On 25 October 2026 the civil day has 25 hours: 24 of them are counted."""
    night = datetime(2026, 10, 25, 0, 30, tzinfo=LONDON)
    settings.PRECHECKS_OF_A_SUPPLIER_A_DAY = 4
    for number in range(4):
        member = factories.make_member(supplier)
        asked(supplier, member, night, f"https://h{number}.example/")

    later = factories.make_member(supplier)
    noon = datetime(2026, 10, 25, 12, 30, tzinfo=LONDON)
    refusal = refused(supplier, later, noon, "https://h4.example/")
    assert refusal.message == (
        "Aldermoor Health Systems has had 4 pre-checks within 24 hours. Try again in 11 hours."
    )
    asked(rival, rival_editor, noon, "https://h4.example/")
    asked(supplier, later, datetime(2026, 10, 25, 23, 30, tzinfo=LONDON), "https://h5.example/")


def test_the_longest_wait_is_what_is_said(supplier, supplier_editor, settings, now):
    settings.PRECHECKS_OF_A_PERSON_AN_HOUR = 1
    asked(supplier, supplier_editor, now)

    refusal = refused(supplier, supplier_editor, now)
    assert refusal.message.startswith("You have asked for 1 pre-check within an hour.")


@pytest.mark.parametrize(
    ("most", "minutes", "wait"),
    [(0, [], 60), (1, [], 0), (1, [59], 1), (1, [60], 0), (2, [5], 0), (2, [5, 20], 40)],
)
def test_a_limit_says_when_there_is_room_again(now, most, minutes, wait):
    limit = Limit(most, timedelta(hours=1), "Too often.")
    newest = [now - each * MINUTE for each in minutes]
    assert limit.wait(newest, now=now) == wait * MINUTE


@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_are_one_for_a_host(supplier, now):
    members = [factories.make_member(supplier) for _ in range(20)]

    answers = at_once(20, lambda number: asked(supplier, members[number], now))

    assert sum(isinstance(each, Precheck) for each in answers) == 1
    assert sum(isinstance(each, HostBusy) for each in answers) == 19
    assert (Precheck.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_asks_at_once_of_one_person_are_ten(supplier, supplier_editor, now):
    answers = at_once(
        20, lambda number: asked(supplier, supplier_editor, now, f"https://h{number}.example/")
    )

    assert sum(isinstance(each, Precheck) for each in answers) == 10
    assert {each.message for each in answers if isinstance(each, TooOften)} == {
        "You have asked for 10 pre-checks within an hour. Try again in 60 minutes."
    }
    assert (Precheck.objects.count(), Event.objects.count()) == (10, 10)
