"""Timelines of pairs: as the register holds them, and as the facts compute them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from psycopg2.extras import DateRange

from registry.compliance.models import Spell
from registry.compliance.selectors.statement import ask


@dataclass(frozen=True, slots=True)
class SpellFact:
    """Over `[from_, until)` the pair has this status; `None` is open."""

    status: str
    from_: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class VerdictFact:
    """Over `[from_, until)` the product has this verdict; `None` is open."""

    verdict: str
    from_: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PairTimeline:
    """All of time of one product and one standard, in order, partitioned into spells."""

    product_ref: str
    standard_code: str
    product_id: int
    standard_id: int
    spells: list[SpellFact]


def timelines(
    *, product_ids: list[int] | None, known_at: datetime | None = None
) -> Iterator[PairTimeline]:
    """What the register holds (held, at `known_at`) of every pair, by product and standard.

    `product_ids=None` is every product. One query, read in slices.
    """
    spells = Spell.objects.known_at(known_at)
    if product_ids is not None:
        spells = spells.filter(product__in=product_ids)
    rows = spells.order_by("product__ref", "standard__code", "period__startswith").values_list(
        "product__ref", "standard__code", "product_id", "standard_id", "status", "period"
    )
    return _paired(rows.iterator(chunk_size=5000))


def timeline_of(*, product_id: int, standard_id: int, known_at: datetime | None) -> list[SpellFact]:
    """All of time of one pair, in order; empty where it was never required and never met."""
    spells = Spell.objects.known_at(known_at).filter(product=product_id, standard=standard_id)
    rows = spells.values_list("status", "period")
    return sorted((_fact(status, span) for status, span in rows), key=_start)


def computed_timelines(*, product_ids: list[int] | None) -> Iterator[PairTimeline]:
    """What the facts say now, computed afresh and not kept; the same shape and order."""
    rows = ask(
        """
        SELECT p.ref, s.code, spell.product_id, spell.standard_id, spell.status, spell.period
        FROM spell
        JOIN catalogue_product AS p ON p.id = spell.product_id
        JOIN standards_standard AS s ON s.id = spell.standard_id
        ORDER BY p.ref, s.code, spell.period
        """,
        product_ids=product_ids,
    )
    return _paired(rows)


def computed_verdicts(*, product_ids: list[int]) -> dict[int, list[VerdictFact]]:
    """All of time of these products' verdicts as the facts say now, in order, by product."""
    found: dict[int, list[VerdictFact]] = {}
    question = "SELECT product_id, verdict, period FROM verdict"
    for product_id, verdict, span in ask(question, product_ids=product_ids):
        fact = VerdictFact(verdict, span.lower, span.upper)
        found.setdefault(product_id, []).append(fact)
    return {product_id: sorted(facts, key=_start) for product_id, facts in found.items()}


def _paired(rows: Iterable[tuple]) -> Iterator[PairTimeline]:
    """Rows in order of pair and day, gathered by pair. An open start sorts first."""
    for (ref, code, product_id, standard_id), spells in groupby(rows, key=lambda row: row[:4]):
        facts = sorted((_fact(status, span) for *_, status, span in spells), key=_start)
        yield PairTimeline(ref, code, product_id, standard_id, facts)


def _fact(status: str, span: DateRange) -> SpellFact:
    return SpellFact(status, span.lower, span.upper)


def _start(fact: SpellFact | VerdictFact) -> tuple:
    """An open start comes before any day, the first that there is included."""
    return fact.from_ is not None, fact.from_ or date.min
