"""Why a product does not meet its standards, in words fit for the reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.catalogue.models import Product
from registry.compliance import rules
from registry.compliance.enums import Status
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


@dataclass(frozen=True)
class Why:
    """An explanation, without what this reader may not see."""

    explanation: Explanation
    lines: tuple[Line, ...]

    @property
    def facts_changed_since(self) -> bool:
        """Whether the facts have moved on from what the register held."""
        return self.explanation.facts_changed_since


def explain_all(
    product: Product, statuses: dict[int, Status], *, on: date, insider: bool
) -> dict[int, Why]:
    """Explanations of a product's pairs by standard, in a fixed number of queries.

    `statuses` are those that the register holds, by standard. An insider (the supplier's
    member, the national team) also reads of evidence that is not decided.
    """
    if not statuses:
        return {}
    facts = facts_of(product_ids=[product.pk], standard_ids=list(statuses))
    return {
        standard_id: _why(rules.explain(facts[product.pk, standard_id], on), status, insider)
        for standard_id, status in statuses.items()
    }


def _why(explanation: Explanation, held: Status, insider: bool) -> Why:
    return told(rules.as_held(explanation, held.value), insider)


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
