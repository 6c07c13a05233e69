"""How confirmed spells change when a check turns on a day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from psycopg2.extras import DateRange

from registry.common.periods import civil_date, holds
from registry.probes.rules.confirmation import Held


@dataclass(frozen=True, slots=True)
class Standing:
    """A stored spell of one check at one endpoint."""

    pk: int
    result: str
    period: DateRange


@dataclass(slots=True)
class Changes:
    """What to write, in this order: rows to delete, new periods by row, and one new spell."""

    delete: list[int] = field(default_factory=list)
    resize: dict[int, DateRange] = field(default_factory=dict)
    create: tuple[str, DateRange] | None = None


def first_day_without(known_end: datetime | None) -> date | None:
    """The first civil day that a pass ending at `known_end` does not wholly cover."""
    return civil_date(known_end + timedelta(seconds=1)) if known_end else None


def standing_on(spells: list[Standing], day: date) -> Standing | None:
    """The stored spell that holds `day`."""
    return next((spell for spell in spells if holds(spell.period, day)), None)


def held_on(spells: list[Standing], day: date) -> Held:
    """What the stored spells say of `day`."""
    standing = standing_on(spells, day)
    return Held(standing.result) if standing else Held.UNKNOWN


def turn(spells: list[Standing], *, held: Held, day: date, until: date | None) -> Changes:
    """The changes that make `held` true from `day` up to `until`, and nothing before it otherwise.

    A spell that began on the same day is replaced: the day belongs to what held last on it.
    """
    changes = Changes()
    adjoining: Standing | None = None
    for spell in spells:
        if spell.period.upper is not None and spell.period.upper < day:
            continue
        if spell.period.lower is not None and spell.period.lower >= day:
            changes.delete.append(spell.pk)
        elif spell.result == held.value:
            adjoining = spell
        elif spell.period.upper is None or spell.period.upper > day:
            changes.resize[spell.pk] = DateRange(spell.period.lower, day, "[)")
    _begin(changes, adjoining, held, day, until)
    return changes


def _begin(
    changes: Changes, adjoining: Standing | None, held: Held, day: date, until: date | None
) -> None:
    if adjoining is not None:
        # An end that has passed already is left as the last day it could be relied on.
        end = until if until is None or until > day else day
        if adjoining.period.upper != end:
            changes.resize[adjoining.pk] = DateRange(adjoining.period.lower, end, "[)")
    elif until is None or until > day:
        changes.create = (held.value, DateRange(day, until, "[)"))
