"""The generated worlds hold every shape that is hard: a generator that lost one proves nothing."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import Phase, find, settings

from tests.compliance.worlds import ProductSpec, StandardSpec, WorldSpec, worlds

DAY = timedelta(days=1)
# Found, not made small.
quickly = settings(max_examples=1_000, phases=[Phase.generate], database=None, deadline=None)


def of_any_standard(holds: Callable[[StandardSpec], bool]) -> Callable[[WorldSpec], bool]:
    return lambda world: any(holds(each) for each in world.standards)


def of_any_product(holds: Callable[[ProductSpec], bool]) -> Callable[[WorldSpec], bool]:
    return lambda world: any(holds(each) for each in world.products)


def accepted(standard: StandardSpec) -> list[tuple]:
    return [span for span, _ in standard.versions]


def valid(product: ProductSpec) -> list[tuple]:
    return [proof.valid for proof in product.proofs if proof.state == "accepted"]


def apart(spans: list[tuple], days: int) -> bool:
    """Whether one ends and another begins so many days later."""
    return any(
        one[1] is not None and other[0] is not None and other[0] - one[1] == days * DAY
        for one in spans
        for other in spans
    )


def overlapping(spans: list[tuple]) -> bool:
    def ends(span):
        return span[0] or date.min, span[1] or date.max

    ordered = sorted(ends(span) for span in spans)
    return any(one[1] > other[0] for one, other in zip(ordered, ordered[1:], strict=False))


def leaves_as_another_fails(product: ProductSpec) -> bool:
    return any(
        gone.in_service[1] in cuts and "fail" in results
        for gone in product.endpoints
        for other in product.endpoints
        if other is not gone and other.profile == gone.profile
        for cuts, results in zip(other.cuts, other.results, strict=True)
    )


def excused_before_required(world: WorldSpec) -> bool:
    return any(
        (start or date.min) < required
        for product in world.products
        for standard, excuses in zip(world.standards, product.excuses, strict=True)
        for start, _ in excuses
        for _, (required, _) in standard.scopes
        if required
    )


OPEN = (None, None)
SHAPES = {
    "overlapping evidence": of_any_product(lambda each: overlapping(valid(each))),
    "adjacent evidence": of_any_product(lambda each: apart(valid(each), 0)),
    "evidence a day apart": of_any_product(lambda each: apart(valid(each), 1)),
    "evidence open on both sides": of_any_product(lambda each: OPEN in valid(each)),
    "claims open on both sides": of_any_product(
        lambda each: any(OPEN in claims for claims in each.claims)
    ),
    "scopes open on both sides": of_any_standard(
        lambda each: any(span == OPEN for place, span in each.scopes if place is not None)
    ),
    "versions open on both sides": of_any_standard(lambda each: OPEN in accepted(each)),
    "service open on both sides": of_any_product(
        lambda each: any(one.in_service == OPEN for one in each.endpoints)
    ),
    "overlapping versions": of_any_standard(lambda each: overlapping(accepted(each))),
    "adjacent versions": of_any_standard(lambda each: apart(accepted(each), 0)),
    "versions with a gap day": of_any_standard(lambda each: apart(accepted(each), 1)),
    "a version without MUST": of_any_standard(
        lambda each: any(
            criteria and all(one.level != "MUST" for one in criteria)
            for _, criteria in each.versions
        )
    ),
    "a version without criteria": of_any_standard(
        lambda each: any(not criteria for _, criteria in each.versions)
    ),
    "revocation from the first day": of_any_product(
        lambda each: any(
            one.revoked_from and one.revoked_from == one.valid[0] and one.state == "accepted"
            for one in each.proofs
        )
    ),
    "an endpoint leaves as another fails": of_any_product(leaves_as_another_fails),
    "an endpoint comes and goes": of_any_product(
        lambda each: any(None not in one.in_service for one in each.endpoints)
    ),
    "excused before required": excused_before_required,
    "a withdrawn product": of_any_product(lambda each: each.state == "withdrawn"),
    "a standard of every product for ever": of_any_standard(
        lambda each: (None, OPEN) in each.scopes
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_worlds_hold(shape):
    assert find(worlds, SHAPES[shape], settings=quickly)
