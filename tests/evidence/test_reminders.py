"""Suppliers are reminded of evidence that ends: in time, once, and only where it matters."""

from datetime import date, datetime, time, timedelta

import pytest

from registry.catalogue.services import members
from registry.common.periods import LONDON
from registry.evidence import services
from registry.evidence.rules.reminding import step_due
from registry.notifications.models import Letter, Notification
from tests import factories

END = date(2026, 9, 29)  # 90 days after `now`; the last valid day is 28 September
FIRST = date(2025, 9, 29)


@pytest.mark.parametrize(
    ("left", "step"),
    [
        *((91, None), (90, 90), (31, 90), (30, 30), (20, 30), (8, 30), (7, 7), (1, 7)),
        *((0, 0), (-1, 0), (-7, 0), (-8, None)),
    ],
)
def test_the_nearest_step_is_due(left, step):
    on = date(2028, 2, 29)
    assert step_due(end=on + timedelta(days=left), on=on) == step


pytestmark = pytest.mark.django_db


@pytest.fixture
def criterion(db):
    return factories.make_criterion(factories.make_version(factories.make_standard()))


@pytest.fixture
def product(supplier):
    return factories.make_product(supplier=supplier, name="Aldermoor Record")


@pytest.fixture
def proof(product, criterion):
    return factories.make_proof(product, criterion, valid=(FIRST, END), ref="sub-1")


def on(day: date, hour: int = 1) -> datetime:
    return datetime.combine(day, time(hour), LONDON)


def remind(day: date) -> list[str]:
    """The keys of what is told anew on a day, each part of it once."""
    before = set(Notification.objects.values_list("key", flat=True))
    services.remind(now=on(day))
    return sorted(set(Notification.objects.values_list("key", flat=True)) - before)


def days_before(left: int) -> date:
    return END - timedelta(days=left)


def test_every_member_is_told_ninety_thirty_and_seven_days_before_and_on_the_day(
    proof, supplier_owner, supplier_editor
):
    told = {}
    for left in range(100, -15, -1):
        if keys := remind(days_before(left)):
            told[left] = keys
    assert told == {left: [f"evidence sub-1 ends 2026-09-29 {left}"] for left in (90, 30, 7, 0)}
    assert Notification.objects.filter(user=supplier_owner).count() == 4
    assert Notification.objects.filter(user=supplier_editor).count() == 4
    assert Letter.objects.count() == 8


def test_it_says_what_ends_when_and_what_follows(proof, supplier_owner):
    remind(days_before(30))
    told = Notification.objects.get()
    assert told.subject == "Aldermoor Record: evidence for DCB0129 ends on 28 September 2026"
    assert told.path == "/evidence/sub-1/"
    assert "Document (sub-1) proves for Aldermoor Record: DCB0129 1 DOC." in told.body
    assert "It is valid until 28 September 2026, 30 days from now." in told.body
    assert (
        "From 29 September 2026 the product would not be proved to meet DCB0129, which it must "
        "meet." in told.body
    )


def test_it_says_so_where_nothing_depends_on_it(product, supplier_owner):
    advisory = factories.make_standard("WCAG", required=None)
    criterion = factories.make_criterion(factories.make_version(advisory))
    factories.make_proof(product, criterion, valid=(FIRST, END))
    remind(days_before(7))
    assert "None of it is required of the product" in Notification.objects.get().body


def test_a_lapse_is_told_on_the_day_itself(proof, supplier_owner):
    assert services.remind(now=datetime.combine(END, time(0, 5), LONDON)) == 1
    told = Notification.objects.get()
    assert told.subject == "Aldermoor Record: evidence for DCB0129 ended on 28 September 2026"
    assert "the product is not proved to meet DCB0129" in told.body


def test_run_often_it_tells_once(proof, supplier_owner):
    assert [services.remind(now=on(days_before(30), hour)) for hour in (0, 3, 6, 23)] == [
        1,
        0,
        0,
        0,
    ]
    assert Notification.objects.count() == 1


def test_what_was_missed_is_not_made_up_for(proof, supplier_owner):
    assert remind(days_before(3)) == ["evidence sub-1 ends 2026-09-29 7"]


def test_evidence_without_an_end_and_evidence_of_long_ago_is_left_alone(
    product, criterion, supplier_owner
):
    factories.make_proof(product, criterion, valid=(FIRST, None))
    other = factories.make_criterion(criterion.version, "OLD")
    factories.make_proof(product, other, valid=(FIRST, END - timedelta(days=300)))
    assert remind(END) == []


def test_the_twenty_ninth_of_february_is_a_last_day_too(product, criterion, supplier_owner):
    factories.make_proof(product, criterion, valid=(date(2027, 3, 1), date(2028, 3, 1)), ref="leap")
    assert remind(date(2028, 2, 23)) == ["evidence leap ends 2028-03-01 7"]
    assert "29 February 2028" in Notification.objects.get().subject


@pytest.mark.parametrize(
    ("valid", "revoked_from", "told"),
    [
        ((END - timedelta(days=9), END + timedelta(days=300)), None, False),
        ((END, None), None, False),
        # It begins a day too late, ends with it, or is revoked before it could help.
        ((END + timedelta(days=1), None), None, True),
        ((FIRST, END), None, True),
        ((FIRST, None), END, True),
        ((FIRST, None), END + timedelta(days=1), False),
    ],
)
def test_who_has_renewed_is_not_reminded(
    product, criterion, proof, supplier_owner, valid, revoked_from, told
):
    factories.make_proof(product, criterion, valid=valid, revoked_from=revoked_from, ref="renewed")
    assert ("evidence sub-1 ends 2026-09-29 30" in remind(days_before(30))) == told


def test_only_what_is_left_bare_is_named(product, criterion, supplier_owner):
    other = factories.make_criterion(criterion.version, "LOG")
    factories.make_proof(product, criterion, other, valid=(FIRST, END), ref="both")
    factories.make_proof(product, other, valid=(FIRST, None))
    remind(days_before(30))
    assert "proves for Aldermoor Record: DCB0129 1 DOC." in Notification.objects.get().body


def test_another_products_evidence_helps_nothing(proof, criterion, supplier, supplier_owner):
    other = factories.make_product("aldermoor-notes", supplier=supplier)
    factories.make_proof(other, criterion, valid=(FIRST, None))
    assert len(remind(days_before(30))) == 1


def test_revoked_evidence_and_withdrawn_products_are_left_alone(
    product, criterion, supplier, supplier_owner
):
    gone = factories.make_product("aldermoor-old", supplier=supplier, state="withdrawn")
    factories.make_proof(gone, criterion, valid=(FIRST, END))
    factories.make_proof(product, criterion, valid=(FIRST, END), revoked_from=days_before(20))
    assert remind(days_before(30)) == []


def test_who_left_is_told_nothing_and_who_joins_hears_of_the_next_step(
    proof, supplier, supplier_owner, supplier_editor, now
):
    members.remove_member(user=supplier_editor, supplier=supplier, by=supplier_editor, now=now)
    remind(days_before(30))
    late = factories.make_member(supplier, "late@aldermoor.test")
    remind(days_before(29))
    remind(days_before(7))
    ends = Notification.objects.filter(kind="evidence_ends")
    assert ends.filter(user=supplier_owner).count() == 2
    assert ends.filter(user=supplier_editor).count() == 0
    assert list(ends.filter(user=late).values_list("key", flat=True)) == [
        "evidence sub-1 ends 2026-09-29 7"
    ]


def test_nobody_of_another_supplier_is_told(proof, supplier_owner, rival_editor):
    remind(days_before(30))
    assert [told.user for told in Notification.objects.all()] == [supplier_owner]


def test_many_that_were_told_before_cost_few_questions(
    product, supplier_owner, criterion, django_assert_max_num_queries
):
    for number in range(40):
        each = factories.make_criterion(criterion.version, f"C{number}")
        factories.make_proof(product, each, valid=(FIRST, END))
    assert services.remind(now=on(days_before(30))) == 40
    with django_assert_max_num_queries(8):
        assert services.remind(now=on(days_before(30), 4)) == 0
