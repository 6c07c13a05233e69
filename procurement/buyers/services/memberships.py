"""Writes to buyers' memberships."""

from datetime import datetime

from django.db import transaction

from procurement.buyers.models import BuyerMembership, Organisation
from registry.accounts.models import User
from registry.audit import services as audit


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
