"""All standards of one product on one day, for a product that has more than a page shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.common.periods import holds, period
from registry.compliance import rules, selectors
from registry.compliance.enums import Status
from registry.compliance.selectors import PairTimeline, SpellFact, pages
from registry.standards.models import Standard

# What needs attention stands first.
ORDER = (Status.NOT_MET, Status.EXEMPT, Status.MET, Status.NOT_REQUIRED)


@dataclass(frozen=True)
class ListedPair:
    """A standard of the product, and the spell that holds the day."""

    pair: PairTimeline
    spell: SpellFact

    @property
    def status(self) -> Status:
        """The status on the day."""
        return Status(self.spell.status)


@dataclass(frozen=True)
class ListRow:
    """A line of the list; `words` say why where the standard is not met."""

    standard: Standard
    status: Status
    since: date | None
    until: date | None
    words: str = ""


@dataclass(frozen=True)
class Standards:
    """The standards of a product with one status, or all of them."""

    product: Product
    on: date
    counts: dict[Status, int]
    shown: Status | None
    pairs: Sequence[ListedPair]

    @property
    def all(self) -> int:
        """How many there are of every status."""
        return sum(self.counts.values())

    def rows(self, pairs: Iterable[ListedPair]) -> list[ListRow]:
        """The lines of one page, in a fixed number of queries."""
        pairs = list(pairs)
        named = pages.standards_by_id(each.pair.standard_id for each in pairs)
        unmet = [each.pair for each in pairs if each.status == Status.NOT_MET]
        words = _words(unmet, on=self.on)
        return [
            ListRow(
                standard=named[each.pair.standard_id],
                status=each.status,
                since=each.spell.from_,
                until=each.spell.until,
                words=words.get(each.pair.standard_id, ""),
            )
            for each in pairs
        ]


def standards(product: Product, *, on: date, known_at: datetime | None, show: str) -> Standards:
    """The standards that were, are or will be required of a product, or that it meets.

    What is not met on the day comes first, then what ends soonest. `show` is a status, or
    anything else for all. One query.
    """
    found = [
        ListedPair(pair, spell)
        for pair in selectors.timelines(product_ids=[product.pk], known_at=known_at)
        for spell in pair.spells
        if holds(period(spell.from_, spell.until), on)
    ]
    found.sort(key=lambda each: (ORDER.index(each.status), each.spell.until or date.max))
    counts = Counter(each.status for each in found)
    shown = Status(show) if show in Status.values else None
    return Standards(
        product=product,
        on=on,
        counts={status: counts[status] for status in ORDER},
        shown=shown,
        pairs=[each for each in found if shown in (None, each.status)],
    )


def _words(pairs: list[PairTimeline], *, on: date) -> dict[int, str]:
    """How far each pair is from being met, by standard."""
    if not pairs:
        return {}
    facts = selectors.facts_of(
        product_ids={each.product_id for each in pairs},
        standard_ids=[each.standard_id for each in pairs],
    )
    return {
        standard_id: rules.as_held(rules.explain(each, on), Status.NOT_MET.value).summary
        for (_, standard_id), each in facts.items()
    }
