"""Why a pair has its status, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.common.periods import holds
from registry.compliance import rules
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.compliance.rules import Explanation
from registry.compliance.selectors.facts import Pair, facts_of_pairs
from registry.history.selectors import as_known
from registry.standards.models import Standard

# So many pairs' facts are read at once.
_BATCH = 500


def explain(
    *, product: Product, standard: Standard, on: date, known_at: datetime | None = None
) -> Explanation:
    """Why `product` has its status for `standard` on a day.

    The status is the one that the register held at `known_at`; the reasons are those of the facts
    as known then. `facts_changed_since` says where these speak of another status: their refresh
    was still owed. Eleven queries at most; three more to go back to a moment and return.
    """
    pair = (product.pk, standard.pk)
    return explain_many(days={pair: on}, known_at=known_at)[pair]


def explain_many(
    *, days: Mapping[Pair, date], known_at: datetime | None = None, seen: date | None = None
) -> dict[Pair, Explanation]:
    """Like `explain`, for many pairs of (product id, standard id), each on its day.

    What ends after the day `seen` is told as a thing to come: "expires", not "expired".
    Eleven queries for every 500 pairs.
    """
    explained = {}
    ordered = sorted(days)
    with as_known(known_at):
        for start in range(0, len(ordered), _BATCH):
            pairs = ordered[start : start + _BATCH]
            facts = facts_of_pairs(pairs)
            held = _held(pairs, known_at)
            for pair in pairs:
                explanation = rules.explain(facts[pair], days[pair], seen=seen)
                explained[pair] = _as_held(explanation, held.get(pair, []))
    return explained


def _held(pairs: Iterable[Pair], known_at: datetime | None) -> dict[Pair, list[tuple]]:
    """The recorded spells of the pairs, as (period, status)."""
    spells = Spell.objects.known_at(known_at).filter(
        product__in={product_id for product_id, _ in pairs},
        standard__in={standard_id for _, standard_id in pairs},
    )
    held = defaultdict(list)
    for *pair, span, status in spells.values_list("product_id", "standard_id", "period", "status"):
        held[tuple(pair)].append((span, status))
    return held


def _as_held(explanation: Explanation, spells: list[tuple]) -> Explanation:
    """A pair without a timeline is never required and never met."""
    on_day = (status for span, status in spells if holds(span, explanation.day))
    return rules.as_held(explanation, next(on_day, Status.NOT_REQUIRED.value))
