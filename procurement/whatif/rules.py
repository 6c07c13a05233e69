"""What a draft's changes are, in words, and how a draft may move. Pure: no Django, no clock."""

from dataclasses import dataclass

from psycopg2.extras import DateRange

from registry.common.formatting import format_date, format_period, last_day

# From which state a draft may go to which. The database holds the same (Draft.Meta.triggers).
TRANSITIONS = [
    ("draft", "proposed"),
    ("draft", "discarded"),
    ("proposed", "draft"),
    ("proposed", "published"),
    ("proposed", "rejected"),
]

# A draft is shown and computed as one page.
MAX_CHANGES = 20


@dataclass(frozen=True)
class ChangeFacts:
    """One change by the names that people know. `was` is `None` where something is added."""

    kind: str
    standard: str
    version: str
    copied_from: str
    capability: str | None
    product: str | None
    was: DateRange | None
    period: DateRange


def describe(change: ChangeFacts) -> str:
    """The change as a sentence."""
    return _WORDS[change.kind](change)


def _added_version(x: ChangeFacts) -> str:
    return (
        f"{x.standard} gets edition {x.version}, with the criteria of edition {x.copied_from}. "
        f"It counts {format_period(x.period)}."
    )


def _accepted(x: ChangeFacts) -> str:
    return (
        f"Edition {x.version} of {x.standard} counts {format_period(x.period)}, "
        f"instead of {format_period(x.was)}."
    )


def _added_scope(x: ChangeFacts) -> str:
    return f"{x.standard} is also mandatory for {_whom(x)} {format_period(x.period)}."


def _required(x: ChangeFacts) -> str:
    return (
        f"{x.standard} is mandatory for {_whom(x)} {format_period(x.period)}, "
        f"instead of {format_period(x.was)}."
    )


def _shortened(x: ChangeFacts) -> str:
    before = (
        f"instead of {format_date(last_day(x.was.upper))}" if x.was.upper else "instead of for ever"
    )
    return (
        f"{x.product} is excused from {x.standard} until "
        f"{format_date(last_day(x.period.upper))}, {before}."
    )


def _whom(x: ChangeFacts) -> str:
    return f"products with “{x.capability}”" if x.capability else "every product"


_WORDS = {
    "add-version": _added_version,
    "change-accepted": _accepted,
    "add-scope": _added_scope,
    "change-required": _required,
    "shorten-dispensation": _shortened,
}
