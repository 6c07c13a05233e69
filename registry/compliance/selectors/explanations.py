"""Why a pair has its status, in words."""

from dataclasses import replace
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.compliance import rules
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.compliance.rules import Explanation
from registry.compliance.selectors.facts import facts_of
from registry.standards.models import Standard


def explain(
    *, product: Product, standard: Standard, on: date, known_at: datetime | None = None
) -> Explanation:
    """Why `product` has its status for `standard` on a day.

    The status is the one that the register held at `known_at`; the reasons are those of the facts
    as they stand, and `facts_changed_since` says where these speak of another status. Eleven
    queries at most.
    """
    facts = facts_of(product_ids=[product.pk], standard_ids=[standard.pk])
    explanation = rules.explain(facts[product.pk, standard.pk], on)
    held = _held(product, standard, on, known_at)
    if held == explanation.status:
        return explanation
    return replace(explanation, status=held, facts_changed_since=True)


def _held(product: Product, standard: Standard, on: date, known_at: datetime | None) -> str:
    """The recorded status; a pair without a timeline is never required and never met."""
    spells = Spell.objects.known_at(known_at).on(on).filter(product=product, standard=standard)
    return spells.values_list("status", flat=True).first() or Status.NOT_REQUIRED.value
