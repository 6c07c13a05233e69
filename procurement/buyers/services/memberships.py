"""Writes to buyers: memberships, and organisations that come with a register file.

The `put_…` functions bring whole sets into line by natural key. Whoever loads the file holds
the transaction and the lock, asks for the role and writes the audit event, once for all that
the file says.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from psycopg2.extras import DateRange

from procurement.buyers.models import BuyerMembership, Organisation, Succession
from registry.accounts.models import User
from registry.audit import services as audit
from registry.common.puts import Put, batches, put


@transaction.atomic
def add_member(*, user: User, organisation: Organisation, by: User, now: datetime) -> bool:
    """Let `user` buy for `organisation`. Returns whether that is new."""
    membership, made = BuyerMembership.objects.get_or_create(
        user=user, organisation=organisation, defaults={"since": now}
    )
    if made:
        audit.record(
            actor=by,
            action="buyers.member_added",
            subject=membership,
            now=now,
            detail={"user": user.email, "organisation": organisation.ods},
        )
    return made


@transaction.atomic
def remove_member(*, user: User, organisation: Organisation, by: User, now: datetime) -> bool:
    """`user` no longer buys for `organisation`. Returns whether they did."""
    membership = BuyerMembership.objects.filter(user=user, organisation=organisation).first()
    if membership is None:
        return False
    audit.record(
        actor=by,
        action="buyers.member_removed",
        subject=membership,
        now=now,
        detail={"user": user.email, "organisation": organisation.ods},
    )
    membership.delete()
    return True


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
