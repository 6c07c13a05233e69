"""What is forecast of one product, in words: when it stops and starts being compliant, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.catalogue.models import Product
from registry.common.periods import holds, period
from registry.compliance import rules
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.presenters.why import Why, told
from registry.compliance.rules import Turn
from registry.compliance.selectors import PairTimeline
from registry.compliance.selectors.facts import facts_of
from registry.compliance.selectors.forecast import TO_BLAME
from registry.standards.models import Standard

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cause:
    """A standard that turns the verdict: its status on the day before, and from the day on."""

    standard: Standard
    before: Status
    status: Status
    # Only where it is in the way from the day on.
    why: Why | None = None

    @property
    def words(self) -> str:
        """What happens to it on the day."""
        if self.before == self.status:
            # Met of its own accord on both days: what turns is whether it is required.
            return "is met"
        return {
            Status.MET: "is met from that day",
            Status.EXEMPT: "is excused from that day",
            Status.NOT_MET: "is not met from that day",
            Status.NOT_REQUIRED: "is not required from that day",
        }[self.status]


@dataclass(frozen=True)
class ShownTurn:
    """A day on which the verdict turns, and which standards turn it."""

    turn: Turn
    causes: tuple[Cause, ...]

    @property
    def day(self) -> date:
        """The first day of the new verdict."""
        return self.turn.day

    @property
    def verdict(self) -> Verdict:
        """The verdict from that day on."""
        return Verdict(self.turn.verdict)

    @property
    def before(self) -> Verdict:
        """The verdict on the day before."""
        return Verdict(self.turn.before)


@dataclass(frozen=True)
class ProductForecast:
    """When a product next stops and starts being compliant, `None` where no such day is known."""

    verdict: Verdict
    stops: ShownTurn | None
    starts: ShownTurn | None

    @property
    def compliant(self) -> bool:
        """Whether it is compliant on the day asked about."""
        return self.verdict == Verdict.COMPLIANT


def forecast(
    product: Product,
    line: Iterable[VerdictSpell],
    pairs: list[PairTimeline],
    named: Mapping[int, Standard],
    *,
    on: date,
    insider: bool,
) -> ProductForecast:
    """Read a product's line of verdicts and its timelines ahead of the day `on`.

    Reasons are told as on that day, so that they read the same for ever. Ten queries, if it turns.
    """
    read = rules.forecast([(spell.verdict, spell.period) for spell in line], on)
    turning = {
        turn.day: (turn, _turning(turn, pairs)) for turn in (read.stops, read.starts) if turn
    }
    ids = sorted({pk for _, statuses in turning.values() for pk in statuses})
    facts = facts_of(product_ids=[product.pk], standard_ids=ids) if ids else {}
    shown = {
        day: ShownTurn(
            turn,
            tuple(
                _cause(named[pk], *statuses, facts[product.pk, pk], turn, on, insider)
                for pk, statuses in found.items()
                if _decides(turn, facts[product.pk, pk])
            ),
        )
        for day, (turn, found) in turning.items()
    }
    return ProductForecast(
        verdict=Verdict(read.verdict),
        stops=shown[read.stops.day] if read.stops else None,
        starts=shown[read.starts.day] if read.starts else None,
    )


def _turning(turn: Turn, pairs: Iterable[PairTimeline]) -> dict[int, tuple[Status, Status]]:
    """The standards that may have turned the verdict, with their status before and after.

    Where it stops: what is to blame from the day on. Where it starts: what was to blame until
    then. Where nothing is required on the one side, all that is met on the other.
    """
    found = {}
    for pair in pairs:
        before, after = _on(pair, turn.day - _DAY), _on(pair, turn.day)
        if turn.verdict == Verdict.COMPLIANT:
            turns = before == TO_BLAME[turn.before] if turn.before in TO_BLAME else None
        else:
            turns = after == TO_BLAME[turn.verdict] if turn.verdict in TO_BLAME else None
        if turns or (turns is None and Status.MET in (before, after)):
            found[pair.standard_id] = (before, after)
    return found


def _on(pair: PairTimeline, day: date) -> Status:
    spells = (each for each in pair.spells if holds(period(each.from_, each.until), day))
    return Status(next(spells).status)


def _decides(turn: Turn, facts: rules.PairFacts) -> bool:
    """Where nothing is required on one side, whether the standard is required on the other."""
    if turn.before == Verdict.NOTHING_REQUIRED:
        return rules.required(facts, turn.day)
    if turn.verdict == Verdict.NOTHING_REQUIRED:
        return rules.required(facts, turn.day - _DAY)
    return True


def _cause(
    standard: Standard,
    before: Status,
    status: Status,
    facts: rules.PairFacts,
    turn: Turn,
    on: date,
    insider: bool,
) -> Cause:
    if status not in TO_BLAME.values():
        return Cause(standard, before, status)
    explanation = rules.as_held(rules.explain(facts, turn.day, seen=on), status.value)
    return Cause(standard, before, status, told(explanation, insider))
