"""Why a product does not meet its standards, in words fit for the reader."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from django.conf import settings

from registry.compliance import rules
from registry.compliance.enums import Status
from registry.compliance.presenters.readers import Reader
from registry.compliance.presenters.remedies import RemedyShown, shown
from registry.compliance.rules import Explanation, Reason
from registry.compliance.selectors.facts import facts_of

# What the public reads where the only reasons are about unpublished evidence.
NOTHING_ACCEPTED = "No evidence has been accepted."


@dataclass(frozen=True)
class Line:
    """One thing in the way, each of its reasons a sentence."""

    code: str
    text: str
    reasons: tuple[Reason, ...] = ()
    # Where the edition itself is in the way.
    words: str = ""

    @property
    def shown(self) -> tuple[Reason, ...]:
        """The most telling reasons."""
        return self.reasons[: settings.REASONS_SHOWN]


@dataclass(frozen=True)
class Why:
    """An explanation, without what this reader may not see."""

    explanation: Explanation
    lines: tuple[Line, ...]
    # What would do with the least; only of the standards that a page explains.
    remedy: RemedyShown | None = None

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines of a page that explains several standards."""
        return self.lines[: settings.PRODUCT_PAGE_CRITERIA]

    @property
    def more(self) -> int:
        """How many lines such a page leaves out."""
        return len(self.lines) - len(self.shown)

    @property
    def facts_changed_since(self) -> bool:
        """Whether the facts have moved on from what the register held."""
        return self.explanation.facts_changed_since


def explain_all(
    reader: Reader, statuses: dict[int, Status], *, on: date, seen: date
) -> dict[int, Why]:
    """Explanations of a product's pairs by standard, in a fixed number of queries.

    `statuses` are those that the register holds, by standard; the first of them are told what
    would do, too. An insider (the supplier's member, the national team) also reads of evidence
    that is not decided. What ends after the day `seen` is told as a thing to come.
    """
    if not statuses:
        return {}
    product = reader.product
    facts = facts_of(product_ids=[product.pk], standard_ids=list(statuses))
    remedied = set(islice(statuses, settings.PRODUCT_PAGE_EXPLAINED))
    found = {}
    for standard_id, status in statuses.items():
        pair = facts[product.pk, standard_id]
        why = told(rules.as_held(rules.explain(pair, on, seen=seen), status.value), reader.insider)
        if standard_id in remedied and not why.facts_changed_since:
            why = replace(why, remedy=shown(pair, on=on, today=seen, reader=reader))
        found[standard_id] = why
    return found


def told(explanation: Explanation, insider: bool) -> Why:
    """An explanation without what this reader may not see."""
    return Why(explanation, tuple(_lines(explanation, insider)))


def _lines(explanation: Explanation, insider: bool) -> Iterable[Line]:
    states = {state.criterion.id: state for state in explanation.criteria}
    for obstacle in explanation.unproved:
        if obstacle.criterion is None:
            yield Line("", "", words=obstacle.words)
            continue
        reasons = states[obstacle.criterion.id].reasons
        seen = tuple(reason for reason in reasons if insider or not reason.private)
        unsaid = Reason(rules.Kind.NEVER_PROVED, NOTHING_ACCEPTED)
        yield Line(obstacle.criterion.code, obstacle.criterion.text, seen or (unsaid,))
