"""Endpoints and confirmed spells that come with a register file, set-wise by natural key.

Each function writes only what differs and says what it wrote. Whoever loads the file holds
the transaction and the lock, asks for the role, writes the audit event and rings the bell,
once for all that the file says.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import transaction
from psycopg2.extras import DateRange

from registry.common.errors import RuleBroken
from registry.common.puts import Put, batches, put, same
from registry.probes.models import CheckSpell, Endpoint
from registry.probes.rules.urls import authority_of

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """One `endpoint` line, its references resolved to primary keys."""

    product_id: int
    url: str
    profile: str
    in_service: DateRange


@dataclass(frozen=True, slots=True)
class SpellFacts:
    """One `check_spell` line, its references resolved to primary keys."""

    endpoint_id: int
    check_id: str
    result: str
    period: DateRange


class SpellsOverlap(RuleBroken):
    """Two results of one check would hold on one day; `index` is the later one's place."""

    def __init__(self, message: str, *, index: int):
        super().__init__(message, field="period")
        self.index = index


@transaction.atomic
def put_endpoints(*, rows: Sequence[EndpointFacts], now: datetime) -> Put:
    """Endpoints by product and URL. A new one is due at once, when control of it is proved.

    Where its supplier has proved that already, it is known within a minute (`proving.settle`):
    whoever loads a file holds the audit, after which no authority may be held.
    """
    held = [
        row
        for ids in batches({row.product_id for row in rows})
        for row in Endpoint.objects.filter(product__in=ids)
    ]
    due = {(row.product_id, row.url): row.due_at for row in held}
    wanted = {
        (row.product_id, row.url): {
            "product_id": row.product_id,
            "url": row.url,
            "host": urlsplit(row.url).hostname or "",
            "authority": authority_of(row.url),
            "profile": row.profile,
            "in_service": row.in_service,
            "due_at": due.get((row.product_id, row.url), now),
        }
        for row in rows
    }
    return put(Endpoint, wanted, held, key=lambda row: (row.product_id, row.url))


@transaction.atomic
def put_check_spells(*, rows: Sequence[SpellFacts]) -> Put:
    """Confirmed spells by endpoint, check and first day.

    `SpellsOverlap` when a day would have two results of one check at one endpoint, whether
    from the file or from the register.
    """
    held: dict[tuple, CheckSpell] = {}
    for ids in batches({row.endpoint_id for row in rows}):
        for spell in CheckSpell.objects.filter(endpoint__in=ids):
            held[spell.endpoint_id, spell.check_id, spell.period.lower] = spell
    wanted = {(row.endpoint_id, row.check_id, row.period.lower): row for row in rows}
    _refuse_overlap(wanted, held)
    changed = {key for key, row in wanted.items() if key in held and not _agree(held[key], row)}
    # A spell that moves may pass over where its neighbour was, so the old ones go first.
    CheckSpell.objects.filter(pk__in=[held[key].pk for key in changed]).delete()
    spells = {
        key: CheckSpell(
            endpoint_id=row.endpoint_id,
            check_id=row.check_id,
            result=row.result,
            period=row.period,
        )
        for key, row in wanted.items()
        if key not in held or key in changed
    }
    CheckSpell.objects.bulk_create(list(spells.values()), batch_size=_BATCH)
    return Put(
        [spell for key, spell in spells.items() if key not in changed],
        [spell for key, spell in spells.items() if key in changed],
    )


def _agree(spell: CheckSpell, row: SpellFacts) -> bool:
    return spell.result == row.result and same(spell.period, row.period)


def _refuse_overlap(wanted: dict[tuple, SpellFacts], held: dict[tuple, CheckSpell]) -> None:
    places = {key: index for index, key in enumerate(wanted)}
    lines: dict[tuple, list[DateRange]] = defaultdict(list)
    for key in {**held, **wanted}:
        lines[key[:2]].append((wanted.get(key) or held[key]).period)
    for line, periods in lines.items():
        periods.sort(key=lambda span: span.lower or date.min)
        for one, other in zip(periods, periods[1:], strict=False):
            if one.upper is None or one.upper > other.lower:
                # One of the two comes with this load: the register's own never overlap.
                index = places.get((*line, other.lower), places.get((*line, one.lower), 0))
                day = f"{other.lower} would have two results of {line[1]} at this endpoint"
                raise SpellsOverlap(day, index=index)
