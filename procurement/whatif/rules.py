"""What a draft's changes are, in words, and how a draft may move. Pure: no Django, no clock."""

from collections.abc import Collection, Sequence
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
class WaysFacts:
    """How evidence proves a criterion: forms in words, and what machines' reports call it."""

    forms: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeFacts:
    """One change by the names that people know. `was` is `None` where something is added.

    `criterion` and its ways, before and after, are of a change of ways, which has no period.
    """

    kind: str
    standard: str
    version: str
    copied_from: str
    capability: str | None
    product: str | None
    was: DateRange | None
    period: DateRange | None
    criterion: str = ""
    ways_were: WaysFacts = WaysFacts()
    ways: WaysFacts = WaysFacts()


def describe(change: ChangeFacts) -> str:
    """The change as a sentence."""
    return _WORDS[change.kind](change)


def _days(span: DateRange) -> str:
    """ "from 1 April 2027 to 31 March 2028", within a sentence."""
    words = format_period(span)
    return f"from {words}" if " to " in words else words


def _added_version(x: ChangeFacts) -> str:
    return (
        f"{x.standard} gets edition {x.version}, with the criteria of edition {x.copied_from}. "
        f"It counts {_days(x.period)}."
    )


def _accepted(x: ChangeFacts) -> str:
    return (
        f"Edition {x.version} of {x.standard} counts {_days(x.period)}, "
        f"instead of {format_period(x.was)}."
    )


def _added_scope(x: ChangeFacts) -> str:
    return f"{x.standard} is also mandatory for {_whom(x)} {_days(x.period)}."


def _required(x: ChangeFacts) -> str:
    return (
        f"{x.standard} is mandatory for {_whom(x)} {_days(x.period)}, "
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


def _ways(x: ChangeFacts) -> str:
    were, are = x.ways_were, x.ways
    said = (
        ("Also accepted: ", _besides(are.forms, were.forms)),
        ("No longer accepted: ", _besides(were.forms, are.forms)),
        ("Testing tools also call it ", _besides(are.ids, were.ids)),
        ("Testing tools no longer call it ", _besides(were.ids, are.ids)),
    )
    changes = " ".join(f"{words}{things}." for words, things in said if things)
    return f"What proves {x.criterion} of edition {x.version} of {x.standard} changes. {changes}"


def _besides(some: Sequence[str], others: Collection[str]) -> str:
    return ", ".join(each for each in some if each not in others)


def _whom(x: ChangeFacts) -> str:
    return f"products with “{x.capability}”" if x.capability else "every product"


_WORDS = {
    "add-version": _added_version,
    "change-accepted": _accepted,
    "add-scope": _added_scope,
    "change-required": _required,
    "shorten-dispensation": _shortened,
    "change-ways": _ways,
}
