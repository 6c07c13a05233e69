"""The cheapest set of steps that covers every need, where steps may be shared."""

from collections.abc import Collection, Iterable, Sequence

from registry.compliance.rules.steps import Step

Way = frozenset[Step]
# How often a need is looked at, over all sets that are tried: a bound on time. A version of
# ordinary size, with twenty criteria, takes a few hundred.
MOST_LOOKS = 20_000


def cost(steps: Iterable[Step]) -> tuple[int, ...]:
    """What a set of steps costs: its ranks, the dearest first, to be compared as tuples.

    The dearest step decides; then the next dearest; a set with one step more costs more.
    """
    return tuple(sorted((step.rank for step in steps), reverse=True))


def cheapest(needs: Sequence[Collection[Way]]) -> Way | None:
    """The cheapest set of steps that holds, for each need, one of its ways whole.

    `None` where a need has no way. Exact while `MOST_LOOKS` is enough; after that the best so
    far. Never is a step in it that could be left out.
    """
    ordered = sorted((sorted(_worthwhile(ways), key=_order) for ways in needs), key=len)
    if ordered and not ordered[0]:
        return None
    return _lean(_search(ordered), ordered)


def _worthwhile(ways: Collection[Way]) -> list[Way]:
    """Without the ways that hold another way whole."""
    return [way for way in ways if not any(other < way for other in ways)]


def _order(way: Way) -> tuple:
    return cost(way), sorted((step.about, step.check_id) for step in way)


def _search(needs: list[list[Way]]) -> Way:
    """Depth first, the cheapest way first, leaving what is no cheaper than the best so far."""
    best, best_cost, looks = None, (), 0
    stack = [frozenset()]
    while stack and (best is None or looks < MOST_LOOKS):
        chosen = stack.pop()
        looks += len(needs)
        if best is not None and cost(chosen) >= best_cost:
            continue
        unmet = next((ways for ways in needs if not any(way <= chosen for way in ways)), None)
        if unmet is None:
            best, best_cost = chosen, cost(chosen)
            continue
        # What is put on the stack last is looked at first; among equals the order stays.
        dearer = sorted((chosen | way for way in unmet), key=cost)
        stack += dearer[::-1]
    return best


def _lean(chosen: Way, needs: list[list[Way]]) -> Way:
    """Without any step that can be left out, the dearest first."""
    for step in sorted(chosen, key=lambda each: (-each.rank, each.about, each.check_id)):
        fewer = chosen - {step}
        if all(any(way <= fewer for way in ways) for ways in needs):
            chosen = fewer
    return chosen
