"""What the page of one product and one standard says on one day."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.common.formatting import format_plural, last_day
from registry.common.forms import EARLIEST_YEAR, LATEST_YEAR
from registry.common.periods import holds, period
from registry.common.timeline_svg import Row, window_of
from registry.common.timeline_svg import Spell as Bar
from registry.compliance import rules, selectors
from registry.compliance.enums import Status
from registry.compliance.presenters.criteria import CriterionLine, criterion_lines
from registry.compliance.presenters.readers import Reader, reader_of
from registry.compliance.presenters.remedies import RemedyShown, shown
from registry.compliance.rules import Distance, Explanation, PairFacts
from registry.compliance.selectors import SpellFact
from registry.standards.models import Standard


@dataclass(frozen=True)
class Turn:
    """A change of status next to the day: what it is on the other side, and a day of that side.

    `day` is `None` where no page can be asked for it.
    """

    status: Status
    changes_on: date
    day: date | None


@dataclass(frozen=True)
class VersionLine:
    """Another version, and how far it is from being met."""

    name: str
    words: str


@dataclass(frozen=True)
class PairPage:
    """Everything about one product and one standard on one day."""

    product: Product
    standard: Standard
    status: Status
    since: date | None
    until: date | None
    before: Turn | None
    after: Turn | None
    explanation: Explanation
    criteria: list[CriterionLine]
    others: list[VersionLine]
    # `None` where it is met.
    remedy: RemedyShown | None
    bars: list[Row]
    window: tuple[date, date]
    insider: bool


def page(
    product: Product,
    standard: Standard,
    user,
    *,
    on: date,
    known_at: datetime | None,
    today: date,
) -> PairPage:
    """Put the page together, in a fixed number of queries.

    The status is what the register held at `known_at`; the reasons are those of the facts.
    """
    reader = reader_of(user, product)
    spells = _spells(product, standard, known_at)
    facts = selectors.facts_of(product_ids=[product.pk], standard_ids=[standard.pk])
    pair = facts[product.pk, standard.pk]
    place = next(n for n, each in enumerate(spells) if _holds(each, on))
    held = Status(spells[place].status)
    explanation = rules.as_held(rules.explain(pair, on, seen=today), held.value)
    bars = _bars(standard, spells)
    return PairPage(
        product=product,
        standard=standard,
        status=held,
        since=spells[place].from_,
        until=spells[place].until,
        before=_before(spells, place),
        after=_after(spells, place),
        explanation=explanation,
        criteria=criterion_lines(pair, explanation, reader, known_at=known_at),
        others=[_version(each) for each in explanation.others],
        remedy=_remedy(pair, held, reader, on=on, today=today),
        bars=bars,
        window=window_of(_days(spells), on=on, after=3),
        insider=reader.insider,
    )


def _spells(product: Product, standard: Standard, known_at: datetime | None) -> list[SpellFact]:
    """The pair's timeline; one that was never required and never met has no rows."""
    held = selectors.timeline_of(product_id=product.pk, standard_id=standard.pk, known_at=known_at)
    return held or [SpellFact(Status.NOT_REQUIRED.value, None, None)]


def _holds(spell: SpellFact, day: date) -> bool:
    return holds(period(spell.from_, spell.until), day)


def _before(spells: list[SpellFact], place: int) -> Turn | None:
    if place == 0:
        return None
    start = spells[place].from_
    return Turn(Status(spells[place - 1].status), start, _askable(last_day(start)))


def _after(spells: list[SpellFact], place: int) -> Turn | None:
    if place + 1 == len(spells):
        return None
    end = spells[place].until
    return Turn(Status(spells[place + 1].status), end, _askable(end))


def _askable(day: date) -> date | None:
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def _version(each: Distance) -> VersionLine:
    words = [each.reason.words] if each.reason else []
    if each.missing:
        of = format_plural(len(each.version.musts), "MUST criterion", "MUST criteria")
        words.append(f"{len(each.missing):,} of {of} not proved.")
    elif each.version.musts:
        words.append("Every MUST criterion is proved.")
    return VersionLine(each.version.name, " ".join(words))


def _remedy(
    pair: PairFacts, held: Status, reader: Reader, *, on: date, today: date
) -> RemedyShown | None:
    if held == Status.MET:
        return None
    return shown(pair, on=on, today=today, reader=reader)


def _bars(standard: Standard, spells: list[SpellFact]) -> list[Row]:
    bars = [Bar(Status(each.status), each.from_, each.until) for each in spells]
    return [Row(label=f"{standard.code} {standard.name}", spells=bars)]


def _days(spells: list[SpellFact]) -> list[date]:
    return [each.from_ for each in spells if each.from_]
