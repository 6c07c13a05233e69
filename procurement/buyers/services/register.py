"""Organisations and successions that come with a register file, set-wise by natural key.

Each function writes only what differs and says what it wrote. Whoever loads the file holds
the transaction and the lock, asks for the role and writes the audit event, once for all that
the file says.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from psycopg2.extras import DateRange

from procurement.buyers.models import Organisation, Succession
from registry.common.puts import Put, batches, put


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """One `organisation` line."""

    ods: str
    name: str
    type: str
    open: DateRange
    parent_ods: str = ""
    region: str = ""
    postcode: str = ""
    verified: bool = True
    basis: str = ""


@dataclass(frozen=True, slots=True)
class SuccessionFacts:
    """One `succession` line, its references resolved to primary keys."""

    predecessor_id: int
    successor_id: int
    on: date


@transaction.atomic
def put_organisations(*, rows: Sequence[OrganisationFacts]) -> Put:
    """Organisations by ODS code."""
    held = [
        organisation
        for codes in batches(row.ods for row in rows)
        for organisation in Organisation.objects.filter(ods__in=codes)
    ]
    wanted = {(row.ods,): asdict(row) for row in rows}
    return put(Organisation, wanted, held, key=lambda row: (row.ods,))


@transaction.atomic
def put_successions(*, rows: Sequence[SuccessionFacts]) -> Put:
    """Successions by predecessor and successor."""
    held = [
        succession
        for ids in batches({row.predecessor_id for row in rows})
        for succession in Succession.objects.filter(predecessor__in=ids)
    ]
    wanted = {(row.predecessor_id, row.successor_id): asdict(row) for row in rows}
    return put(Succession, wanted, held, key=lambda r: (r.predecessor_id, r.successor_id))
