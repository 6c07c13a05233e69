"""Writes of the catalogue: who acts for a supplier."""

from datetime import datetime

from django.db import transaction

from registry.accounts.models import Role, User
from registry.audit import services as audit
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Supplier, SupplierMembership
from registry.common.errors import NotPermitted, RuleBroken


def _require_may_manage(by: User, supplier: Supplier) -> None:
    """Owners manage their supplier's members; the national administrator and machines may."""
    owns = supplier.memberships.filter(user=by, role=SupplierRole.OWNER).exists()
    if not (owns or by.is_machine or by.has_role(Role.ADMINISTRATOR)):
        raise NotPermitted(f"Only the owners of {supplier.name} may do this.")


@transaction.atomic
def add_member(
    *, user: User, supplier: Supplier, role: str, by: User, now: datetime
) -> SupplierMembership:
    """`user` acts for `supplier` in `role` from now on; a member's role is changed.

    `by` is an owner, the national administrator, or one of the registry's machines.
    """
    _require_may_manage(by, supplier)
    row = _locked_members(supplier).get(user.pk)
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
def remove_member(*, user: User, supplier: Supplier, by: User, now: datetime) -> None:
    """`user` no longer acts for `supplier`. What they did stays under their name."""
    if by.pk != user.pk:
        _require_may_manage(by, supplier)
    row = _locked_members(supplier).get(user.pk)
    if row is None:
        raise RuleBroken(f"{user} does not act for {supplier.name}.")
    _refuse_last_owner(supplier, leaving=row, role="")
    row.delete()
    detail = {"member": user.email}
    audit.record(
        actor=by, action="supplier.member_removed", subject=supplier, now=now, detail=detail
    )


def _locked_members(supplier: Supplier) -> dict[int, SupplierMembership]:
    """The memberships by user, after locking the supplier: two owners who remove each other
    at the same moment must not both succeed."""
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    return {row.user_id: row for row in supplier.memberships.all()}


def _refuse_last_owner(supplier: Supplier, *, leaving: SupplierMembership, role: str) -> None:
    if leaving.role != SupplierRole.OWNER or role == SupplierRole.OWNER:
        return
    others = supplier.memberships.filter(role=SupplierRole.OWNER).exclude(pk=leaving.pk)
    if not others.exists():
        raise RuleBroken(f"{supplier.name} needs an owner. Make somebody else an owner first.")
