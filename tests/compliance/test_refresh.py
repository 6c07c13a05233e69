"""What the register held true, and since when."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg2.extras import DateTimeTZRange

from registry.common import bells, periods
from registry.compliance import selectors, services
from registry.compliance.models import Spell, VerdictSpell
from tests import factories
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
JANUARY = date(2026, 1, 1)


@pytest.fixture
def product():
    return factories.make_product()


@pytest.fixture
def criterion():
    """The only MUST of a standard that is required of everyone, always."""
    standard = factories.make_standard(required=(None, None))
    return factories.make_criterion(factories.make_version(standard))


def refresh(product, now):
    return services.refresh(product_ids=[product.pk], now=now, cause=A_STORY)


def recorded(product):
    """Every row of the product as (status, period from, recorded from, recorded until)."""
    rows = Spell.objects.filter(product=product).order_by("recorded", "period")
    return [(row.status, row.period.lower, row.recorded.lower, row.recorded.upper) for row in rows]


def test_what_changed_is_closed_and_added_and_nothing_else(product, criterion, now):
    assert refresh(product, now).written == 1
    factories.make_proof(product, criterion, valid=(JANUARY, None))
    outcome = refresh(product, now + HOUR)
    assert (outcome.written, outcome.closed, outcome.product_ids) == (2, 1, (product.pk,))
    assert recorded(product) == [
        ("not_met", None, now, now + HOUR),
        ("not_met", None, now + HOUR, None),
        ("met", JANUARY, now + HOUR, None),
    ]


def test_a_second_refresh_writes_nothing_and_rings_no_bell(product, criterion, now):
    refresh(product, now)
    before = recorded(product)
    with bells.held_back(bells.spells_changed) as rung:
        outcome = refresh(product, now + HOUR)
    assert outcome == services.RefreshOutcome()
    assert (recorded(product), rung) == (before, [])


def test_the_bell_says_whose_spells_changed(product, criterion, now):
    other = factories.make_product("other")
    refresh(other, now)
    with bells.held_back(bells.spells_changed) as rung:
        services.refresh(product_ids=None, now=now, cause=A_STORY)
    assert rung == [
        {"product_ids": [product.pk], "now": now, "revision_ids": [product.revisions.get().pk]}
    ]


def test_an_answer_given_once_can_be_given_again(product, criterion, now, on):
    refresh(product, now)
    first = list(selectors.timelines(product_ids=None))
    proof = factories.make_proof(product, criterion, valid=(JANUARY, None))
    refresh(product, now + HOUR)
    second = list(selectors.timelines(product_ids=None))
    type(proof).objects.filter(pk=proof.pk).update(revoked_from=JANUARY)
    refresh(product, now + 2 * HOUR)

    assert list(selectors.timelines(product_ids=None, known_at=now)) == first
    assert list(selectors.timelines(product_ids=None, known_at=now + HOUR - MICROSECOND)) == first
    assert list(selectors.timelines(product_ids=None, known_at=now + HOUR)) == second
    assert list(selectors.timelines(product_ids=None)) == first
    assert list(selectors.timelines(product_ids=None, known_at=now - MICROSECOND)) == []

    def verdict(known_at):
        return selectors.verdicts(product_ids=[product.pk], on=on, known_at=known_at)[product.pk]

    assert [verdict(now), verdict(now + HOUR), verdict(None)] == [
        "non_compliant", "compliant", "non_compliant",
    ]  # fmt: skip


def test_two_refreshes_at_the_same_moment_leave_no_empty_knowledge(product, criterion, now):
    refresh(product, now)
    factories.make_proof(product, criterion, valid=(None, None))
    refresh(product, now)
    assert recorded(product) == [
        ("not_met", None, now, now + MICROSECOND),
        ("met", None, now + MICROSECOND, None),
    ]


def test_a_clock_that_is_behind_never_records_before_what_is_known(product, criterion, now):
    refresh(product, now)
    proof = factories.make_proof(product, criterion, valid=(None, None))
    refresh(product, now - HOUR)
    type(proof).objects.filter(pk=proof.pk).update(revoked_from=JANUARY)
    refresh(product, now - 2 * HOUR)
    starts = [row[2] for row in recorded(product)]
    # What answers a refresh (a case was flagged) has a moment of its own.
    assert starts[0] == now
    assert now < starts[1] < starts[2] == starts[3] < now + HOUR


def test_a_pair_that_comes_back_is_recorded_after_it_went(product, now):
    standard = factories.make_standard()
    scope = standard.scopes.get()
    refresh(product, now)
    scope.delete()
    refresh(product, now + HOUR)
    assert list(selectors.timelines(product_ids=None)) == []
    standard.scopes.create(required=periods.period(None, None))
    refresh(product, now)
    assert recorded(product)[-1] == ("not_met", None, now + HOUR + MICROSECOND, None)


def test_a_verdict_can_change_without_any_spell(product, now, on):
    """Met all along of its own accord; then it is required."""
    standard = factories.make_standard(required=None)
    criterion = factories.make_criterion(factories.make_version(standard))
    factories.make_proof(product, criterion)
    refresh(product, now)
    asked = {"product_ids": [product.pk], "on": on}
    assert selectors.verdicts(**asked, known_at=None) == {product.pk: "nothing_required"}
    standard.scopes.create(required=periods.period(None, None))
    with bells.held_back(bells.spells_changed) as rung:
        outcome = refresh(product, now + HOUR)
    assert (outcome.written, outcome.product_ids) == (0, (product.pk,))
    assert len(rung) == 1
    assert selectors.verdicts(**asked, known_at=None) == {product.pk: "compliant"}
    assert selectors.verdicts(**asked, known_at=now) == {product.pk: "nothing_required"}


def test_no_products_is_nothing_to_do(product, criterion, now):
    assert services.refresh(product_ids=[], now=now, cause=A_STORY) == services.RefreshOutcome()
    assert recorded(product) == []


class TestAppendOnly:
    """What was recorded is closed once, and otherwise never touched."""

    @pytest.fixture(params=[Spell, VerdictSpell])
    def row(self, request, product, criterion, now):
        refresh(product, now)
        return request.param.objects.get()

    @pytest.mark.parametrize(
        "change",
        [
            {"period": periods.period(JANUARY, None)},
            {"recorded": DateTimeTZRange(None, None)},
            {"product_id": 0},
        ],
    )
    def test_no_other_change(self, row, change):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)

    def test_closing_only_forward_and_only_once(self, row, now):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(recorded=DateTimeTZRange(now, now))
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(recorded=DateTimeTZRange(now - HOUR, now))
        assert rows.update(recorded=DateTimeTZRange(now, now + HOUR)) == 1
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(recorded=DateTimeTZRange(now, now + 2 * HOUR))

    def test_no_removal(self, row):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
                cursor.execute(f"TRUNCATE {row._meta.db_table} CASCADE")
        assert type(row).objects.filter(pk=row.pk).exists()


def test_the_database_forbids_two_truths(product, criterion, now):
    refresh(product, now)
    held = Spell.objects.get()
    with pytest.raises(IntegrityError, match="one_truth"), transaction.atomic():
        Spell.objects.create(
            product=product,
            standard=held.standard,
            status="met",
            period=periods.period(JANUARY, None),
            recorded=DateTimeTZRange(now + HOUR, None),
        )
