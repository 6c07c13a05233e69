"""Questions about suppliers and who acts for them."""

from django.db.models import QuerySet

from registry.catalogue.models import Supplier
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
