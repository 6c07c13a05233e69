"""Writes of the catalogue: who acts for a supplier."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from registry.accounts.models import Role, User
from registry.audit import services as audit
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.models import FormerMembership, Supplier, SupplierMembership
from registry.common.errors import NotPermitted, RuleBroken
from registry.notifications.enums import Kind
from registry.notifications.services import drop, notify


def require_may_manage(by: User, supplier: Supplier) -> None:
    """Owners manage their supplier's members; the national administrator and machines may."""
    owns = supplier.memberships.filter(user=by, role=SupplierRole.OWNER).exists()
    if not (owns or by.is_machine or by.has_role(Role.ADMINISTRATOR)):
        raise NotPermitted(f"Only the owners of {supplier.name} may do this.")


@transaction.atomic
def add_member(
    *, user: User, supplier: Supplier, role: str, by: User, now: datetime
) -> SupplierMembership:
    """`user` acts for `supplier` in `role` from now on; a member's role is changed.

    `by` is an owner, the national administrator, or one of the registry's machines. People are
    asked first (invitations.py): this is for `enrol` and for what owners do with their members.
    """
    members = locked_members(supplier)
    require_may_manage(by, supplier)
    row = members.get(user.pk)
    if row is None:
        row = SupplierMembership(user=user, supplier=supplier, since=now)
    elif row.role == role:
        return row
    else:
        _refuse_last_owner(supplier, leaving=row, role=role)
    row.role = SupplierRole(role)
    row.save()
    detail = {"member": user.email, "role": row.role}
    audit.record(actor=by, action="supplier.member_added", subject=supplier, now=now, detail=detail)
    return row


@transaction.atomic
def change_role(
    *, user: User, supplier: Supplier, role: str, by: User, now: datetime
) -> SupplierMembership:
    """A member of `supplier` acts in another role from now on, and is told."""
    members = locked_members(supplier)
    require_may_manage(by, supplier)
    row = members.get(user.pk)
    if row is None:
        raise RuleBroken(f"{user} does not act for {supplier.name}.")
    if row.role == role:
        return row
    _refuse_last_owner(supplier, leaving=row, role=role)
    row.role = SupplierRole(role)
    row.save()
    _cancel_their_invitations(user, supplier, role=row.role, by=by, now=now)
    label = SupplierRole(role).label.lower()
    _tell(
        [user] if user.pk != by.pk else [],
        subject=f"You are now a {label} of {supplier}",
        body=[f"{by} made you a {label} of {supplier}."],
        key=f"member {user.pk} of {supplier.pk} {role} {now.isoformat()}",
        link=f"{reverse('members')}?supplier={supplier.ref}",
        now=now,
    )
    detail = {"member": user.email, "role": row.role}
    audit.record(
        actor=by, action="supplier.member_role_changed", subject=supplier, now=now, detail=detail
    )
    return row


@transaction.atomic
def remove_member(*, user: User, supplier: Supplier, by: User, now: datetime) -> None:
    """`user` no longer acts for `supplier`. What they did stays under their name.

    Invitations that they sent and nobody answered go with them.
    """
    members = locked_members(supplier)
    if by.pk != user.pk:
        require_may_manage(by, supplier)
    row = members.get(user.pk)
    if row is None:
        raise RuleBroken(f"{user} does not act for {supplier.name}.")
    _refuse_last_owner(supplier, leaving=row, role="")
    FormerMembership.objects.create(
        user=user, supplier=supplier, role=row.role, since=row.since, until=now, ended_by=by
    )
    row.delete()
    _cancel_their_invitations(user, supplier, role="", by=by, now=now)
    _tell_of_leaving(user, supplier, by=by, now=now)
    detail = {"member": user.email}
    audit.record(
        actor=by, action="supplier.member_removed", subject=supplier, now=now, detail=detail
    )


def _tell_of_leaving(user: User, supplier: Supplier, *, by: User, now: datetime) -> None:
    """Who was removed is told, or the owners of who left by themselves."""
    key = f"member {user.pk} of {supplier.pk} left {now.isoformat()}"
    if user.pk == by.pk:
        subject, body = f"{user} no longer acts for {supplier}", [f"{user} ({user.email}) left."]
        tell_owners(supplier=supplier, but=user, subject=subject, body=body, key=key, now=now)
        return
    _tell(
        [user],
        subject=f"You no longer act for {supplier}",
        body=[f"{by} removed you. What you did for {supplier} stays under your name."],
        key=key,
        link="",
        now=now,
    )


def tell_owners(
    *,
    supplier: Supplier,
    but: User,
    subject: str,
    body: Sequence[str],
    key: str,
    now: datetime,
) -> None:
    """Tell the owners of `supplier`, all but one, who acts for it."""
    rows = supplier.memberships.filter(role=SupplierRole.OWNER).exclude(user=but)
    owners = [row.user for row in rows.select_related("user")]
    link = f"{reverse('members')}?supplier={supplier.ref}"
    _tell(owners, subject=subject, body=body, key=key, link=link, now=now)


def _tell(
    to: Sequence[User], *, subject: str, body: Sequence[str], key: str, link: str, now: datetime
) -> None:
    notify(to=to, kind=Kind.MEMBERSHIP, subject=subject, body=body, link=link, key=key, now=now)


def locked_members(supplier: Supplier) -> dict[int, SupplierMembership]:
    """The memberships by user, after locking the supplier: two owners who remove each other
    at the same moment must not both succeed."""
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    return {row.user_id: row for row in supplier.memberships.select_related("user")}


def _refuse_last_owner(supplier: Supplier, *, leaving: SupplierMembership, role: str) -> None:
    if leaving.role != SupplierRole.OWNER or role == SupplierRole.OWNER:
        return
    others = supplier.memberships.filter(role=SupplierRole.OWNER).exclude(pk=leaving.pk)
    if not others.exists():
        raise RuleBroken(f"{supplier.name} needs an owner. Make somebody else an owner first.")


def _cancel_their_invitations(
    user: User, supplier: Supplier, *, role: str, by: User, now: datetime
) -> None:
    """Who is no owner any more invites nobody, not even by links that are under way."""
    if role == SupplierRole.OWNER:
        return
    rows = supplier.invitations.pending().filter(invited_by=user).select_for_update(of=("self",))
    for row in rows.order_by("pk"):
        row.state, row.ended_by, row.ended_at = InvitationState.CANCELLED, by, now
        row.save(update_fields=["state", "ended_by", "ended_at"])
        drop(key=f"invitation {row.pk} {len(row.sent_at)}", now=now)
