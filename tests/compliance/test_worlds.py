"""The SQL of sets and the rules of single days say the same in any world."""

import os
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from registry.common import bells
from registry.compliance import rules, selectors, services
from registry.compliance.models import Spell, VerdictSpell
from registry.compliance.selectors import SpellFact
from tests.compliance.worlds import World, WorldSpec, build, build_facts, products, worlds
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FAR = (date(1900, 1, 1), date(2200, 1, 1))
# Every run draws others. WORLDS=500 draws more of them, for whoever changed the engine.
WORLDS = int(os.environ.get("WORLDS", "20"))
generated = settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


def in_a_world(check, *, opens_cases: bool = False):
    """Run `check` in a transaction that is always rolled back.

    Cases that rooms above open for changed timelines are a third of what a world costs: only
    for checks that look at them.
    """
    quiet = nullcontext() if opens_cases else bells.held_back(bells.spells_changed)
    with transaction.atomic(), quiet:
        check()
        transaction.set_rollback(True)


def asked_days(facts) -> list[date]:
    """Every boundary, the day before, the day after, and both ends of time."""
    ends = rules.boundaries(facts)
    before = {end - DAY for end in ends if end > date.min}
    after = {end + DAY for end in ends if end < date.max}
    return sorted({*ends, *before, *after, *FAR})


def status_in(spells: list[SpellFact], day: date) -> str:
    (status,) = [
        spell.status
        for spell in spells
        if (spell.from_ is None or spell.from_ <= day)
        and (spell.until is None or day < spell.until)
    ]
    return status


def assert_partition(spells: list[tuple]) -> None:
    """`(word, from, until)` cover all time, without gap, overlap or equal neighbours."""
    assert spells[0][1] is None
    assert spells[-1][2] is None
    for (word, start, until), (next_word, next_start, _) in zip(spells, spells[1:], strict=False):
        assert until == next_start
        assert word != next_word
        assert start is None or start < until


def assert_rules_agree(world: World) -> None:
    """Held spells and verdicts equal the day-by-day walk of the rules."""
    pairs = selectors.facts_of(product_ids=world.product_ids, standard_ids=world.standard_ids)
    held = {
        (line.product_id, line.standard_id): line.spells
        for line in selectors.timelines(product_ids=world.product_ids)
    }
    for key, facts in pairs.items():
        days = asked_days(facts)
        walked = [rules.status_on(facts, day) for day in days]
        assert (key in held) == (set(walked) != {"not_required"})
        if key in held:
            assert_partition([(spell.status, spell.from_, spell.until) for spell in held[key]])
            assert [status_in(held[key], day) for day in days] == walked
    for product_id in world.product_ids:
        of_product = [facts for key, facts in pairs.items() if key[0] == product_id]
        assert_verdicts_agree(product_id, of_product)


def assert_verdicts_agree(product_id: int, of_product: list) -> None:
    held = [
        SpellFact(row.verdict, row.period.lower, row.period.upper)
        for row in VerdictSpell.objects.current().filter(product=product_id)
    ] or [SpellFact("nothing_required", None, None)]
    held.sort(key=lambda spell: (spell.from_ is not None, spell.from_ or date.min))
    assert_partition([(spell.status, spell.from_, spell.until) for spell in held])
    days = sorted({day for facts in of_product for day in asked_days(facts)})
    assert [status_in(held, day) for day in days] == [
        rules.verdict_on(of_product, day) for day in days
    ]


@generated
@given(spec=worlds)
def test_sql_and_rules_agree_on_every_boundary_day(spec: WorldSpec, now):
    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=A_STORY)
        assert_rules_agree(world)

    in_a_world(check)


@generated
@given(spec=worlds, more=products)
def test_refreshing_what_was_touched_equals_refreshing_all(spec: WorldSpec, more, now):
    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=A_STORY)
        again = services.refresh(product_ids=None, now=now + DAY, cause=A_STORY)
        assert (again.written, again.closed, again.product_ids) == (0, 0, ())

        before = list(selectors.timelines(product_ids=None))
        recorded = set(Spell.objects.values_list("pk", "status", "period"))
        touched = world.products[0]
        for rows in (touched.claims, touched.dispensations):
            rows.all().delete()
        touched.ref += "-changed"
        build_facts(world, touched, more)

        services.refresh(product_ids=[touched.pk], now=now + 2 * DAY, cause=A_STORY)
        assert list(selectors.timelines(product_ids=None)) == list(
            selectors.computed_timelines(product_ids=None)
        )
        assert services.refresh(product_ids=None, now=now + 3 * DAY, cause=A_STORY).written == 0
        assert list(selectors.timelines(product_ids=None, known_at=now + DAY)) == before
        assert recorded <= set(Spell.objects.values_list("pk", "status", "period"))

    in_a_world(check)
