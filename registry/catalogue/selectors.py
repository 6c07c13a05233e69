"""Questions about suppliers and who acts for them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from registry.accounts.models import Role, User
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import (
    FormerMembership,
    Invitation,
    Product,
    Supplier,
    SupplierMembership,
)
from registry.common.errors import NotKnownThen, NotPermitted


def suppliers_of(user) -> QuerySet[Supplier]:
    """The suppliers that `user` acts for, by name."""
    if not user.is_authenticated:
        return Supplier.objects.none()
    return Supplier.objects.filter(memberships__user=user)


def require_suppliers(user) -> list[Supplier]:
    """The suppliers that `user` acts for, by name.

    Who acts for whom is asked of today, whatever moment is asked about: `NotKnownThen` where the
    register did not know then of any of them, `NotPermitted` where there are none.
    """
    if found := list(suppliers_of(user).order_by("name")):
        return found
    if user.is_authenticated and SupplierMembership.objects.filter(user=user).exists():
        raise NotKnownThen("The register did not know then of a supplier that you act for.")
    raise NotPermitted("Only people who act for a supplier have this page.")


def members_of(supplier_ids: Iterable[int]) -> dict[int, list[User]]:
    """The people who act for each of these suppliers and can sign in, by supplier."""
    rows = (
        SupplierMembership.objects.filter(supplier__in=list(supplier_ids), user__is_active=True)
        .select_related("user")
        .order_by("supplier", "user")
    )
    found: dict[int, list[User]] = {}
    for row in rows:
        found.setdefault(row.supplier_id, []).append(row.user)
    return found


def acts_for(user, supplier: Supplier) -> bool:
    """Whether `user` is a member of `supplier`."""
    return user.is_authenticated and supplier.memberships.filter(user=user).exists()


def require_acts_for(user, supplier: Supplier) -> None:
    """Raise `NotPermitted` unless `user` is a member of `supplier`."""
    if not acts_for(user, supplier):
        raise NotPermitted(f"Only people who act for {supplier.name} may do this.")


def products_visible_to(user) -> QuerySet[Product]:
    """Products that `user` may see, in no order, each with its supplier."""
    return Product.objects.visible_to(user).select_related("supplier").order_by()


def suppliers_visible_to(user) -> QuerySet[Supplier]:
    """Suppliers with a product that `user` may see, and those that `user` acts for."""
    if user.is_authenticated and user.is_national:
        return Supplier.objects.all()
    seen = Supplier.objects.filter(
        pk__in=Product.objects.visible_to(user).order_by().values("supplier")
    )
    return seen | Supplier.objects.filter(pk__in=suppliers_of(user).order_by().values("pk"))


def product_refs(user, supplier_ids: list[int]) -> dict[int, list[str]]:
    """References of the products of these suppliers that `user` may see, by supplier."""
    rows = (
        Product.objects.visible_to(user)
        .filter(supplier__in=supplier_ids)
        .order_by("ref")
        .values_list("supplier", "ref")
    )
    refs: dict[int, list[str]] = {}
    for supplier_id, ref in rows:
        refs.setdefault(supplier_id, []).append(ref)
    return refs


def suppliers_managed_by(user) -> QuerySet[Supplier]:
    """The suppliers whose members `user` may see: their own, or all of them, by name."""
    if user.is_authenticated and user.has_role(Role.ADMINISTRATOR, Role.AUDITOR):
        return Supplier.objects.order_by("name")
    return suppliers_of(user).order_by("name")


def manages(user, supplier: Supplier) -> bool:
    """Whether `user` may change who acts for `supplier`: its owners and the administrators."""
    owns = supplier.memberships.filter(user=user, role=SupplierRole.OWNER).exists()
    return owns or user.has_role(Role.ADMINISTRATOR)


def memberships_in(supplier: Supplier, *, user) -> QuerySet[SupplierMembership]:
    """Who acts for `supplier`, owners first, as far as `user` may see it."""
    rows = SupplierMembership.objects.visible_to(user).filter(supplier=supplier)
    return rows.select_related("user").order_by("-role", "user__name", "user__email")


def left_since(user, moment: datetime) -> QuerySet[Supplier]:
    """The suppliers that `user` has ceased to act for since `moment`, come back or not."""
    ended = FormerMembership.objects.filter(user=user, until__gt=moment)
    return Supplier.objects.filter(pk__in=ended.values("supplier"))


def former_members(supplier: Supplier, *, user) -> QuerySet[FormerMembership]:
    """Who acted for `supplier` and left, the last first, as far as `user` may see it."""
    seen = suppliers_managed_by(user).order_by()
    rows = FormerMembership.objects.filter(supplier=supplier, supplier__in=seen)
    return rows.select_related("user")


def membership_for(user, membership_id: int) -> SupplierMembership | None:
    """A membership that `user` may see."""
    rows = SupplierMembership.objects.visible_to(user).filter(pk=membership_id)
    return rows.select_related("user", "supplier").first()


def pending_invitations(supplier: Supplier, *, user) -> QuerySet[Invitation]:
    """Who was invited and has not answered, newest first."""
    rows = Invitation.objects.visible_to(user).filter(supplier=supplier).pending()
    return rows.select_related("invited_by")


def invitation_for(user, invitation_id: int) -> Invitation | None:
    """An invitation that `user` may see."""
    rows = Invitation.objects.visible_to(user).filter(pk=invitation_id)
    return rows.select_related("supplier", "invited_by").first()


def invitation_of_hash(token_hash: str) -> Invitation | None:
    """The invitation whose link was sent last with a token of this hash."""
    rows = Invitation.objects.filter(token_hash=token_hash)
    return rows.select_related("supplier", "invited_by").first()


def has_account(email: str) -> bool:
    """Whether somebody can sign in with this address."""
    return User.objects.filter(email=email).exists()
