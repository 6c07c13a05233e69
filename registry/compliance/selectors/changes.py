"""What the register learned, and when: the changes of products, for history and notifications."""

from datetime import datetime

from django.db.models import QuerySet

from registry.catalogue.models import Product
from registry.compliance.models import Revision
from registry.standards.models import Standard


def changes_of(product: Product, *, known_at: datetime | None) -> QuerySet[Revision]:
    """What was learned of `product`, by `known_at`, the latest first; its changes read along.

    Whether somebody may see the product is asked before.
    """
    revisions = Revision.objects.filter(product=product).known_at(known_at)
    return revisions.newest_first().with_changes()


def revisions() -> QuerySet[Revision]:
    """All of them, seen or not: what kind of thing the API lists."""
    return Revision.objects.all()


def changes_since(
    user,
    *,
    after: int,
    known_at: datetime | None = None,
    product_ids: list[int] | None = None,
) -> QuerySet[Revision]:
    """Revisions after number `after` of products that `user` may see, in the order in which they
    became visible. Whoever asks again after the last number that they read misses none.
    """
    seen = Product.objects.visible_to(user).order_by().values("pk")
    revisions = Revision.objects.filter(pk__gt=after, product__in=seen).known_at(known_at)
    if product_ids is not None:
        revisions = revisions.filter(product__in=product_ids)
    return revisions.order_by("pk").with_changes()


def standards_that_changed(product: Product) -> QuerySet[Standard]:
    """The standards that anything was ever learned about, of `product`, by code."""
    changed = Revision.objects.filter(product=product).values("changes__standard")
    return Standard.objects.filter(pk__in=changed).order_by("code")
