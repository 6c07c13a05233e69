"""Records whose references exist are kept, kind by kind."""

from datetime import datetime

from procurement.interchange.rules.reading import Record
from procurement.interchange.selectors.keys import Keys, products_of
from procurement.interchange.services.steps import STEPS, Load, put_successors
from registry.accounts.models import User
from registry.common.puts import Put

# By kind: added, changed, right already.
Counts = dict[str, tuple[int, int, int]]
# Whose timelines the changed facts may move; None is everyone's.
Touched = set[int] | None

_TOUCH_EVERYONE = {"scope", "version", "criterion"}


def keep(records: list[Record], keys: Keys, *, by: User, now: datetime) -> tuple[Counts, Touched]:
    """Bring the register into line with the records. Returns counts and whom they touch.

    `LineRefused` when a room refuses a line. The caller holds the transaction and the lock.
    """
    load = Load(records, keys, by, now)
    counts: Counts = {}
    touched: set[int] = set()
    everyone = False
    for kind, step in STEPS.items():
        if not load.of(kind):
            continue
        outcome = step(load)
        added, changed = len(outcome.added), len(outcome.changed)
        counts[kind] = (added, changed, len(load.of(kind)) - added - changed)
        if added:
            keys.learn(kind)
        if outcome.touched and kind in _TOUCH_EVERYONE:
            everyone = True
        touched |= _products_of(kind, outcome)
    _count_successors(put_successors(load), counts)
    return counts, None if everyone else touched


def _count_successors(moved: int, counts: Counts) -> None:
    """A standard that differed in nothing but what supersedes it was changed too."""
    added, changed, right = counts.get("standard", (0, 0, 0))
    if moved and not (added or changed):
        counts["standard"] = (0, moved, right - moved)


def _products_of(kind: str, outcome: Put) -> set[int]:
    if kind == "product":
        return {row.pk for row in outcome.touched}
    if kind in ("claim", "endpoint", "proof", "dispensation"):
        return {row.product_id for row in outcome.touched}
    if kind == "check_spell" and outcome.touched:
        return products_of({row.endpoint_id for row in outcome.touched})
    return set()
