"""Questions about pre-checks."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Min, QuerySet

from registry.catalogue.models import Product
from registry.catalogue.selectors import (
    products_visible_to,
    require_suppliers,
    suppliers_visible_to,
)
from registry.operations.backlogs import Backlog
from registry.probes.models import Precheck

PRODUCTS_OFFERED = 20


def rows() -> QuerySet[Precheck]:
    """Pre-checks, the newest first, without their reports."""
    whole = Precheck.objects.select_related("supplier", "asked_by")
    return whole.defer("report", "typed", "progress").order_by("-asked_at", "-pk")


def visible(user, uuid: UUID) -> Precheck | None:
    """The pre-check, if `user` may see it."""
    rows = Precheck.objects.visible_to(user).select_related("supplier", "product", "asked_by")
    return rows.filter(uuid=uuid).first()


def recent(user) -> QuerySet[Precheck]:
    """Pre-checks that `user` may see, the newest first, without their reports.

    `NotPermitted` for people who can have none to see.
    """
    if not (user.is_authenticated and user.is_national):
        require_suppliers(user)
    return rows().visible_to(user)


def supplier_named(user, ref: str):
    """The supplier of that reference, if `user` may see it."""
    return suppliers_visible_to(user).filter(ref=ref).first()


def remembered(user, text: str, product: Product) -> Precheck | None:
    """The pre-check that a form of `product` is to be filled in from, by what an address says."""
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    rows = Precheck.objects.visible_to(user).of_supplier(product.supplier)
    return rows.filter(uuid=uuid).first()


def products_for(user, precheck: Precheck) -> Sequence[Product]:
    """The products that its address can be registered for: the one it was asked for, or all."""
    if precheck.product:
        return [precheck.product]
    rows = products_visible_to(user).filter(supplier=precheck.supplier_id).order_by("name", "pk")
    return list(rows[:PRODUCTS_OFFERED])


def backlog() -> Backlog:
    """How many pre-checks are not finished, and since when the oldest of them."""
    rows = Precheck.objects.unfinished()
    return Backlog(owed=rows.count(), oldest=rows.aggregate(oldest=Min("asked_at"))["oldest"])
