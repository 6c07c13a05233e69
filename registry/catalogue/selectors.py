"""Questions about suppliers and who acts for them."""

from django.db.models import QuerySet

from registry.catalogue.models import Product, Supplier
from registry.common.errors import NotPermitted


def suppliers_of(user) -> QuerySet[Supplier]:
    """The suppliers that `user` acts for, by name."""
    if not user.is_authenticated:
        return Supplier.objects.none()
    return Supplier.objects.filter(memberships__user=user)


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
