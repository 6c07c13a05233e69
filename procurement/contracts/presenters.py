"""Contracts in sentences and table rows, and their section on a product's page."""

from dataclasses import dataclass
from datetime import date, datetime

from procurement.contracts import rules
from procurement.contracts.enums import Standing
from procurement.contracts.selectors import Holding, Lapse, use_of
from registry.catalogue.models import Product
from registry.common.formatting import format_date, format_period, format_plural

# More standards than these in one sentence are only counted.
MOST_NAMED = 3


def listed(names: list[str]) -> str:
    """ "A", "A and B", "A, B and C", "A, B, C and 2 more"."""
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def reason(holding: Holding) -> str:
    """Why the contract stands as it does, in one or two sentences."""
    if holding.standing == Standing.OVER:
        return f"The term ended on {format_date(holding.last_day)}."
    if holding.standing == Standing.COMPLIANT:
        return "No lapse is foreseen in the rest of the term."
    if holding.standing == Standing.EXEMPT:
        return (
            "No lapse is foreseen, but on some days of the rest of the term a product is "
            "excused from a standard that it does not meet."
        )
    if holding.standing == Standing.NOTHING_REQUIRED:
        return (
            "No lapse is foreseen, but on some days of the rest of the term no standard is "
            "required of a product. That is not the same as compliant."
        )
    return f"{_failing(holding)} {_afterwards(holding)}".strip()


def _failing(holding: Holding) -> str:
    failing: dict[str, list[str]] = {}
    for lapse in holding.lapses:
        if lapse.days.lower == holding.first_day:
            failing.setdefault(lapse.product.name, []).append(str(lapse.standard))
    now = holding.standing == Standing.NON_COMPLIANT
    parts = [
        f"{name} {'does' if now else 'will'} not meet {listed(codes)}"
        for name, codes in failing.items()
    ]
    when = "" if now else f" from {format_date(holding.first_day)}"
    return f"{'; '.join(parts)}{when}."


def _afterwards(holding: Holding) -> str:
    if holding.outlives_by:
        left = format_plural(holding.outlives_by, "day")
        if holding.is_lost:
            more = "one more day" if holding.outlives_by == 1 else f"another {left}"
            return f"The term goes on for {more} without compliance."
        return f"The term outlives compliance by {left}."
    days = holding.days_non_compliant
    if days is None:
        return "The term has no end."
    return f"That concerns {format_plural(days, 'day')} of the rest of the term."


@dataclass(frozen=True)
class LapseRow:
    """A lapse on the contract's page, with why it is one."""

    lapse: Lapse
    words: str
    reasons: list[str]


def lapse_words(lapse: Lapse, *, on: date) -> str:
    """ "Until 30 June 2027", of what has begun, or "1 July 2027 to 31 March 2029"."""
    if lapse.days.lower > on:
        return format_period(lapse.days)
    last = rules.last_day(lapse.days)
    return f"Until {format_date(last)}" if last else "Without end"


def alternatives(holding: Holding, capabilities: list[str]) -> dict | None:
    """What to ask the product search for: the same capabilities, compliant to the term's end.

    `None` when nothing lapses, so that nothing has to be replaced.
    """
    if not capabilities:
        return None
    asked = {"capability": capabilities, "compliant_from": holding.first_day.isoformat()}
    if holding.rest.upper:
        asked["compliant_until"] = holding.rest.upper.isoformat()
    return asked


def where_it_is_used(
    product: Product, *, user, on: date, known_at: datetime | None, today: date
) -> dict | None:
    """The product page's section for those who may see contracts on it."""
    use = use_of(product, user=user, on=on, known_at=known_at, today=today)
    if use is None:
        return None
    return {
        "use": use,
        "rows": [(holding, reason(holding)) for holding in use.holdings],
        "national": user.is_national,
    }
