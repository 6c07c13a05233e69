"""What the product page says: verdict, since when, until when, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from registry.catalogue.models import Product
from registry.common.asking import Asked
from registry.common.periods import holds, period
from registry.common.timeline_svg import Row, window_of
from registry.common.timeline_svg import Spell as Bar
from registry.compliance import selectors
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.presenters.forecast import ProductForecast, forecast
from registry.compliance.presenters.readers import Reader
from registry.compliance.presenters.term import answer, blame
from registry.compliance.presenters.why import Why, explain_all
from registry.compliance.rules import Stay, Term
from registry.compliance.selectors import PairTimeline, SpellFact, pages
from registry.standards.models import Standard


@dataclass(frozen=True)
class VerdictNow:
    """The verdict on a day, how long it has stood and will stand, and what follows."""

    verdict: Verdict
    since: date | None = None
    until: date | None = None
    then: Verdict | None = None
    # Codes of the standards to blame for what follows.
    then_because: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandardRow:
    """One standard of the product on the day."""

    standard: Standard
    status: Status
    since: date | None
    until: date | None
    # Only where the standard is not met.
    why: Why | None = None


@dataclass(frozen=True)
class Ending:
    """From `until` on these standards are no longer met, or no longer excused."""

    until: date
    status: Status
    codes: list[str]


@dataclass(frozen=True)
class ProductPage:
    """Everything about one product on one day, as known at one moment."""

    product: Product
    verdict: VerdictNow
    rows: list[StandardRow]
    # The picture: what matters on the day or later, and what is over.
    bars: list[Row]
    past_bars: list[Row]
    line: list[VerdictSpell]
    pairs: list[PairTimeline]
    forecast: ProductForecast

    @property
    def to_blame(self) -> list[StandardRow]:
        """The standards that are not met on the day, to be explained."""
        return [row for row in self.rows if row.status == Status.NOT_MET]

    @property
    def explained(self) -> list[StandardRow]:
        """The first of them, which the page explains."""
        return self.to_blame[: settings.PRODUCT_PAGE_EXPLAINED]

    @property
    def first_bars(self) -> list[Row]:
        """The rows of the picture that are in the open."""
        unfolded = len(self.bars) <= settings.PRODUCT_PAGE_ROWS_UNFOLDED
        return self.bars if unfolded else self.bars[: settings.PRODUCT_PAGE_ROWS_FIRST]

    @property
    def more_bars(self) -> list[Row]:
        """The rows that are folded away; what is left out even so has a page of its own."""
        return self.bars[len(self.first_bars) : settings.PRODUCT_PAGE_ROWS]

    @property
    def kept_past_bars(self) -> list[Row]:
        """The rows of what is over."""
        return self.past_bars[: settings.PRODUCT_PAGE_ROWS]

    @property
    def left_out(self) -> int:
        """How many rows of the picture and of the past are not on the page at all."""
        most = settings.PRODUCT_PAGE_ROWS
        return max(len(self.bars) - most, 0) + max(len(self.past_bars) - most, 0)

    @property
    def ends_next(self) -> list[Ending]:
        """What is met or excused on the day and has a known end, soonest first."""
        ending = [
            row for row in self.rows if row.status in (Status.MET, Status.EXEMPT) and row.until
        ]
        ending.sort(key=lambda row: (row.until, row.status, row.standard.code))
        return [
            Ending(until, status, [row.standard.code for row in rows])
            for (until, status), rows in groupby(ending, key=lambda row: (row.until, row.status))
        ]

    @property
    def past_window(self) -> tuple[date, date]:
        """Whole years around what is over."""
        days = [day for row in self.past_bars for bar in row.spells for day in bar.period if day]
        return window_of(days, on=max(days), after=2)

    def term(self, term: Term) -> Stay:
        """Whether the product is compliant on every day of a term, and otherwise until when."""
        return answer(self.line, self.pairs, term)


# What needs attention stands first.
_ORDER = (Status.NOT_MET, Status.EXEMPT, Status.MET, Status.NOT_REQUIRED)


def page(reader: Reader, *, asked: Asked) -> ProductPage:
    """Put the page of the reader's product together, in a fixed number of queries."""
    product, on, known_at = reader.product, asked.on, asked.known_at
    pairs = list(selectors.timelines(product_ids=[product.pk], known_at=known_at))
    line = pages.verdict_line(product_id=product.pk, known_at=known_at)
    named = pages.standards_by_id(pair.standard_id for pair in pairs)
    today = {pair.standard_id: _spell_on(pair, on) for pair in pairs}
    not_met = {pk: Status.NOT_MET for pk, spell in today.items() if spell.status == Status.NOT_MET}
    why = explain_all(reader, not_met, on=on, seen=asked.seen)
    pairs.sort(key=lambda pair: _attention(today[pair.standard_id]))
    over = [pair for pair in pairs if _is_over(pair, on)]
    return ProductPage(
        product=product,
        verdict=verdict_now(line, pairs, on=on),
        rows=[_row(named[pk], spell, why.get(pk)) for pk, spell in today.items()],
        bars=bars([pair for pair in pairs if pair not in over], named, asked),
        past_bars=bars(over, named, asked),
        line=line,
        pairs=pairs,
        forecast=forecast(product, line, pairs, named, on=on, insider=reader.insider),
    )


def _spell_on(pair: PairTimeline, on: date) -> SpellFact:
    return next(each for each in pair.spells if holds(period(each.from_, each.until), on))


def _attention(spell: SpellFact) -> tuple[int, date]:
    """Order of the picture: by status, then by the day it ends; the code decides the rest."""
    return _ORDER.index(Status(spell.status)), spell.until or date.max


def _is_over(pair: PairTimeline, on: date) -> bool:
    """Whether the standard is not required on the day nor ever after."""
    last = pair.spells[-1]
    return last.status == Status.NOT_REQUIRED and (last.from_ is not None and last.from_ <= on)


def _row(standard: Standard, spell: SpellFact, why: Why | None) -> StandardRow:
    return StandardRow(standard, Status(spell.status), spell.from_, spell.until, why)


def verdict_now(
    line: Sequence[VerdictSpell], pairs: Iterable[PairTimeline], *, on: date
) -> VerdictNow:
    """The stretch of equal verdicts around `on`, and the one after it."""
    for place, spell in enumerate(line):
        if holds(spell.period, on):
            follows = line[place + 1] if place + 1 < len(line) else None
            return VerdictNow(
                verdict=Verdict(spell.verdict),
                since=spell.period.lower,
                until=spell.period.upper,
                then=Verdict(follows.verdict) if follows else None,
                then_because=blame(pairs, Verdict(follows.verdict), follows.period.lower)
                if follows
                else (),
            )
    return VerdictNow(verdict=Verdict.NOTHING_REQUIRED)


def bars(pairs: Iterable[PairTimeline], named: dict[int, Standard], asked: Asked) -> list[Row]:
    """The rows of the timeline picture, one a standard, each with the way to its page."""
    same = f"?{urlencode(asked.params)}" if asked.params else ""
    return [
        Row(
            label=f"{pair.standard_code} {named[pair.standard_id].name}",
            href=reverse("pair", kwargs={"ref": pair.product_ref, "code": pair.standard_code})
            + same,
            spells=[
                Bar(status=Status(spell.status), since=spell.from_, until=spell.until)
                for spell in pair.spells
            ],
        )
        for pair in pairs
    ]
