"""What the search counts is what counting one product after the other gives, in any world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.enums import Hosting, ProductState
from registry.catalogue.models import Claim, Product
from registry.common.causes import Cause, CauseKind
from registry.common.periods import holds
from registry.compliance import selectors, services
from registry.compliance.filters import ProductFilter, facets
from registry.compliance.models import Spell, Stretch, VerdictSpell
from tests.compliance.test_worlds import generated, in_a_world
from tests.compliance.worlds import (
    DAYS,
    CriterionSpec,
    ProductSpec,
    ProofSpec,
    StandardSpec,
    World,
    WorldSpec,
    build,
    build_facts,
    products,
    worlds,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 2, 28, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
FAR_ON = NOON + timedelta(days=1000)
HOSTINGS = [Hosting.HYBRID, Hosting.ON_PREMISES]
near = st.sampled_from([DAYS[0] - timedelta(days=400), *DAYS, DAYS[-1] + timedelta(days=400)])
verdicts = st.sets(st.sampled_from(["compliant", "exempt", "non_compliant", "nothing_required"]))


def asked_for(world: World, draw) -> dict:
    """A question: which of the world's things are ticked, on which day, as known when."""
    return {
        "verdict": sorted(draw(verdicts)),
        "standard": [each.code for each in world.standards if draw(st.integers(0, 3)) == 0],
        "capability": [each.ref for each in world.capabilities if draw(st.integers(0, 3)) == 0],
        "hosting": [each.value for each in HOSTINGS if draw(st.integers(0, 2)) == 0],
    }


def counted(asked: dict, on, known_at) -> facets.Tally:
    address = QueryDict(mutable=True)
    for name, values in asked.items():
        address.setlist(name, values)
    address["as_of"] = on.isoformat()
    if known_at:
        address["known_at"] = known_at.isoformat()
    filters = ProductFilter(address, Product.objects.all(), now=FAR_ON)
    assert filters.is_valid(), filters.form.errors
    return facets.tally(filters, user=AnonymousUser(), limit=1000)


def one_by_one(asked: dict, on, known_at) -> tuple[list[int], dict[str, dict[str, int]]]:
    """The products found, and the counts of every group, by looking at each product alone."""
    found, counts = [], {name: {} for name in (*asked, "supplier")}
    for product in Product.objects.select_related("supplier"):
        facts = facts_of(product, on, known_at)
        narrow = all(set(asked[name]) <= facts[name] for name in ("standard", "capability"))
        wide = {
            name: not asked[name] or bool(facts[name] & set(asked[name]))
            for name in ("verdict", "hosting")
        }
        for group, values in facts.items():
            if narrow and all(passes for name, passes in wide.items() if name != group):
                for value in values:
                    counts[group][value] = counts[group].get(value, 0) + 1
        if narrow and all(wide.values()):
            found.append(product.pk)
    return found, counts


def facts_of(product: Product, on, known_at) -> dict[str, set[str]]:
    held = [
        row.verdict
        for row in VerdictSpell.objects.known_at(known_at).filter(product=product)
        if holds(row.period, on)
    ]
    met = Spell.objects.known_at(known_at).filter(product=product, status="met")
    return {
        "verdict": set(held or ["nothing_required"]),
        "standard": {
            row.standard.code for row in met.select_related("standard") if holds(row.period, on)
        },
        "capability": {
            claim.capability.ref
            for claim in Claim.objects.filter(product=product).select_related("capability")
            if holds(claim.claimed, on)
        },
        "hosting": {product.hosting},
        "supplier": {product.supplier.ref},
    }


def assert_counts_agree(asked: dict, on, known_at) -> None:
    tally = counted(asked, on, known_at)
    found, counts = one_by_one(asked, on, known_at)
    assert sorted(each.pk for each in tally.page) == sorted(found)
    assert tally.total == len(found)
    shown = {
        group: {key: count for key, _, count in choices.rows if count}
        for group, choices in tally.choices.items()
    }
    assert shown == {group: values for group, values in counts.items() if values}


def listed(world: World) -> None:
    for number, product in enumerate(world.products):
        product.state, product.hosting = ProductState.LISTED, HOSTINGS[number % 2]
        product.save()


@generated
@given(worlds, near, near, st.data())
def test_counts_are_those_of_each_product_alone(spec, refreshed_on, on, data):
    def check():
        world = build(spec)
        listed(world)
        now = datetime.combine(refreshed_on, NOON.timetz())
        services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "story"))
        asked = asked_for(world, data.draw)
        assert_counts_agree(asked, on, None)
        assert_counts_agree(asked, on, now)
        assert_counts_agree(asked, on, now - timedelta(days=1))

    in_a_world(check)


@generated
@given(worlds, products, near, st.data())
def test_facts_that_changed_count_at_once_while_the_refresh_is_owed(spec, more, on, data):
    def check():
        world = build(spec)
        listed(world)
        services.refresh(product_ids=None, now=NOON, cause=Cause(CauseKind.RECOMPUTED, "story"))
        changed = world.products[0]
        Claim.objects.filter(product=changed).delete()
        build_facts(world, changed, replace(more, proofs=[], endpoints=[], excuses=[[], []]))
        services.owe_refresh(
            product_ids=[changed.pk], now=LATER, cause=Cause(CauseKind.RECOMPUTED, "story")
        )
        asked = asked_for(world, data.draw)
        assert_counts_agree(asked, on, None)
        services.refresh_owed(now=LATER)
        assert_counts_agree(asked, on, None)
        assert_counts_agree(asked, on, NOON)

    in_a_world(check)


@generated
@given(worlds, st.lists(near, min_size=1, max_size=3))
def test_a_stretch_says_what_holds_on_each_of_its_days(spec, refreshed_on):
    def check():
        build(spec)
        for place, day in enumerate(refreshed_on):
            now = datetime.combine(day, NOON.timetz()) + timedelta(days=4000 * place)
            services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "story"))
            assert not Stretch.objects.ended(now.date()).exists()
            for stretch in Stretch.objects.select_related("product__supplier"):
                assert_holds(stretch)

    in_a_world(check)


def assert_holds(stretch: Stretch) -> None:
    """On its first and last days, where it has them, and on those of the world within."""
    ends = {end for end in (stretch.days.lower, stretch.days.upper) if end}
    days = {*DAYS, *ends, *(end - timedelta(days=1) for end in ends)}
    for day in days:
        if holds(stretch.days, day):
            facts = facts_of(stretch.product, day, None)
            assert facts["verdict"] == {stretch.verdict}
            assert len(facts["standard"]) == len(stretch.met)
            assert len(facts["capability"]) == len(stretch.claimed)


ALWAYS = (None, None)
PROVED_FOR_DAYS = WorldSpec(
    standards=[
        StandardSpec(scopes=[(None, ALWAYS)], versions=[(ALWAYS, [CriterionSpec("MUST", "")])]),
        StandardSpec(scopes=[], versions=[]),
    ],
    products=[
        ProductSpec(
            claims=[[], []],
            proofs=[ProofSpec(frozenset({0}), (DAYS[0], DAYS[6]), "accepted", None)],
            endpoints=[],
            excuses=[[], []],
        )
    ],
)


def test_what_ended_is_written_anew_once(db):
    world = build(PROVED_FOR_DAYS)
    services.refresh(product_ids=None, now=NOON, cause=Cause(CauseKind.RECOMPUTED, "story"))
    before = Stretch.objects.get(product=world.products[0])
    assert before.verdict == "compliant"
    later = datetime.combine(before.days.upper, NOON.timetz())
    assert services.renew_stretches(now=NOON) == 0
    assert services.renew_stretches(now=later) == 1
    assert services.renew_stretches(now=later) == 0
    after = Stretch.objects.get(product=world.products[0])
    assert (after.days.lower, after.verdict) == (before.days.upper, "non_compliant")


@generated
@given(worlds, st.tuples(near, near), st.booleans(), st.data())
def test_a_term_holds_on_each_of_its_days(spec, days, allow_exempt, data):
    start, until = min(days), max(days)
    if start == until:
        until = None

    def check():
        build(spec)
        services.refresh(product_ids=None, now=NOON, cause=Cause(CauseKind.RECOMPUTED, "story"))
        found = selectors.compliant_throughout(
            Product.objects.all(),
            start=start,
            until=until,
            allow_exempt=allow_exempt,
            known_at=data.draw(st.sampled_from([None, NOON])),
        )
        good = {"compliant", "exempt"} if allow_exempt else {"compliant"}
        assert {product.pk for product in found} == {
            product.pk
            for product in Product.objects.all()
            if throughout(product, start, until, good)
        }

    in_a_world(check)


def throughout(product: Product, start, until, good: set[str]) -> bool:
    last = until or DAYS[-1] + timedelta(days=1000)
    rows = list(VerdictSpell.objects.current().filter(product=product))
    day = start
    while day < last:
        (word,) = [row.verdict for row in rows if holds(row.period, day)] or ["nothing_required"]
        if word not in good:
            return False
        day += timedelta(days=1)
    return True
